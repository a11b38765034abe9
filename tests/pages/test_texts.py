"""No text of any screen has a "nan", a formula that nobody set, or a value that nobody put into its sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core import claims
from core.claims.activations import Settings
from core.claims.deep_stack import Stack
from core.claims.linear_depth import LinearDepth
from core.claims.max_pooling import MaxPooling
from core.data import DATASETS, FEATURES
from core.experiment import ENGINES
from core.fields import Choice, Flag, Names, OneOrPerLayer, Real, Rule, Sizes, Whole, rules
from core.formulas import FORMULAS
from core.link import FIELDS, TABS, to_query
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS
from core.presets import PRESETS
from core.questions import QUESTIONS
from core.reach import QUANTITIES
from core.words import WORDS
from pages.parts.frame.page import SCREENS
from pages.parts.labs import lab
from tests.pages.background.links import Here
from tests.pages.conftest import QUICK, open_address, open_compare, open_home, open_share, press, put, run
from tests.pages.labs.screens import open_lab
from tests.pages.texts import Text, faults, texts

BRIEF = 20  # epochs of what need not be trained to its end
LIGHT = {"rows": "120"}
SMALL = {"gradient_flow": {"depth": "4", "width": "8", "rows": "16"}}  # a stack that is measured in no time
SETTINGS = {"activations": Settings, "linear_depth": LinearDepth, "max_pooling": MaxPooling, "gradient_flow": Stack}
LABS = list(SETTINGS)
ODD = {
    "defaults": "epochs=200",
    "diverged": "activation=identity&learning_rate=10&epochs=20",
    "diverged at once": "activation=identity&learning_rate=1000&epochs=2",
    "penalty above rate": "hidden=&learning_rate=0.3&l2=100&epochs=20",
    "one row a side": "dataset=circle&rows=50&train_share=1&seed=0&hidden=1,1&activation=identity&learning_rate=1"
    "&batch_size=10&epochs=9&l2=100",
    "weights all 0": "initializer=zeros&epochs=20",
    "weights shrunk to 0": "l2=10&learning_rate=0.03&epochs=20",
    "weights cut to 0": "l1=1&learning_rate=0.3&epochs=20",
    "no features": "features=&epochs=20",
    "no features, no layer": "features=&hidden=&epochs=5",
    "one test row": "rows=50&train_share=99&epochs=20",
    "regression, one row a side": "dataset=reg_gauss&loss=squared_linear&rows=50&train_share=1&epochs=20",
    "regression, one test row": "dataset=reg_plane&loss=squared_linear&rows=50&train_share=99&epochs=20",
    "regression, diverged": "dataset=diabetes&loss=squared_linear&standardize=false&learning_rate=100&epochs=9",
    "raw columns": "dataset=wine&axes=0,12&standardize=false&epochs=20",
    "nothing but noise": "noise=50&hidden=8,8&epochs=20",
    "dead": "activation=relu&learning_rate=5&epochs=20",
    "deep": "hidden=4,4,4,4,4,4,4,4,4,4&activation=logistic&epochs=20&rows=60",
    "no step": "optimizer=playground&batch_size=5000&epochs=5",
    "three segments": "epochs=5&2.epochs=5&2.learning_rate=1&3.epochs=5&3.optimizer=adam&b.segments=1",
    "other data": "epochs=5&b.dataset=xor&b.hidden=3",
    "classes and numbers": "epochs=5&b.dataset=reg_gauss&b.loss=squared_linear",
    "TensorFlow Playground's": "epochs=20&optimizer=playground&playground_seed=0.5&initializer=uniform&loss=squared",
    "much that is wrong": "epochs=5&v=7&seed=x&hidden=1,x&colour=red&noise=y&seeds=0&features=x9&activaton=tanh",
}


def looked_at(at: AppTest, place: object = "") -> None:
    found = [(place, each, text) for text in texts(at) for each in faults(text)]
    assert found == []


def query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


# ---- screens ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD)
def test_compare_with_every_tab(name: str) -> None:
    asked = {**LIGHT, **query(ODD[name])}
    at = open_compare({**asked, "chart": "heatmap"})
    looked_at(at)
    for tab in TABS:
        looked_at(open_address(at, {**asked, "seeds": "5", "tab": tab}), tab)
        if tab == "seeds" and any(button.label == "Table" for button in at.button):
            looked_at(press(at, "Table"), "table")


@pytest.mark.parametrize("name", ["diverged", "weights all 0", "dead", "regression, diverged"])
def test_compare_with_what_was_tried(name: str, worker: Here) -> None:
    worker.holds = ""
    at = open_compare({**LIGHT, **query(ODD[name]), "b.engine": "numpy"})
    assert any("Tried" in caption.value for caption in at.caption)
    looked_at(at)


@pytest.mark.parametrize("name", PRESETS)
def test_compare_with_every_preset(name: str) -> None:
    asked = to_query(PRESETS[name].pair, PRESETS[name].view)
    brief = {**asked, **LIGHT, "epochs": str(min(BRIEF, int(asked["epochs"])))}
    at = open_compare(brief)
    looked_at(at)
    looked_at(open_address(at, {**brief, "tab": "loss"}))


def values(rule: Rule) -> Iterator[Any]:
    """The ends of a rule, and each of its rows."""
    match rule:
        case Choice(options) | OneOrPerLayer(options):
            yield from options
        case Names(options, least):
            yield from (tuple(options), tuple(options)[:least])
        case Whole(low, high) | Real(low, high):
            yield from (low, high)
        case Flag():
            yield from (False, True)
        case Sizes(most, low, _):
            yield from ((), (low,) * most)


COSTLY = {"rows", "width", "depth"}  # at their highest


@pytest.mark.parametrize("name", [name for name in FIELDS if name.isidentifier() and "seed" not in name])
def test_compare_with_every_value_of_a_field(name: str) -> None:
    at = open_compare({**QUICK, "epochs": "3"})
    for value in values(FIELDS[name]):
        if name not in COSTLY | {"epochs"} or value == FIELDS[name].low:  # type: ignore[attr-defined]
            asked = {**QUICK, "epochs": "3", "tab": "loss", "b.engine": "numpy", name: FIELDS[name].write(value)}
            looked_at(open_address(at, asked), value)


@pytest.mark.parametrize("name", LABS)
def test_a_lab_with_all_its_checks(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "LABS", claims.LABS)
    at = open_lab(name, {"question": "P1"})
    looked_at(at)
    looked_at(open_share(at))


@pytest.mark.parametrize("name", LABS)
def test_a_lab_with_every_value_of_a_field(name: str) -> None:
    at = open_lab(name)
    for field, rule in rules(SETTINGS[name]).items():
        for value in values(rule):
            if not (field in COSTLY and isinstance(rule, Whole) and value == rule.high):
                looked_at(open_address(at, {**SMALL.get(name, {}), field: rule.write(value)}), (field, value))
    looked_at(open_address(at, dict.fromkeys((*rules(SETTINGS[name]), "colour", "v"), "x?")), "all wrong")


def test_home_help_and_the_defaults_of_compare() -> None:
    for at in (open_home(), open_lab("help"), open_compare()):
        looked_at(at)
        looked_at(open_share(at))


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("path", SCREENS.values())
def test_before_anything_is_there(path: str) -> None:
    looked_at(open_home() if path == "app.py" else open_lab(Path(path).stem))


@pytest.mark.parametrize("name", ["P4", "E3"])
def test_a_question_while_what_answers_it_is_under_way(name: str, worker: Here) -> None:
    worker.turns = 1
    looked_at(open_lab(QUESTIONS[name].screen, QUESTIONS[name].link))


@pytest.mark.parametrize(
    "kind, key, typed", [("number_input", "a.seed", -1.0), ("selectbox", "a.learning_rate", "0,5 or so")]
)
def test_what_stands_under_a_field(kind: str, key: str, typed: Any) -> None:
    at = put(open_compare(QUICK), kind, key, typed)
    assert at.error
    looked_at(at)


# ---- tables of texts -------------------------------------------------------------------------------------------------


def in_rows(value: Any, place: str) -> Iterator[Text]:
    """The texts of rows, and of all that is in them. Formulas are LaTeX, by the names of their fields."""
    if isinstance(value, str):
        kind = "latex" if "latex" in place else "markdown"
        yield Text(place, kind, value)  # type: ignore[arg-type]
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from in_rows(each, f"{place}.{key}")
    elif isinstance(value, tuple):
        for each in value:
            yield from in_rows(each, place)
    elif is_dataclass(value):
        for field in fields(value):
            yield from in_rows(getattr(value, field.name), f"{place}.{field.name}")


TABLES: dict[str, Any] = {
    "words": WORDS,
    "questions": QUESTIONS,
    "presets": PRESETS,
    "quantities": QUANTITIES,
    "engines": ENGINES,
    "formulas": {name: (row.of(row.registry), row.title, row.letters) for name, row in FORMULAS.items()},
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "optimizers": OPTIMIZERS,
    "initial weights": INITIALIZERS,
    "data sets": DATASETS,
    "features": FEATURES,
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_texts(name: str) -> None:
    rows = list(in_rows(TABLES[name], name))
    assert len(rows) >= len(TABLES[name])
    assert [(each, text) for text in rows for each in faults(text)] == []


# ---- the test of the test --------------------------------------------------------------------------------------------

WRONG = {
    "not a number": ["the loss is nan.", "**NaN** of 3", "at -nan", "$x = nan$", "loss=nan"],
    "infinite": ["up to inf", "from -inf", "Infinity", "$[-inf, 1]$"],
    "a zero in powers of ten": ["largest gradient before, 0.0e+00", "0e+00", "0.00E-00"],
    "None": ["Noise: None", "None", "(None, 3)"],
    "Python's way to write it": ["np.float64(0.5)", "array([1, 2])", "<function f at object at 0x7f>"],
    "LaTeX": [r"\frac{1}{2} at most", r"the slope \le 1/4", "costs $5", "$x$ and $y", r"`a` \varphi"],
    "a brace": ["at epoch {epoch:,}.", "{", r"a $\frac{1}{2}$ of {name}"],
}
RIGHT = [
    "None is shown.",
    r"At most $\tfrac14$, where $\varphi'(x) = {e^{-|x|}}$",
    r"\*letter by letter\*, \$5",
    "Set `{x}` and ``\\frac` $``, an info, finance, nano, 10.0e+00, infinite",
    "$$\\text{two lines}\n\\\\ x$$",
]


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, texts in WRONG.items() for text in texts])
def test_each_kind_of_fault_is_found(kind: str, text: str) -> None:
    assert kind in faults(Text("", "markdown", text))


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_no_fault(text: str) -> None:
    assert faults(Text("", "markdown", text)) == []


def in_each_place() -> None:
    """A text with a fault in every kind of place that the screens have."""
    import pandas as pd
    import plotly.graph_objects as go
    import streamlit as st

    st.title("title nan")
    st.caption("caption nan", help="caption help nan")
    st.markdown("markdown nan", help="markdown help nan")
    st.latex("latex = nan")
    st.text("text nan")
    st.html("<b>html</b> nan")
    st.error("error nan")
    st.metric("metric nan", "value nan")
    st.button("button nan", help="button help nan")
    st.selectbox("selectbox nan", ["option nan"], placeholder="placeholder nan", help="selectbox help nan")
    st.pills("pills nan", ["pill nan"], help="pills help nan")
    st.slider("slider nan", 0, 1, help="slider help nan")
    st.expander("expander nan").write("folded nan")
    st.popover("popover nan", help="popover help nan").write("in a popover nan")
    st.tabs(["first", "tab nan"])[1].write("in a tab nan")
    st.sidebar.toggle("sidebar nan")
    st.table(pd.DataFrame({"table column nan": ["table cell nan"]}))
    st.dataframe(
        pd.DataFrame({"column nan": ["cell nan"]}),
        column_config={"column nan": st.column_config.Column(help="column help nan")},
    )
    figure = go.Figure(go.Scatter(x=[1], y=[1], name="line nan", text=["hover nan"]))
    figure.update_layout(title="chart nan", xaxis={"title": "axis nan", "ticktext": ["tick nan"], "tickvals": [1]})
    figure.add_annotation(text="annotation nan")
    st.plotly_chart(figure, alt="alternative nan")


def test_texts_of_every_place_are_read() -> None:
    at = run(AppTest.from_function(in_each_place))
    said = " ".join(Path(__file__).read_text("utf-8").partition("def in_each_place")[2].partition("\ndef ")[0].split())
    planted = {part.rsplit('"', 1)[-1].rsplit(">", 1)[-1] for part in said.split(" nan")[:-1]}
    found = {text.text.removesuffix(" nan").strip() for text in texts(at) if "not a number" in faults(text)}
    missing = {each for each in planted if not any(each.strip() in one for one in found)}
    assert missing == set() and len(planted) > 30
