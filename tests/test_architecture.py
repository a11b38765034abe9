"""docs/architecture.md names the functions that a value passes through: each is there, and they are not too many."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_HOPS = 40
ROW = re.compile(r"^\| (\d+) \| `([\w/.]+)` `(\w+)` \|", re.MULTILINE)
HOPS = ROW.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("_number, path, name", HOPS)
def test_a_hop_is_a_function(_number: str, path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".js"):
        assert re.search(rf"^(async |export )*function {name}\(", text, re.MULTILINE)
    else:
        functions = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
        assert name in functions


def test_the_way_is_short() -> None:
    assert [int(number) for number, _, _ in HOPS] == list(range(1, len(HOPS) + 1))
    assert len(HOPS) <= MOST_HOPS
