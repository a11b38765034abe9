"""The ten questions: in order, each with a link that its screen reads whole, and a setting that shows the answer."""

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate2d

from core.claims import activations, deep_stack, linear_depth, max_pooling
from core.claims.one_layer import collapse
from core.diagnosis import diagnose
from core.link import Pair, from_query, settings_from_query, settings_to_query, unknown_keys
from core.network.flow import joined
from core.questions import QUESTIONS, after
from core.sides import expressible, on_engine
from core.training import Run, train

LABS: dict[str, Any] = {
    "linear_depth": linear_depth.LinearDepth,
    "max_pooling": max_pooling.MaxPooling,
    "activations": activations.Settings,
    "gradient_flow": deep_stack.Stack,
}


def settings(name: str) -> Any:
    """What the lab of a question opens with; every value of the link must count."""
    question = QUESTIONS[name]
    found, problems = settings_from_query(LABS[question.screen], question.link)
    written = settings_to_query(found)
    assert [*problems, *unknown_keys(question.link, written)] == []
    assert {key: written[key] for key in question.query} == question.query
    return found


def pair(name: str) -> Pair:
    """What Compare opens with for a question; nothing of the link may be left out or replaced."""
    found, _, problems = from_query(QUESTIONS[name].link)
    assert problems == []
    assert expressible(found) == (found, [])
    return found


@cache
def runs(name: str) -> tuple[Run, Run]:
    return train(pair(name).a), train(on_engine(pair(name).b, "numpy"))


def test_the_questions_are_those_of_the_course_in_its_order() -> None:
    assert list(QUESTIONS) == ["P1", "P2", "P3", "P4", "P5", "P6", "E1", "E2", "E3", "E4"]
    assert [name for name, row in QUESTIONS.items() if row.id != name or not row.words.endswith("?")] == []
    assert {QUESTIONS[name].screen for name in QUESTIONS if name[0] == "E"} == {"compare"}
    assert {QUESTIONS[name].screen for name in QUESTIONS if name[0] == "P"} == set(LABS)


def test_each_leads_to_the_next_and_the_last_to_none() -> None:
    name, passed = "P1", []
    while row := after(QUESTIONS[name]):
        passed.append(name)
        name = row.id
    assert [*passed, name] == list(QUESTIONS)


def test_a_link_says_which_question_it_was_opened_for() -> None:
    for name, row in QUESTIONS.items():
        assert row.link == {"question": name, **row.query}
        assert {field.name for field in fields(row)} == {"id", "words", "screen", "query"}


# ---- reasons --------------------------------------------------------------------------------------------------------


def test_p1_shows_linear_layers_multiplied_into_one() -> None:
    shown = settings("P1")
    assert (shown.activation, shown.multiplied, shown.dataset) == ("identity", True, "circle")
    layers = train(linear_depth.experiment(shown)).layers[-1]
    assert len(layers) > 2
    network, product = collapse(layers, shown.activation)
    np.testing.assert_allclose(product, network, rtol=1e-9, atol=1e-12)


def test_p2_shows_that_max_pooling_is_not_linear_and_average_pooling_is() -> None:
    shown = settings("P2")
    kernel = np.array(max_pooling.KERNELS[shown.kernel].weights)
    x, y = (np.random.default_rng(seed).normal(size=(8, 8)) for seed in (0, 1))

    def gap(pool: Any) -> float:
        def through(picture: np.ndarray) -> Any:
            return pool(correlate2d(picture, kernel, "valid").reshape(3, 2, 3, 2), axis=(1, 3))

        return float(np.abs(through(shown.a * x + shown.b * y) - shown.a * through(x) - shown.b * through(y)).max())

    assert gap(np.mean) < 1e-12
    assert gap(np.max) > 0.1


@pytest.mark.parametrize(
    "name, drawn", [("P3", {"logistic"}), ("P5", {"logistic", "tanh"}), ("P6", {"logistic", "tanh"})]
)
def test_p3_p5_p6_draw_the_functions_that_they_ask_about(name: str, drawn: set[str]) -> None:
    assert set(settings(name).activations) == drawn


def test_p4_shows_a_slope_of_at_most_a_quarter_and_a_gradient_that_is_gone() -> None:
    stack = settings("P4")
    assert stack.activation == "logistic"
    measured = joined([deep_stack.measure(stack, range(3))])
    assert np.nanmax(measured.slope_factor) <= 0.25
    assert (measured.delta[:, 0] / measured.delta[:, -1]).max() < 1e-9


# ---- experiments ----------------------------------------------------------------------------------------------------


def test_e1_a_line_does_not_part_the_circle_and_a_hidden_layer_does() -> None:
    a, b = runs("E1")
    assert pair("E1").a.hidden == () and len(pair("E1").b.hidden) == 1
    assert pair("E1").a.dataset == "circle" and pair("E1").a.features == ("x1", "x2")
    assert a.test_accuracy[-1] < 0.65 and diagnose(a).verdict == "linear"
    assert b.test_accuracy[-1] > 0.95


def test_e2_squares_part_the_circle_without_a_hidden_layer() -> None:
    a, _ = runs("E2")
    assert (a.experiment.hidden, a.experiment.features) == ((), ("x1sq", "x2sq"))
    assert a.test_accuracy[-1] > 0.98


def test_e3_four_units_part_xor_and_two_do_not_here() -> None:
    a, b = runs("E3")
    assert (a.experiment.dataset, a.experiment.hidden, b.experiment.hidden) == ("xor", (4,), (2,))
    assert a.test_accuracy[-1] > 0.95 and diagnose(a).verdict == "fine"
    assert b.test_accuracy[-1] < 0.85 and diagnose(b).verdict == "at rest"


def test_e4_the_spiral_takes_two_wide_layers_and_hundreds_of_epochs() -> None:
    a, _ = runs("E4")
    assert (a.experiment.dataset, a.experiment.hidden) == ("spiral", (8, 8))
    assert a.test_accuracy[-1] > 0.93
    assert a.test_accuracy[a.epochs <= 200].max() < 0.9
