"""The words: every one that the screens use, each sentence true, each link opening what it explains."""

import re
from typing import Any, get_args

import numpy as np
import pytest

from core import diagnosis, remedies, words
from core.claims import activations, deep_stack, linear_depth
from core.diagnosis import Verdict, diagnose
from core.exercises.hand_in import read
from core.experiment import Experiment, Segment
from core.fields import rules
from core.link import View, from_query, settings_from_query, settings_to_query, unknown_keys
from core.network import ACTIVATIONS, INITIALIZERS, tails
from core.recording import LOSS_LIMIT
from core.remedies import tried
from core.sides import expressible, on_engine
from core.training import train
from core.words import SUBJECTS, WORDS

LABS: dict[str, Any] = {
    "linear_depth": linear_depth.LinearDepth,
    "activations": activations.Settings,
    "gradient_flow": deep_stack.Stack,
}
UNSAID = {"tab", "order_after", "hide", "chart"}  # fields without a control, and how the charts are drawn
OF_A_LAB = {"activation"}  # fields that are best seen there
NUMBERS = (  # of the sentences, and those of the rules
    ("fine", "95 %", diagnosis.LEARNED, 0.95),
    ("fine", "R² 0.95", diagnosis.LEARNED, 0.95),
    ("overfitting", "30 percentage points", diagnosis.OVERFITTING, 0.3),
    ("diverged", "a million times", LOSS_LIMIT, 1e6),
    ("dead", "half", diagnosis.IDLE_SHARE, 0.5),
    ("saturated", "half", diagnosis.IDLE_SHARE, 0.5),
    ("vanishing", "a thousandth", diagnosis.VANISHING, 1e-3),
    ("exploding", "ten times", diagnosis.EXPLODING, 10),
    ("overfitting", "1.5 times", diagnosis.TEST_RISE, 1.5),
    ("diverged", "4.5e15", round(diagnosis.LARGEST, -14), 4.5e15),
    ("unscaled", "above 10", diagnosis.LARGE, 10),
    ("unscaled", "below 0.1", diagnosis.SMALL, 0.1),
    ("penalised", "half", diagnosis.PENALISED, 0.5),
    ("saturation", "1 %", tails.SATURATED, 0.01),
    ("slope_factor", "1/4", float(ACTIVATIONS["logistic"].slope(np.zeros(1))[0]), 0.25),
)


def test_every_control_and_every_verdict_has_its_word() -> None:
    fields = {*rules(Experiment), *rules(Segment), *rules(View)} - UNSAID
    assert fields - WORDS.keys() == set()
    assert set(get_args(Verdict)) == {*SUBJECTS["Verdicts"]} - {"verdict"}


def test_a_word_stands_under_one_subject() -> None:
    assert len(WORDS) == sum(map(len, SUBJECTS.values()))
    assert len({word.term for word in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_explained_in_short_sentences_of_plain_text(name: str) -> None:
    sentence = WORDS[name].sentence
    assert re.fullmatch(r"[A-Zφd].*[.]", sentence)
    assert len(sentence) <= 240
    assert not re.search(r"[*_`$<>\[\]\\~#]|\(\w+:", sentence)  # nothing that Markdown would change
    assert words.help(name) == sentence


def test_what_is_no_word_has_no_help() -> None:
    assert words.help("order_after") is None


@pytest.mark.parametrize("name", WORDS)
def test_a_word_opens_a_setting_that_its_screen_reads_whole(name: str) -> None:
    word = WORDS[name]
    assert word.query  # an address without any would be the one that was seen last
    if word.screen == "compare":
        pair, _, problems = from_query(word.query)
        assert problems == []
        assert expressible(pair)[1] == []
    elif name in SUBJECTS["Exercises"]:
        hand_in, problems = read(word.query)
        assert (hand_in.query, problems) == (word.query, [])
        assert hand_in.exercise is None or hand_in.exercise.screen == word.screen
    else:
        settings, problems = settings_from_query(LABS[word.screen], word.query)
        written = settings_to_query(settings)
        assert [*problems, *unknown_keys(word.query, written)] == []
        assert {key: written[key] for key in word.query} == word.query


def test_a_field_opens_with_a_value_of_its_own() -> None:
    fields = ({*rules(Experiment), *rules(Segment), *rules(View)} & WORDS.keys()) - OF_A_LAB
    unset = {name for name in fields if not {name, f"b.{name}", f"2.{name}"} & WORDS[name].query.keys()}
    assert unset == set()


@pytest.mark.parametrize("name", list(SUBJECTS["Verdicts"])[1:])
def test_a_verdict_opens_a_run_that_earns_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "thread_time", lambda: 0.0)  # no machine is too slow
    run = train(on_engine(from_query(WORDS[name].query)[0].a, "numpy"))
    found = tried(run).diagnosis if name in ("stuck", "too narrow") else diagnose(run)
    assert found.verdict == name


def test_dead_units_are_there_where_their_word_leads() -> None:
    assert from_query(WORDS["dead_unit"].query) == from_query(WORDS["dead"].query)


@pytest.mark.parametrize("name, written, threshold, value", NUMBERS)
def test_numbers_in_the_sentences_are_those_of_the_rules(
    name: str, written: str, threshold: float, value: float
) -> None:
    assert written in WORDS[name].sentence
    assert threshold == value


@pytest.mark.parametrize("name, variance", [("glorot_normal", 2 / (300 + 100)), ("he_normal", 2 / 300)])
def test_initial_weights_have_the_variance_that_is_said(name: str, variance: float) -> None:
    W, _ = INITIALIZERS[name].draw(np.random.RandomState(0), 300, 100, "tanh")
    assert np.var(W) == pytest.approx(variance, rel=0.03)


def test_relu_is_zero_for_half_of_its_sums() -> None:
    z = np.random.default_rng(0).normal(size=100_000)
    assert np.mean(ACTIVATIONS["relu"].value(z) == 0) == pytest.approx(0.5, abs=0.01)
