"""Every claim of every lab, measured: here alone, as some of them train networks for seconds."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import isfinite
from types import CodeType, FunctionType
from typing import get_type_hints

import pytest

from core import claims
from core.claims import LABS, Claim
from core.claims.max_pooling import train_split

Measure = Callable[[], Sequence[Claim]]
CASES = [(lab, number) for lab, measures in LABS.items() for number in range(len(measures))]


@pytest.mark.parametrize("lab, number", CASES)
def test_every_claim_holds(lab: str, number: int) -> None:
    measure = LABS[lab][number]
    found = measure()
    assert found or getattr(measure, "func", None) is train_split
    for claim in found:
        assert claim.statement.strip() and claim.measured.strip()
        assert isfinite(claim.value), claim
        assert claim.holds, claim


def test_no_function_that_returns_claims_is_forgotten() -> None:
    modules = [
        importlib.import_module(f"core.claims.{module.name}") for module in pkgutil.iter_modules(claims.__path__)
    ]
    own = [f for module in modules for f in vars(module).values() if of_claims(f) and not f.__name__.startswith("_")]
    returning = {f for f in own if get_type_hints(f).get("return") in (Claim, list[Claim], Sequence[Claim])}
    forgotten = returning - reached([measure for measures in LABS.values() for measure in measures])
    assert len(returning) > 20 and not {f"{f.__module__}.{f.__name__}" for f in forgotten}


def test_a_forgotten_function_is_noticed() -> None:
    every = reached([measure for measures in LABS.values() for measure in measures])
    without = reached([measure for lab in LABS if lab != "max_pooling" for measure in LABS[lab]])
    assert {f.__name__ for f in every - without} >= {"superposition_claims", "not_relu_claim", "training_claims"}


def reached(measures: Sequence[Measure]) -> set[object]:
    """The functions of the labs that these functions call, directly or not: whose names are in their code."""
    found: set[object] = set()
    ahead: list[object] = list(measures)
    while ahead:
        function = ahead.pop()
        if isinstance(function, partial):
            function = function.func
        if isinstance(function, FunctionType) and function not in found:
            found.add(function)
            ahead += [f for name in names(function.__code__) if of_claims(f := function.__globals__.get(name))]
    return found


def names(code: CodeType) -> Iterator[str]:
    """Of the globals that code reads, functions within it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names(constant)


def of_claims(value: object) -> bool:
    return isinstance(value, FunctionType) and value.__module__.startswith("core.claims.")
