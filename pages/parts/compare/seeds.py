"""The tab "Over seeds": on how many of N seeds A and B reach a threshold, and how far apart the runs are."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core import words
from core.difference import only_engines_differ
from core.estimate import refusal
from core.experiment import ENGINES, Experiment
from core.fields import Real, Whole, rules
from core.link import Pair, View, experiment_key, to_query
from core.reach import GRADIENT, QUANTITIES, Seeds, suited, threshold
from core.seeds import Over, as_other_engine, experiments, groups, in_words, paired_in_words, table, trained
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.background.timers import POLL_SOON_S
from pages.parts.background.work import Measurement
from pages.parts.compare import room
from pages.parts.controls import widgets
from pages.parts.frame import address, share

PLACE = "seeds"  # of the measurements that are shown
FEW = 3  # seeds of B where it is A on another engine
POINTS = {"fixed": "these points", "anew": "new points"}
WHEN = {"end": "at the end", "any": "at any epoch"}
TABLE_HEIGHT = 400  # pixels
ROOM = 260  # pixels of a side's sentence and charts
RULES: dict[str, Any] = rules(Seeds)
Overs = Mapping[str, Over]  # by the side's name


def controls(view: View, pair: Pair) -> Seeds:
    """Draw what is asked of the seeds, as a sentence, and return it as chosen: nothing that the view hides."""
    seeds = view.seeds
    shown, curves = suited(seeds, pair.a.classes), _curves(pair)
    offered = {row.name: row.label for row in QUANTITIES.values() if row.classes in (None, bool(pair.a.classes))}
    curves, offered = ({name: label for name, label in of.items() if not view.hides(name)} for of in (curves, offered))
    known = shown.curve if shown.curve in curves else [*curves][-1]  # a layer that neither network has
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="over seeds"):
        count = int(_number(RULES["count"], "Seeds", shown.count, "seeds.count"))
        _word("seeds on")
        data = _choice(POINTS, "Points", shown.data, "seeds.data", 122)
        _word("reach a")
        name = _choice(offered, "Reached", shown.quantity.name, "seeds.reach", 164)
        quantity = QUANTITIES[name]
        _word("of at least" if quantity.better > 0 else "below")
        start = shown.number if quantity == shown.quantity else quantity.usual
        number = _number(quantity.rule, "Threshold", start, "seeds.number", name)
        when = _choice(WHEN, "When", shown.when, "seeds.when", 132)
        _word("shown by")
        curve = _choice(curves, "Curves", known, "seeds.curve", 172)
    new = Seeds(count, data, threshold(name, number), when, curve)
    return seeds if new == shown else new


def section(pair: Pair, view: View) -> None:
    """Draw what there is of both sides over the seeds, which are trained if they are not yet."""
    asked = {"A": (pair.a, view.seeds), "B": (pair.b, view.seeds)}
    is_engine = only_engines_differ(pair.a, pair.b)
    if is_engine:
        asked["B"] = pair.b, dataclasses.replace(view.seeds, count=min(FEW, view.seeds.count))
    refused = {name: sentence for name, (e, seeds) in asked.items() if (sentence := refusal(e, seeds.count))}
    wanted = [name for name in asked if name not in refused]
    looks = dict(zip(wanted, screen.look([measurement(*asked[name]) for name in wanted], PLACE, 0), strict=True))
    overs = {name: over for name, look in looks.items() if (over := _over(asked[name][1], look))}
    for name, sentence in refused.items():
        st.markdown(f"**{name}** · {sentence}")
    progress = partial(_progress, looks, {name: seeds.count for name, (_, seeds) in asked.items()})
    if is_engine:
        _one_side(looks, overs, pair, view, progress)
    else:
        _two_sides(looks, overs, pair, view, progress)


def measurement(experiment: Experiment, seeds: Seeds) -> Measurement:
    """The training of an experiment over seeds, group by group. What counts as reached is asked of the runs later."""
    of_seeds = experiments(seeds, experiment)
    parts = [partial(trained, group, of_seeds[0]) for group in groups(of_seeds)]
    key = f"seeds {seeds.count} {seeds.data} of {experiment_key(experiment)}"
    return Measurement(key, "Training the seeds", parts, experiment.engine, idle=True)


def _over(seeds: Seeds, look: Look) -> Over | None:
    """What there is of a side; None before the first group is through."""
    runs = tuple(run for group in look.found for run in group)
    return Over(seeds, runs) if runs else None


# ---- controls --------------------------------------------------------------------------------------------------------


def _word(text: str) -> None:
    st.markdown(text, width="content")


def _number(rule: Whole | Real, label: str, value: float, name: str, start: str = "") -> float:
    with st.container(width=84):
        return widgets.field(rule, label, value, address.key(name, start), label_visibility="collapsed")


def _choice(options: Mapping[str, str], label: str, value: str, name: str, width: int) -> str:
    with st.container(width=width):
        return widgets.choice(options, label, value, address.key(name), label_visibility="collapsed")


def _curves(pair: Pair) -> dict[str, str]:
    """What can be drawn of each run by epoch, with its label."""
    score = "accuracy" if pair.a.classes else "R²"
    layers = max(len(pair.a.sizes), len(pair.b.sizes)) - 1
    return {
        "test_accuracy": f"test {score}",
        "train_accuracy": f"training {score}",
        "test_loss": "test loss",
        "train_loss": "training loss",
        **{f"{GRADIENT}{layer}": f"gradient, layer {layer}" for layer in range(1, layers + 1)},
    }


# ---- what is drawn ---------------------------------------------------------------------------------------------------


def _progress(looks: Mapping[str, Look], of: Mapping[str, int]) -> None:
    """How many seeds are through, with a button that stops them or goes on."""

    def said(now: Sequence[Look]) -> str:
        through = {name: sum(map(len, look.found)) for name, look in zip(looks, now, strict=True)}
        return "Seeds that are through: " + ", ".join(
            f"{name} {count} of {of[name]}" for name, count in through.items()
        )

    if not all(look.state == "finished" for look in looks.values()):
        screen.status(list(looks.values()), PLACE, POLL_SOON_S, said)


def _one_side(looks: Mapping[str, Look], overs: Overs, pair: Pair, view: View, progress: Callable[[], None]) -> None:
    """A, and what B is, which is A on the other engine."""
    left, right = st.columns(2, gap="medium")
    if "A" in looks:
        with left:
            _side("A", overs, view, looks["A"].busy)
    with right:
        if {"A", "B"} <= overs.keys():
            st.markdown(as_other_engine(overs["A"], overs["B"]))
        elif "B" in looks:
            st.markdown(f"**B** is A on {ENGINES[pair.b.engine]}, which is trained on a few of the seeds.")
        progress()
        if "A" in overs:
            _ends({"A": overs["A"]}, pair, view)


def _two_sides(looks: Mapping[str, Look], overs: Overs, pair: Pair, view: View, progress: Callable[[], None]) -> None:
    """A and B beside each other, and B against A."""
    for column, (name, look) in zip(st.columns(2, gap="medium"), looks.items(), strict=False):
        with column:
            _side(name, overs, view, look.busy)
    progress()
    if {"A", "B"} <= overs.keys():
        st.markdown(paired_in_words(overs["A"], overs["B"]), help=words.help("sign_test"))
    if overs:
        _ends(overs, pair, view)


def _side(name: str, overs: Overs, view: View, busy: bool) -> None:
    """Sentence, curves and plane of a side."""
    if name not in overs:
        room.keep(ROOM, busy)
        return
    from pages.parts.compare import seed_figures as figures  # with Plotly and pandas: when there is a chart

    st.markdown(f"**{name}** · {in_words(overs[name])}", help=words.help("interval"))
    drawn = figures.of_side(name, overs, view, st.context.theme.type or "light")
    places = zip(("curves", "plane"), st.columns([3, 2][: len(drawn)]), drawn, strict=False)
    for what, place, (figure, said) in places:
        place.plotly_chart(figure, key=f"seeds {name} {what}", config=figures.CONFIG, alt=said)


def _ends(overs: Overs, pair: Pair, view: View) -> None:
    """Where each run ended: a dot each, which opens it; the table."""
    from pages.parts.compare import seed_figures as figures

    left, right = st.columns([5, 2], vertical_alignment="center")
    opened: list[tuple[str, int]] = []
    with left:
        for names, figure, said in figures.strips(overs, view):
            event = st.plotly_chart(
                figure,
                key=address.key(f"seeds.strip {names}"),
                config=figures.CONFIG,
                alt=said,
                on_select="rerun",
                selection_mode="points",
            )
            opened += [(point["legendgroup"], int(point["customdata"])) for point in event.selection.points]
    with right:
        choices = [(name, i) for name, over in overs.items() for i in range(len(over.runs))]
        chosen = st.selectbox(
            "Open a seed",
            choices,
            index=None,
            format_func=lambda each: f"{each[0]}, {figures.end_in_words(overs[each[0]], each[1])}",
            key=address.key("seeds.open"),
            placeholder="Or press its dot",
        )
        if st.button("Table", key="seeds table"):
            _table(overs, view)
    if opened or chosen:
        open_seed(pair, view, (opened or [chosen])[0][1])


@st.dialog("All seeds", width="large")
def _table(overs: Overs, view: View) -> None:
    """All seeds as a table, to read and as a file."""
    rows = table(overs)
    if view.hides("test_loss"):
        rows = rows.drop(columns="test_loss")
    rows["link"] = share.link({}) + rows["link"]
    links = {"link": st.column_config.LinkColumn(display_text="open")}
    st.dataframe(rows, hide_index=True, column_config=links, height=TABLE_HEIGHT, placeholder="–")
    st.download_button("Save as CSV", rows.to_csv(index=False), "seeds.csv", "text/csv", on_click="ignore")


def open_seed(pair: Pair, view: View, index: int) -> None:
    """Open one of the seeds in Compare, both sides of it; Back leads back to all of them."""
    a, b = (experiments(view.seeds, each)[index] for each in (pair.a, pair.b))
    address.go(to_query(Pair(a, b), dataclasses.replace(view, tab="gradients", frame=-1)))
