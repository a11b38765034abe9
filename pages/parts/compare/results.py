"""What the two sides of a comparison came to: the stage, the verdict, what differs."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core import branch, what_if
from core.data import DATASETS
from core.diagnosis import Diagnosis, without_test_loss
from core.difference import at_the_end
from core.experiment import ENGINES, Experiment, changed
from core.fields import in_sentence
from core.link import Pair, View, described, to_query
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS
from core.sides import differing, fork, lacking, own_changes
from pages.parts.background import screen, tasks
from pages.parts.background.look import Look
from pages.parts.background.work import Measurement, Training
from pages.parts.compare import remedies
from pages.parts.frame import address
from pages.parts.frame.page import literal
from pages.parts.stage import stage

NAMED: dict[str, Mapping[str, Any]] = {
    "Engine": ENGINES,
    "Data set": DATASETS,
    "Activation": ACTIVATIONS,
    "Initial weights": INITIALIZERS,
    "Optimizer": OPTIMIZERS,
    "Loss": LOSSES,
}
STYLE = Path(__file__).with_name("compare.css")
PLACE = "stage"  # of the trainings that are shown


def look(*experiments: Experiment) -> list[Look]:
    """What there is of experiments, which are trained if they are not yet; what is soon through is waited for."""
    return screen.look([Training(experiment) for experiment in experiments], PLACE)


def show(pair: Pair, view: View, looks: Sequence[Look], edit: stage.Edit | None) -> None:
    """Draw the stage of A and B, which follows what trains by itself. edit: what was made of A's network on it."""
    maps = neuron_maps(looks)
    a, b = (side(*named, maps) for named in zip("AB", looks, strict=True))
    sides = [a, replace(b, fork=fork(pair))]
    if asked := stage.show(
        sides, view, urlencode(address.with_hand_in(to_query(pair, view))), editable=True, edit=edit
    ):
        st.session_state["neuron"] = asked
        st.rerun()
    if maps and not maps.found:
        screen.status([maps], "neuron")


def neuron_maps(looks: Sequence[Look]) -> Look | None:
    """The maps of the neuron that was clicked last, where its run is still shown."""
    asked: stage.Neuron | None = st.session_state.get("neuron")
    if asked is None or asked.side >= len(looks):
        return None
    of = looks[asked.side]
    if of.work.key != asked.key or not of.outcome:
        return None
    experiment, last = of.work.experiment, int(of.outcome.run.epochs[-1])
    part = partial(tasks.neuron, experiment, last, asked.layer, asked.unit)
    name = f"neuron {asked.layer} {asked.unit} of {of.id}"
    return screen.look([Measurement(name, "Mapping a neuron", [part], experiment.engine)], "neuron")[0]


def verdicts(pair: Pair, view: View, looks: Sequence[Look]) -> None:
    """What became of A and B, or how far they are, live while something trains; what differs; and what was tried."""
    if view.hides("verdict"):
        screen.watch(looks, PLACE, lambda now: None, whole=stage.by_message())  # for the stage
        return
    if not all(look.state in ("finished", "diverged") for look in looks):
        screen.watch(looks, PLACE, lambda now: summary(pair, view, now), whole=stage.by_message())
        return
    trials = remedies.trials(looks)
    screen.watch(trials, remedies.PLACE, lambda now: summary(pair, view, looks, now))
    remedies.section(pair, view, looks, trials)


def summary(pair: Pair, view: View, looks: Sequence[Look], trials: Sequence[Look] = ()) -> None:
    """The verdict, once where A and B have the same; what differs between them; how long they took."""
    found = [remedies.diagnosis(look.outcome, trials) if look.outcome else None for look in looks]
    if view.hides("test_loss"):
        found = [each and without_test_loss(each) for each in found]
    said = list(map(verdict, looks, found))
    with st.container(key="verdict", gap="xsmall"):
        if len(set(said)) == 1:
            st.markdown(said[0])
        else:
            for name, words in zip("AB", said, strict=True):
                st.markdown(f"**{name}** · {words}")
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(difference_line(pair, looks), width="content")
            seconds(looks)
        st.html(f'<div class="spoken" role="status">{html.escape(spoken(looks, found))}</div>', width="content")


def seconds(looks: Sequence[Look]) -> None:
    """How long each took, in small print; behind it, how long 1,000 epochs would take."""
    known = {name: look.scores for name, look in zip("AB", looks, strict=True) if look.scores and look.scores.epoch}
    if known:
        rates = (f"{name} {1000 * each.seconds / each.epoch:.2f}" for name, each in known.items())
        took = ", ".join(f"{name} {each.seconds:.2f} s" for name, each in known.items())
        st.caption(took, width="content", help=f"Seconds for 1,000 epochs: {', '.join(rates)}")


def spoken(looks: Sequence[Look], found: Sequence[Diagnosis | None]) -> str:
    """What a screen reader says of a training's start and end: not of each epoch between them."""
    words = {"waiting": "waits", "training": "trains", "failed": "failed", "stopped": "was stopped"}
    said = [
        f"{name}: {_title(look, diagnosis)} at epoch {look.outcome.run.epochs[-1]}"
        if look.outcome and diagnosis
        else f"{name} {words[look.state]}"
        for name, look, diagnosis in zip("AB", looks, found, strict=True)
    ]
    return ". ".join(said) + "."


def verdict(look: Look, found: Diagnosis | None) -> str:
    """The diagnosis of a run that ended, or where a training is."""
    others = f"{look.others} {'other trains' if look.others == 1 else 'others train'}" if look.others else ""
    if look.state == "failed":
        return "Training failed, and the reason is in the server's log. Another setting, or New seed, starts again."
    if look.outcome and what_if.is_what_if(look.work.experiment):
        return what_if.in_words(look.outcome.run)
    if look.outcome and found:
        name, epoch = found.verdict.capitalize(), f"{look.outcome.run.epochs[-1]:,}"
        first = f"**{name} at epoch {epoch}.** {found.sentence}"
        if found.sentence.startswith(name):
            first = f"**{name}**{found.sentence.removeprefix(name)}"
        return f"{first} {found.advice}"
    if look.state == "stopped":
        return "Stopped before the first epoch."
    if look.scores:
        epoch = f"Epoch {look.scores.epoch:,} of {look.work.experiment.epochs:,}"
        return f"{epoch}, in turns with {others}." if others else f"{epoch}."
    return f"Waiting: {others}." if others else "Starting."


def difference_line(pair: Pair, looks: Sequence[Look]) -> str:
    """What differs between A and B; where that is their engine alone, how far apart their weights ended."""
    lacks = lacking(changed(pair.a, **own_changes(pair)), pair.b.engine)
    if (epoch := fork(pair)) is not None:
        return " ".join([branch.fork_in_words(pair.a, pair.b, epoch), *lacks])
    found = [
        (label, *(literal(in_label(label, value)) for value in values)) for label, *values in differing(pair.a, pair.b)
    ]
    runs = [look.outcome.run for look in looks if look.outcome and look.state == "finished"]
    if [label for label, _, _ in found] == ["Engine"] and len(runs) == 2:
        return " ".join([at_the_end(*runs), *lacks])
    words = "; ".join(f"{in_sentence(label)} **{b}** (A: {a})" for label, a, b in found) or "nothing"
    return " ".join([f"B differs in: {words}.", *lacks])


def in_label(label: str, value: str) -> str:
    """The label of a registry's row where a field holds its name."""
    rows = NAMED.get(label.partition(" (segment ")[0], {})
    found = (rows.get(name, name) for name in value.split(","))
    return ", ".join(str(getattr(row, "label", row)) for row in found) if rows else value


def side(name: str, look: Look, maps: Look | None = None) -> stage.Side:
    """A look as a side of the stage. maps: those of a neuron of one of the sides."""
    experiment = look.work.experiment
    news = look.outcome or look.live
    own = maps if maps and maps.found and maps.work.key.endswith(f" of {look.id}") else None
    return stage.Side(
        key=look.work.key,
        title=ENGINES[experiment.engine],
        subtitle=in_words(experiment),
        state=look.state,
        note=note(look),
        progress=look.progress,
        settings=" · ".join(
            f"{in_sentence(label)} {in_label(label, value)}"
            for label, value in described(experiment)
            if label != "Engine"  # which is the title
        ),
        id=look.id,
        address=look.address,
        news=news.news if news else None,
        experiment=experiment,
        neuron=own.found[0] if own else None,
    )


def note(look: Look) -> str:
    """What the stage says of a side that is not simply finished."""
    if look.state == "failed":
        return "training failed"
    if look.state == "waiting":
        return f"waiting, {look.others} others train" if look.others else "starting"
    return look.outcome.run.ended if look.outcome and look.state in ("stopped", "diverged") else ""


def in_words(experiment: Experiment) -> str:
    """A network and its training in a few words: `tanh 4, 2 · SGD 0.03, from epoch 40 on learning rate 0.003`."""
    names = dict.fromkeys(ACTIVATIONS[name].label for name in experiment.activations)
    widths = experiment.hidden
    sizes = f"{len(widths)} × {widths[0]}" if len(widths) > 3 and len(set(widths)) == 1 else ", ".join(map(str, widths))
    network = f"{' and '.join(names)} {sizes}" if widths else "no hidden layer"
    first, *rest = experiment.segments
    training = f"{OPTIMIZERS[first.optimizer].label} {first.learning_rate:g}"
    if len(rest) == 1 and (change := branch.in_words(rest[0], first)):
        training += f", from epoch {first.epochs:,} on {change}"
    elif rest:
        training += f", {len(rest) + 1} segments"
    return f"{network} · {training}"


def _title(look: Look, found: Diagnosis) -> str:
    """What a run has come to: nothing, where weights were set by hand and nothing was trained since."""
    return "what if" if what_if.is_what_if(look.work.experiment) else found.verdict
