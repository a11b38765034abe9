"""The tab "Step": one batch of A after the shown epoch, and the chain rule at one weight with its own numbers."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite
from typing import Any

import streamlit as st

from core import words
from core.data import FEATURES
from core.experiment import Experiment
from core.link import MAX_STEPS, Pair, View, experiment_key
from core.picks import Pick, fitting, picked
from core.sides import on_engine
from core.steps import PARTS, Line, Shown
from core.steps.lines import number
from pages.parts.background import screen, tasks
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.compare import room
from pages.parts.frame import address

HEIGHT, FIGURE, TABLE = 330, 165, 155  # pixels of what stands under the controls, and of two parts of it
MOST_ROWS = 200  # of the table
BIAS, ALONE = "b", "n"  # in the place of where a weight comes from


# ---- controls --------------------------------------------------------------------------------------------------------


def controls(view: View, pair: Pair) -> View:
    """Draw which batch and which weight are looked at, and return the view as chosen."""
    e = pair.a
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="step controls"):
        shown = view.frame if 0 <= view.frame <= e.epochs else e.epochs
        with st.container(width=110):
            epoch = int(st.number_input("After epoch", 0, e.epochs, shown, key=address.key("step.epoch")))
        moved = view if epoch == shown else dataclasses.replace(view, frame=epoch, step=0)
        if st.button("Step back", disabled=not view.step, key="step back"):
            moved = dataclasses.replace(view, step=view.step - 1)
        if st.button("Step", disabled=view.step >= MAX_STEPS, key="step on"):
            moved = dataclasses.replace(view, step=view.step + 1)
        return dataclasses.replace(moved, pick=str(_pick(picked(view.pick), e)))


def _pick(pick: Pick, e: Experiment) -> Pick:
    """Which weight, bias or neuron, by its layer, and where it comes from and goes to."""
    known, last = fitting(pick, e.sizes), len(e.sizes) - 1
    layer = _choice("Layer", range(1, last + 1), known.layer, lambda n: f"Layer {n}" if n < last else "Output layer")
    others = layer != known.layer
    below = [f"Neuron {n + 1}" for n in range(e.sizes[layer - 1])]
    if layer == 1:
        below = [FEATURES[name].label for name in e.features]
    sources: dict[int | str, str] = {**dict(enumerate(below)), BIAS: "Bias", ALONE: "Neuron alone"}
    start = next(iter(sources)) if others else known.source if known.kind == "w" else known.kind
    source = _choice("From", list(sources), start, sources.__getitem__, layer)
    unit = _choice("To", range(e.sizes[layer]), 0 if others else known.unit, lambda n: f"Neuron {n + 1}", layer)
    chosen = Pick("w", layer, unit, source) if isinstance(source, int) else Pick(source, layer, unit)
    return pick if chosen == known else chosen


def _choice(label: str, options: Sequence[Any], value: Any, named: Callable[[Any], str], start: object = "") -> Any:
    with st.container(width=140):
        return st.selectbox(label, options, options.index(value), named, key=address.key(f"step.{label}", start))


# ---- what is drawn ---------------------------------------------------------------------------------------------------


def section(pair: Pair, view: View, looks: Sequence[Look]) -> None:
    """Draw the batch that the view asks for, or the room for it."""
    if not looks[0].outcome:
        room.keep(HEIGHT, looks[0].busy)
        return
    last = int(looks[0].outcome.run.epochs[-1])
    measured = screen.look([measurement(pair.a, view, last)], "step")[0]
    if not measured.found:
        with st.container(height=HEIGHT, border=False):
            screen.status([measured], "step", POLL_SOON_S)
    elif isinstance(measured.found[0], str):
        st.markdown(measured.found[0])
    else:
        _draw(measured.found[0], pair.a)


def measurement(a: Experiment, view: View, last: int) -> Measurement:
    """The trace of a batch of A after the shown epoch, at most the `last` of its run; it is NumPy's."""
    e, pick = on_engine(a, "numpy"), fitting(picked(view.pick), a.sizes)
    epoch = min(view.frame, last) if view.frame >= 0 else last
    name = f"step {view.step} after {epoch} at {pick} of {experiment_key(e)}"
    return Measurement(name, "Going to this batch", [partial(tasks.step, e, epoch, view.step, pick)], "numpy")


def _draw(found: Shown, a: Experiment) -> None:
    st.markdown(_summary(found, a), help=words.help("step"))
    left, right = st.columns([2, 1])
    with left, st.container(height=HEIGHT, border=False, key="step lines"):
        for part in PARTS:
            lines = [line for line in found.lines if line.part == part]
            if lines:
                st.markdown("\n\n".join([f"**{part}**", *map(_line, lines), *_check(found, part)]))
    with right:
        _rows(found, a)


def _summary(found: Shown, a: Experiment) -> str:
    """Which batch it is, and what its update makes of its loss."""
    rows = f"{len(found.rows):,} row{'s' if len(found.rows) > 1 else ''}"
    batch = f"**Epoch {found.epoch:,}, batch {found.number + 1:,} of {found.count:,}** · {rows}"
    before, after = (f"{loss:.4g}" if isfinite(loss) else "not finite" for loss in (found.loss, found.loss_after))
    engine = " · NumPy’s step on the same numbers, as A runs in scikit-learn" if a.engine == "sklearn" else ""
    return f"{batch} · loss {before}, after its update {after}{engine}"


def _line(line: Line) -> str:
    """A line in Markdown: symbols, numbers, result, between which it may break."""
    equals = "" if line.name.endswith(r"\leftarrow") else " ="
    note = f"  \n:small[{line.note}]" if line.note else ""
    result = rf"\mathbf{{{number(line.result, line.digits)}}}"
    return f"${line.name}{equals} {line.symbols}$ $= {line.numbers}$ $= {result}${note}"


def _check(found: Shown, part: str) -> list[str]:
    """The central difference, under the derivative."""
    if part != "Backward":
        return []
    return [f"Central difference: ${number(found.check.difference)}$. {found.check.words}"]


def _rows(found: Shown, a: Experiment) -> None:
    """The rows of the batch, on the boundary and as a table."""
    import pandas as pd

    from core.figures.batch import batch_figure
    from core.figures.chart import CONFIG

    theme = st.context.theme.type or "light"
    figure = batch_figure(found.plane, found.domain, found.X, found.y, found.row, a.classes, found.limit, theme, FIGURE)
    said = f"The {len(found.rows)} rows of the batch on the decision boundary before its update."
    st.plotly_chart(figure, key="step rows", config=CONFIG, alt=said)
    order = sorted(range(len(found.rows)), key=lambda row: row != found.row)[:MOST_ROWS]
    across, up = found.axis_labels
    table = pd.DataFrame(
        {
            "row": found.rows[order],
            across: found.X[order, 0],
            up: found.X[order, 1],
            "target": found.y[order],
            "output": found.outputs[order],
            "loss": found.row_losses[order],
        }
    )
    numbers = {name: st.column_config.NumberColumn(format="%.3g") for name in (across, up, "output", "loss")}
    st.dataframe(table, hide_index=True, height=TABLE, column_config=numbers)
