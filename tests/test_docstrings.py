"""What the docstrings of core have to say: that there is one, the shape of every array, and what is raised.

Public is what has no leading underscore: functions and classes of a module, and methods of such a class.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_imports import CORE, ids, module

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef

ARRAYS = re.compile(r"\b(ndarray|Array|Layers?|Sides)\b")  # in an annotation; a Layer is (W, b)
ELEMENT = r"(?:\.\.\.|[*(]*\w+[\w*)]*(?: ?[-+*/^]+ ?\w+\)?)*)"  # n, S + 1, *(S - K + 1); two words are prose
SHAPE = re.compile(rf"\({ELEMENT}(?:,|(?:, {ELEMENT})+)\)|\bshapes?\b|zero-dimensional")  # (L,), (n, F), any shape
# `core.fields.Rule` and `core.exercises.answers.Kind` say once what these do, take and raise
IN_PROTOCOL = {"accepts", "parse", "write", "in_words"}
CONSTRUCTORS = {"__init__", "__post_init__"}  # their arguments and errors are those of the class


@pytest.mark.parametrize("path", CORE, ids=ids)
def test_docstrings_are_there_with_shapes_and_errors(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    shared = held_by_rows(tree)
    lacks = [(name, lack) for name, node in documented(tree) for lack in lacking(node, shapes=name not in shared)]
    assert not lacks, "\n".join(f"{module(path)}: {name} {lack}" for name, lack in lacks)


def documented(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    for node in tree.body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node.name, node
            for method in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(method, Function) and not method.name.startswith("_") and method.name not in IN_PROTOCOL:
                    yield f"{node.name}.{method.name}", method


def held_by_rows(tree: ast.Module) -> set[str]:
    """Functions that rows of a registry in the same module hold, as `Activation(..., relu, relu_slope)` does.

    They have the signature that the class of the rows documents, and its shapes: they need not repeat them.
    """
    assigned = (node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value)
    calls = (call for node in assigned for call in ast.walk(node) if isinstance(call, ast.Call))
    rows = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id[0].isupper())
    values = (value for row in rows for value in [*row.args, *(keyword.value for keyword in row.keywords)])
    return {value.id for value in values if isinstance(value, ast.Name)}


def lacking(node: Documented, shapes: bool) -> Iterator[str]:
    """What the docstring does not say. A property is like a field: it needs none unless it gives an array."""
    text, functions, annotations = ast.get_docstring(node) or "", [node], []
    if isinstance(node, ast.ClassDef):
        functions = [own for own in node.body if isinstance(own, Function) and own.name in CONSTRUCTORS]
        annotations = [own.annotation for own in node.body if isinstance(own, ast.AnnAssign)]
    for function in functions:
        arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
        annotations += [function.returns, *(argument.annotation for argument in arguments)]
    if not text and not is_property(node):
        yield "has no docstring"
    elif shapes and not SHAPE.search(text) and any(ARRAYS.search(ast.unparse(a)) for a in annotations if a):
        yield "does not say the shape of its arrays"
    raised = {name for function in functions for name in exceptions(function)}
    if raised and not re.search("|".join([*raised, "[Rr]aise"]), text):
        yield f"does not say when it raises {' or '.join(sorted(raised))}"


def is_property(node: Documented) -> bool:
    return any(ast.unparse(decorator) in ("property", "cached_property") for decorator in node.decorator_list)


def exceptions(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            yield node.exc.func.id
