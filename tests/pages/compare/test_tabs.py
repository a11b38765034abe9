"""The tabs under the stage: which is open stands in the address, and nothing else is computed."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.data import DATASETS
from core.experiment import Experiment, changed
from core.export import READ_FIRST, SOURCES, script, source
from core.link import TABS, Pair, View, from_query, to_query
from core.sides import on_engine
from pages.parts.background import tasks
from pages.parts.compare import difference, figures, room, seeds, sources
from tests.pages.background.links import Here
from tests.pages.conftest import (
    QUICK,
    address,
    keys,
    on_stage,
    open_address,
    open_compare,
    press,
    press_on_stage,
    put,
    run,
    specs,
    to_stage,
    widget,
    words,
)
from tests.pages.texts import texts

BASE = changed(Experiment(), epochs=5, rows=60)
LONG = {"epochs": "10000", "hidden": "8,8"}


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    figures.drawn.clear()
    yield
    figures.drawn.clear()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each thing that a tab may need is computed."""
    calls: Counter[str] = Counter()

    def spy(module: Any, name: str, what: str) -> None:
        function = getattr(module, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            calls[what] += 1
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, counted)

    for name, what in (("_gradients", "gradients"), ("_heat_map", "map"), ("_losses", "loss"), ("_scores", "score")):
        spy(figures, name, what)
    spy(figures, "_predictions", "predictions")
    spy(tasks, "by_epoch", "difference")
    spy(tasks, "shown", "step")
    spy(sources, "script", "script")
    spy(sources, "source", "source")
    spy(seeds, "measurement", "seeds")
    return calls


def titles(at: AppTest) -> list[tuple[str, str]]:
    """What stands at the axes of the charts."""
    layouts = [each["layout"] for each in specs(at)]
    texts = [(layout["xaxis"]["title"]["text"], layout["yaxis"]["title"]["text"]) for layout in layouts]
    return [
        (across.partition(" (")[0], up.partition(" (")[0]) if "(rms)" not in up else (across, up)
        for across, up in texts
    ]


NEEDS = {
    "gradients": {"gradients": 1},
    "loss": {"loss": 1, "score": 1, "predictions": 2},
    "difference": {"difference": 1},
    "seeds": {"seeds": 2},
    "step": {"step": 1},
    "code": {"script": 1, "source": 1},
}


@pytest.mark.parametrize("name", TABS)
def test_only_the_open_tab_is_computed(name: str, computed: Counter[str]) -> None:
    open_compare({**QUICK, "tab": name})
    assert computed == NEEDS[name]


def test_a_rerun_draws_the_same_figures_without_computing_them(computed: Counter[str]) -> None:
    at = open_compare({**QUICK, "tab": "loss"})
    before = dict(computed)
    run(at)
    assert computed == before


def test_another_tab_is_written_and_back_opens_the_one_before(computed: Counter[str]) -> None:
    at = open_compare(QUICK)
    assert "tab" not in address(at)
    sides = [side["key"] for side in on_stage(at)]
    put(at, "button_group", "tab", "loss")
    older = address(at)
    assert older["tab"] == "loss"
    assert titles(at) == [
        ("epoch", "loss"),
        ("epoch", "accuracy"),
        ("predicted by A", "true"),
        ("predicted by B", "true"),
    ]
    put(at, "button_group", "tab", "code")
    assert address(at)["tab"] == "code" and at.get("plotly_chart") == []
    open_address(at, older)
    assert address(at)["tab"] == "loss" and len(at.get("plotly_chart")) == 4
    put(at, "button_group", "tab", "gradients")
    assert "tab" not in address(at) and titles(at) == [("epoch", "dL/dW (rms)")]
    assert [side["key"] for side in on_stage(at)] == sides
    assert computed["gradients"] == computed["loss"] == 1  # what was drawn once is kept


def test_hidden_charts_leave_no_tab(computed: Counter[str]) -> None:
    at = open_compare({**QUICK, "hide": "charts", "tab": "code"})
    assert not computed and "tab" not in keys(at)


def test_the_row_stays_the_same_one_however_often_another_tab_is_opened() -> None:
    """A control that is another one is drawn anew, and the keyboard loses its place."""
    at = open_compare({**QUICK, "tab": "code"})
    first = widget(at, "button_group", "tab").proto.id
    for name in ("loss", "difference"):
        assert widget(put(at, "button_group", "tab", name), "button_group", "tab").proto.id == first
    assert "tab" in keys(at)


# charts


def test_the_charts_follow_the_stage_s_gradient_and_its_choice_of_lines() -> None:
    at = open_compare({**QUICK, "gradient": "delta"})
    assert to_stage(at)["choices"]["gradient"] == "delta"
    assert titles(at) == [("epoch", "dL/dz (rms)")]
    assert "view.gradient" not in keys(at)
    before = [side["key"] for side in on_stage(at)]
    put(at, "button_group", "chart", "heatmap")
    assert from_query(address(at))[1] == View(gradient="delta", chart="heatmap")
    assert titles(at) == [("epoch", "layer of A"), ("epoch", "layer of B")]
    assert [side["key"] for side in on_stage(at)] == before


def test_regression_has_r_squared_and_residuals() -> None:
    a = changed(BASE, dataset="reg_gauss", hidden=(8, 8))
    at = open_compare(to_query(Pair(a, on_engine(a, "sklearn")), View(tab="loss")))
    assert titles(at) == [("epoch", "loss"), ("epoch", "R²"), ("true", "predicted by A"), ("true", "predicted by B")]


def test_sides_without_a_common_axis_have_charts_of_their_own() -> None:
    at = open_compare({**QUICK, "b.dataset": "saddle", "b.engine": "numpy", "tab": "loss"})
    assert titles(at) == [
        ("epoch", "loss"),
        ("epoch", "loss"),
        ("epoch", "accuracy"),
        ("epoch", "R²"),
        ("predicted by A", "true"),
        ("true", "predicted by B"),
    ]


@pytest.mark.parametrize("dataset", DATASETS)
def test_room_and_charts_have_the_same_height(dataset: str) -> None:
    a = changed(BASE, dataset=dataset)
    pair = Pair(a, on_engine(a, "sklearn"))
    for tab in ("gradients", "loss"):
        cells = [cell for row in room.rows([pair.a, pair.b], View(tab=tab)) for cell in row]
        at = open_compare(to_query(pair, View(tab=tab)))
        assert [each["layout"]["height"] for each in specs(at)] == [cell.height for cell in cells]


def test_what_has_not_ended_leaves_room(worker: Here) -> None:
    worker.turns = 0
    at = open_compare({**LONG, "tab": "loss"})
    assert [text.value for text in at.caption].count("Drawn when training has ended.") == 4
    at = open_compare({**LONG, "tab": "difference"})
    assert "Drawn when training has ended." in [text.value for text in at.caption]


def test_what_ended_is_drawn_beside_what_still_trains(worker: Here) -> None:
    worker.holds = "dataset=circle&axes=principal&rows=60&noise=0&train_share=50&seed=2"
    at = open_compare({**QUICK, "tab": "loss", "b.seed": "2"})
    assert titles(at) == [("epoch", "loss"), ("epoch", "accuracy"), ("predicted by A", "true")]


# A minus B


def test_the_difference_is_measured_and_said() -> None:
    at = open_compare({**QUICK, "tab": "difference", "epochs": "60"})
    assert "Equal to 1e-10 at every recorded epoch. The largest difference is" in words(at)
    assert titles(at) == [("epoch", "largest difference")]


@pytest.mark.parametrize(
    ("b", "said"),
    [
        ({"b.hidden": "3"}, "Networks of different shape can not be subtracted: A is 2 – 4 – 2 – 1, B is 2 – 3 – 1."),
        ({"b.seed": "9"}, "A and B start from different weights"),
    ],
)
def test_what_can_not_be_subtracted_is_said(b: dict[str, str], said: str, computed: Counter[str]) -> None:
    at = open_compare({**QUICK, "tab": "difference", "b.engine": "numpy", **b})
    assert said in words(at)
    assert not computed and at.get("plotly_chart") == []


def test_another_rate_is_subtracted_and_rounding_is_not_spoken_of() -> None:
    at = open_compare({**QUICK, "tab": "difference", "b.learning_rate": "0.1", "b.engine": "numpy"})
    said = next(text for text in words(at).split("\n") if text.startswith("Equal to 1e-10 up to epoch 0"))
    assert "ounding" not in said
    (chart,) = specs(at)
    assert [line["name"] for line in chart["data"]] == ["A minus B"]


def test_stopped_runs_are_subtracted_as_far_as_they_go(worker: Here) -> None:
    worker.turns = 5
    at = press_on_stage(open_compare({**LONG, "tab": "difference"}), "stop")
    worker.turns = None
    assert "Equal" in words(run(at))
    assert titles(at) == [("epoch", "largest difference")]


def test_a_measurement_that_breaks_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(tasks, "by_epoch", broken)
    at = open_compare({**QUICK, "tab": "difference"})
    assert "Not measured: the server's log says why." in words(at)
    monkeypatch.undo()


def test_who_measures() -> None:
    def engine(a: str, b: str) -> str:
        at = [changed(BASE, engine=name) for name in (a, b)]
        looks = [_Ended(experiment) for experiment in at]
        return difference.measurement(looks).engine  # type: ignore[arg-type]

    assert engine("numpy", "sklearn") == engine("sklearn", "numpy") == "sklearn"
    assert engine("numpy", "numpy") == "numpy"


class _Ended:
    """What `measurement` reads of a look."""

    def __init__(self, experiment: Experiment) -> None:
        self.id = "id"
        self.work = self.outcome = self.run = self
        self.experiment, self.epochs = experiment, [0, 5]


# code


def code(at: AppTest) -> list[str]:
    return [f"{block.value}\n" for block in at.code if block.language == "python"]  # not the links of Share


def test_code_shows_this_experiment_and_what_to_read_first() -> None:
    at = open_compare({**QUICK, "tab": "code", "activation": "relu"})
    a = changed(BASE, activation="relu")
    assert code(at) == [script(a, "numpy"), source(READ_FIRST)]
    widget(at, "selectbox", "script").set_value("A in scikit-learn")
    assert code(run(at))[0] == script(a, "sklearn")
    assert widget(at, "selectbox", "source").options == [
        READ_FIRST,
        *SOURCES["numpy"],
        *(path for path in SOURCES["sklearn"] if path not in SOURCES["numpy"]),
    ]
    widget(at, "selectbox", "source").set_value("core/engines/sklearn_engine.py")
    assert code(run(at))[1] == source("core/engines/sklearn_engine.py")


def test_b_has_a_script_of_its_own_where_it_is_another_experiment() -> None:
    at = open_compare({**QUICK, "tab": "code", "b.engine": "numpy", "b.seed": "4"})
    assert widget(at, "selectbox", "script").options == ["A in NumPy", "A in scikit-learn", "B in NumPy"]
    widget(at, "selectbox", "script").set_value("B in NumPy")
    assert code(run(at))[0] == script(changed(BASE, seed=4))


OVERFITTED = (
    "dataset=spiral&train_share=10&hidden=16,16&optimizer=adam&learning_rate=0.05&epochs=200"
    "&seeds=5&seeds.reach=test_loss<0.1&seeds.curve=test_loss&b.learning_rate=0.01&b.engine=numpy"
)


def test_with_the_test_loss_hidden_nothing_names_it(worker: Here) -> None:
    worker.holds = ""
    asked = dict(parse_qsl(OVERFITTED))
    at = open_compare(asked)
    said = [each.text for each in texts(at) if "test loss" in each.text]
    assert any("Overfitting" in each for each in said) and any("Tried" in each for each in said)
    for tab in TABS:
        open_address(at, {**asked, "tab": tab, "hide": "test_loss"})
        if tab == "seeds":
            press(at, "Table")
        named = [each for each in texts(at) if re.search("test.loss", each.text, re.IGNORECASE)]
        assert named == [] and "Overfitting" in words(at)
        assert address(at)["hide"] == "test_loss"
