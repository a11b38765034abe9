"""An expert's verdicts on runs of every kind, which no rounding changes."""

from dataclasses import replace
from typing import get_args
from urllib.parse import parse_qsl

import pytest

from core import remedies
from core.diagnosis import Verdict, diagnose
from core.experiment import Experiment, changed
from core.link import from_query
from core.remedies import judged, parts, planned
from core.training import completed, train
from tests.core.experts import ADVICE, EXPERTS

NUDGE = 1 - 1e-12  # of the learning rate: every weight is then rounded otherwise, as on a processor without AVX-512


def experiment(query: str) -> Experiment:
    pair, _, problems = from_query(dict(parse_qsl(query, keep_blank_values=True)))
    assert problems == []
    return pair.a


@pytest.mark.parametrize("verdict, query", [(verdict, query) for verdict, rows in EXPERTS.items() for query in rows])
def test_the_verdict_is_an_experts_however_it_is_rounded(verdict: str, query: str) -> None:
    a = experiment(query)
    assert diagnose(train(a)).verdict == verdict
    rate = a.segments[0].learning_rate
    if a.engine == "numpy" and rate > 1e-6:  # which is the lowest
        assert diagnose(train(changed(a, learning_rate=NUDGE * rate))).verdict == verdict


@pytest.mark.parametrize("words, query", [(words, query) for words, rows in ADVICE.items() for query in rows])
def test_the_advice_is_what_helped(words: str, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "thread_time", lambda: 0.0)  # no machine is too slow
    run = train(experiment(query))
    plan = planned(run, diagnose(run))
    if words:
        plan = replace(plan, remedies=tuple(remedy for remedy in plan.remedies if remedy.words == words))
    found = judged(plan, [completed(part()) for part in parts(plan)])
    helpful = [outcome.remedy.words for outcome in found.outcomes if outcome.helps]
    assert words in helpful if words else helpful == []


def test_every_verdict_is_there() -> None:
    assert sum(map(len, EXPERTS.values())) >= 100
    assert set(get_args(Verdict)) - EXPERTS.keys() == {"stuck", "too narrow"}  # which one run can not tell
    assert all(len(rows) >= 4 for rows in EXPERTS.values())


def test_advice_is_tried_on_many_of_them() -> None:
    tried = [query for rows in ADVICE.values() for query in rows]
    assert len(set(tried)) == len(tried) >= 60
    assert set(tried) <= {query for rows in EXPERTS.values() for query in rows}


def test_they_are_of_every_kind() -> None:
    runs = [experiment(query) for rows in EXPERTS.values() for query in rows]
    assert {run.engine for run in runs} == {"numpy", "sklearn"}
    assert {0, 2, 3, 5, 10} == {run.classes for run in runs}
    assert len({run.dataset for run in runs}) >= 15
    assert len({run.segments[0].optimizer for run in runs}) == 8
    assert len({name for run in runs for name in run.activations}) >= 7
