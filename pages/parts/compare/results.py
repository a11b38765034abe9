"""What the two sides of a comparison came to: figures in numbers, what differs, the diagnosis, the stage."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.data import DATASETS
from core.experiment import ENGINES, Experiment, changed
from core.fields import in_sentence
from core.link import Pair, View, described, differences, experiment_key, to_query
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS
from core.phrases import below_all
from core.sides import lacking, own_changes
from core.training import Run, largest_difference
from pages.parts.background import feed
from pages.parts.background.jobs import Look, jobs
from pages.parts.frame.page import literal, session
from pages.parts.stage import stage

NAMED: dict[str, Mapping[str, Any]] = {
    "Engine": ENGINES,
    "Data set": DATASETS,
    "Activation": ACTIVATIONS,
    "Initial weights": INITIALIZERS,
    "Optimizer": OPTIMIZERS,
    "Loss": LOSSES,
}
POLL = 1.0  # seconds between two looks of the page at a training: the stage has looks of its own


def show(pair: Pair, view: View, first: list[Look], on_edit: Callable[[stage.Edit], None]) -> None:
    """Draw figures and stage of A and B, live while something trains.

    first: what there is of both. on_edit: what to do with a change that somebody makes to A's network on its diagram.
    """

    def draw(looks: Sequence[Look]) -> None:
        summary(pair, looks)
        sides = [side(name, look) for name, look in zip("AB", looks, strict=True)]
        stage.show(sides, view, urlencode(to_query(pair, view)), on_edit=on_edit)

    watch(first, draw)


def look(experiments: Sequence[Experiment]) -> list[Look]:
    """What there is of experiments, which are trained if they are not yet; what is soon through is waited for."""
    return jobs().look(experiments, session(), patient=True)


def watch(first: list[Look], draw: Callable[[Sequence[Look]], None]) -> None:
    """Draw experiments, again and again while one trains, and rerun the whole screen when the last has ended."""
    experiments = [each.experiment for each in first]
    busy = any(each.busy for each in first)
    pending = [first]  # a rerun out of the first drawing would overtake it, and the widgets lose their start values

    @st.fragment(run_every=POLL if busy else None)
    def live() -> None:
        looks = pending.pop() if pending else jobs().look(experiments, session())
        if busy and not any(each.busy for each in looks) and not stage.is_edited():
            st.rerun()  # nothing is drawn before: it would not reach the browser
        draw(looks)

    live()


def summary(pair: Pair, looks: Sequence[Look]) -> None:
    """Numbers of A and B, what differs between them, and what the numbers say."""
    for column, name, look in zip(st.columns(2), "AB", looks, strict=True):
        with column.container(gap="xsmall"):
            figures(name, look)
    with st.container(key="difference"):
        st.markdown(difference_line(pair, looks))


def figures(name: str, look: Look) -> None:
    """One side's accuracies (R² for regression), loss and time, and its diagnosis."""
    run = look.run
    score, written = ("accuracy", accuracy) if look.experiment.classes else ("R²", r_squared)
    st.markdown(f"**{name}** · {ENGINES[look.experiment.engine]} · {in_words(look.experiment)}")
    values = {
        f"Training {score}": written(run.train_accuracy[-1]) if run else "–",
        f"Test {score}": written(run.test_accuracy[-1]) if run else "–",
        "Loss": f"{run.train_loss[-1]:.3g}" if run else "–",
        "Seconds": f"{run.seconds:.2f}" if run else "–",
        "s per 1,000 epochs": f"{1000 * run.seconds / run.epochs[-1]:.2f}" if run and run.epochs[-1] else "–",
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in values.items():
            st.metric(label, value, width="content")
    with st.container(key=f"verdict {name}"):
        st.markdown(verdict(look))


def accuracy(share: float) -> str:
    """Percent with one decimal."""
    return f"{below_all(share):.1%}"


def r_squared(value: float) -> str:
    """Three decimals; a power of ten where it is far below 0."""
    return f"{value:.3f}" if value > -100 else f"{value:.1e}"


def verdict(look: Look) -> str:
    """The diagnosis of a run that ended, or where a training is."""
    if look.failed:
        return (
            "Training failed here, and the reason is in the server's log. Another setting, or New seed, starts again."
        )
    if look.state == "waiting":
        return f"Waiting: {look.ahead} before it." if look.ahead else "Starting."
    if look.diagnosis is None:
        return f"Epoch {look.epoch:,} of {look.experiment.epochs:,}."
    return f"**{look.diagnosis.verdict.capitalize()}.** {look.diagnosis.sentence} {look.diagnosis.advice}"


def difference_line(pair: Pair, looks: Sequence[Look]) -> str:
    """What differs between A and B in a line, and how far apart their weights ended where they should agree."""
    found = [
        (label, *(literal(in_label(label, value)) for value in values))
        for label, *values in differences(pair.a, pair.b)
    ]
    words = "; ".join(f"{in_sentence(label)} **{b}** (A: {a})" for label, a, b in found) or "nothing"
    line = f"B differs in: {words}."
    without_engine = changed(pair.a, **own_changes(pair))
    line += "".join(f" {sentence}" for sentence in lacking(without_engine, pair.b.engine))
    runs = [look.run for look in looks if look.state == "finished"]
    if [label for label, _, _ in found] == ["Engine"] and len(runs) == 2:
        line += f" {agreement(runs[0], runs[1])}"
    return line


def in_label(label: str, value: str) -> str:
    """The label of a registry's row where a field holds its name."""
    rows = NAMED.get(label.partition(" (segment ")[0], {})
    found = (rows.get(name, name) for name in value.split(","))
    return ", ".join(str(getattr(row, "label", row)) for row in found) if rows else value


def agreement(a: Run | None, b: Run | None) -> str:
    """How far apart the two engines' weights are at the end."""
    if a is None or b is None:
        return ""
    gap = largest_difference(a, b)
    if gap == 0:
        return "Their weights are **equal**."
    if gap < 1e-9:
        return f"Their weights are **equal to {gap:.0e}**."
    return f"Their weights differ by up to **{gap:.0e}**: rounding grew during training."


def side(name: str, look: Look) -> stage.Side:
    """A look as a side of the stage."""
    experiment, run = look.experiment, look.run
    return stage.Side(
        key=experiment_key(experiment),
        title=ENGINES[experiment.engine],
        subtitle=in_words(experiment),
        state=look.state,
        note=note(look),
        progress=look.epoch / experiment.epochs,
        settings=" · ".join(f"{in_sentence(label)} {in_label(label, value)}" for label, value in described(experiment)),
        feed=feed.address(look.place) if look.place else "",
        packed=look.packed,
        run=run,
        experiment=experiment,
    )


def note(look: Look) -> str:
    """What the stage says of a side that is not simply finished."""
    if look.failed:
        return "training failed"
    if look.state == "waiting":
        return f"waiting: {look.ahead} before it" if look.ahead else "starting"
    return look.run.ended if look.run and look.state in ("stopped", "diverged") else ""


def in_words(experiment: Experiment) -> str:
    """A network and its training in a few words: `tanh 4, 2 · SGD 0.03`."""
    names = dict.fromkeys(ACTIVATIONS[name].label for name in experiment.activations)
    widths = experiment.hidden
    sizes = f"{len(widths)} × {widths[0]}" if len(widths) > 3 and len(set(widths)) == 1 else ", ".join(map(str, widths))
    network = f"{' and '.join(names)} {sizes}" if widths else "no hidden layer"
    first = experiment.segments[0]
    return f"{network} · {OPTIMIZERS[first.optimizer].label} {first.learning_rate:g}"
