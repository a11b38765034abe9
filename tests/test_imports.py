"""The rules of imports: who may import whom, and what of it is installed where the dashboard runs."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
CORE = sorted((ROOT / "core").rglob("*.py"))
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))

# A part of core imports from parts with a lower number, and `BESIDE` names what it may import at its own.
LEVEL = {
    "fields": 0,
    "playground_text": 0,
    "words": 0,
    "picks": 0,
    "reach": 1,
    "shares": 1,
    "network": 1,
    "data": 1,
    "edits": 1,
    "experiment": 2,
    "formulas": 2,
    "link": 3,
    "playground_link": 3,
    "engines": 3,
    "recording": 3,
    "training": 3,
    "rounding": 4,
    "estimate": 4,
    "sides": 4,
    "presets": 4,
    "suggestions": 4,
    "symptoms": 4,
    "phrases": 4,
    "difference": 4,
    "diagnosis": 4,
    "claims": 4,
    "figures": 4,
    "packed": 5,
    "seeds": 5,
    "candidates": 5,
    "remedies": 6,
    "branch": 3,
    "steps": 5,
    "what_if": 5,
    "export": 5,
    "questions": 5,
    "pictures": 5,
    "exercises": 7,
    "grade": 8,
}
BESIDE = {
    "playground_link": {"link"},
    "training": {"engines", "recording"},
    "phrases": {"symptoms"},
    "figures": {"phrases"},
    "difference": {"phrases", "rounding"},
    "diagnosis": {"symptoms", "phrases"},
}
# What each folder of parts may import from beside itself.
PARTS = {
    "__init__.py": set(),
    "frame": set(),
    "controls": {"frame"},
    "background": set(),
    "stage": {"frame", "controls", "background"},
    "compare": {"frame", "controls", "background", "stage"},
    "labs": {"frame", "controls", "background", "stage"},
    "home": {"frame", "background", "stage", "compare"},
    "exercises": {"frame", "controls", "background", "stage", "compare", "labs"},
}
DISTRIBUTION = {"sklearn": "scikit-learn"}  # where the package to install is called otherwise than the module


def imported(path: Path) -> Iterator[str]:
    """The dotted name of each module that a file imports; `from a import b` counts as a.b, which may be a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno}: imports must be absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.split(".")[0]


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*CORE, *BENCHMARKS], ids=ids)
def test_streamlit_stays_on_the_screens(path: Path) -> None:
    assert not {"streamlit", "pages", "app"} & {top(name) for name in imported(path)}


@pytest.mark.parametrize("path", [path for path in CORE if path != ROOT / "core/__init__.py"], ids=ids)
def test_core_imports_only_from_what_comes_before(path: Path) -> None:
    part = module(path).split(".")[1]
    assert part in LEVEL, f"core.{part} has no place in the order of core: give it one in LEVEL"
    allowed = {part, *BESIDE.get(part, ()), *(other for other in LEVEL if LEVEL[other] < LEVEL[part])}
    parts = {name.split(".")[1] for name in imported(path) if name.startswith("core.")}
    assert parts <= allowed, f"core.{part} must not import core.{', core.'.join(sorted(parts - allowed))}"


def test_no_circles() -> None:
    modules = {module(path): path for path in [*CORE, *SCREENS, *BENCHMARKS]}
    graph = {
        name: {known for known in known_among(imported(path), modules) if known != name}
        for name, path in modules.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def known_among(names: Iterator[str], modules: dict[str, Path]) -> Iterator[str]:
    """Of the imported names those that are modules here: a.b itself, else a for a name b that it defines."""
    for name in names:
        parent = name.rpartition(".")[0]
        yield from (known for known in [name if name in modules else parent] if known in modules)


@pytest.mark.parametrize("path", sorted((ROOT / "pages" / "parts").rglob("*.py")), ids=ids)
def test_parts_import_only_from_what_comes_before(path: Path) -> None:
    part = path.relative_to(ROOT / "pages" / "parts").parts[0]
    allowed = {part, *PARTS[part]}
    parts = {name.split(".")[2] for name in imported(path) if name.startswith("pages.parts.")}
    assert parts <= allowed, f"parts.{part} must not import parts.{', parts.'.join(sorted(parts - allowed))}"


@pytest.mark.parametrize("path", [path for path in SCREENS if "parts" not in path.parts], ids=ids)
def test_a_screen_holds_no_mathematics(path: Path) -> None:
    assert not {"numpy", "scipy", "sklearn"} & {top(name) for name in imported(path)}


@pytest.mark.parametrize("path", [*CORE, *SCREENS], ids=ids)
def test_what_the_dashboard_imports_is_among_the_requirements(path: Path) -> None:
    foreign = {top(name) for name in imported(path)} - sys.stdlib_module_names - {"core", "pages"}
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {DISTRIBUTION.get(name, name) for name in foreign} <= set(pinned)


def test_scikit_learn_is_imported_where_it_is_used_and_not_before() -> None:
    """It takes two seconds, and NumPy's side of a screen is there without them."""
    names = ", ".join(module(path) for path in SCREENS if "parts" in path.parts)
    assert modules_after(f"import {names}", "sklearn") == []


def test_a_worker_needs_no_streamlit_and_no_scikit_learn_to_start() -> None:
    """Neither computes, and scikit-learn takes two seconds to import, which those who wait for NumPy would wait for."""
    assert modules_after("import pages.parts.background.worker", "streamlit", "sklearn", "pandas", "plotly") == []


def test_core_trains_and_draws_without_scikit_learn() -> None:
    """Also of the tables that it ships. Only the estimators are scikit-learn's by their base class."""
    estimators = {ROOT / "core/network" / name for name in ("estimators.py", "classifier.py", "regressor.py")}
    names = ", ".join(module(path) for path in CORE if path not in estimators)
    drawn = "core.figures.confusion.confusion_matrix(core.training.confusion(run), '0123456789', 'light', 'A', 200)"
    trained = "run = core.training.train(core.experiment.Experiment('digits', rows=50, axes='0,1'))"
    assert modules_after(f"import {names}\n{trained}\n{drawn}", "sklearn") == []


def test_charts_come_with_all_of_pandas() -> None:
    """Plotly asks whether it is loaded: what another visitor's screen had loaded by half was an error on this one."""
    assert "pandas" in modules_after("import core.figures.chart", "pandas")


@pytest.mark.parametrize("screen", ["app.py", "pages/compare.py", "pages/help.py"])
def test_a_screen_that_draws_no_chart_at_first_opens_without_pandas(screen: str) -> None:
    """On Compare it is imported with the charts, when the stage is on its way to a server's first visitor."""
    first = ast.parse((ROOT / screen).read_text("utf-8")).body
    imports = "\n".join(ast.unparse(node) for node in first if isinstance(node, ast.Import | ast.ImportFrom))
    assert modules_after(imports, "pandas") == []


def modules_after(code: str, *packages: str) -> list[str]:
    """Which modules of these packages a new process has imported once it has run the code."""
    code = f"import sys\n{code}\nprint(*(name for name in sys.modules if name.split('.')[0] in {packages}))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return ran.stdout.split()
