"""Scripts of an experiment: each is run by a Python of its own, and prints the losses of the training that it is of."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings

from core.branch import forked
from core.edits import BIAS, Edit
from core.experiment import Experiment, Segment, changed
from core.export import READ_FIRST, SOURCES, script, source
from core.sides import on_engine
from core.training import train
from tests.core.strategies import experiments

ROOT = Path(__file__).parents[2]
ENGINES = ("numpy", "sklearn")
TOLERANCE = 1e-12  # of a loss: scikit-learn's metrics sum in another order
RUN = """import runpy, sys
for path in sys.argv[1:]:
    print("script", path)
    runpy.run_path(path, run_name="__main__")"""
BASE = changed(Experiment(), epochs=12, rows=80)
TWO = (Segment(optimizer="adam", learning_rate=0.01, epochs=4), Segment(optimizer="momentum", epochs=3, l2=0.1))
EDITS = tuple(Edit(1, source, unit, unit / 7) for source in (0, BIAS) for unit in range(4))
CASES = {
    "default": Experiment(),
    "other batches": changed(BASE, dataset="xor", batch_size=32, noise=10.0, learning_rate=0.3),
    "one batch": changed(BASE, batch_size=5000),
    "adam and penalty": changed(BASE, optimizer="adam", learning_rate=0.01, l2=0.3, activation="relu"),
    "nesterov": changed(BASE, optimizer="nesterov", hidden=(5, 5, 5), activation="logistic"),
    "regression": changed(BASE, dataset="reg_gauss", hidden=(8,)),
    "another start": changed(BASE, initializer="he_normal"),
    "no hidden layer": changed(BASE, hidden=(), features=("x1sq", "x2sq")),
    "playground": changed(
        BASE, playground_seed="0.5", initializer="uniform", optimizer="playground", l2=0.01, dataset="spiral"
    ),
    "a table": changed(BASE, dataset="wine", axes="0,12", standardize=True),
    "a class without rows": changed(BASE, playground_seed="0.5", rows=50, train_share=2),
    "regression of a table": changed(BASE, dataset="diabetes", data_seed="7"),
    "segments": dataclasses.replace(BASE, segments=TWO),
    "by hand": changed(BASE, edits=(Edit(1, 0, 2, 0.5), Edit(2, BIAS, 1, -3.0))),
    "what if": dataclasses.replace(BASE, segments=(*TWO, Segment(epochs=0, edits=EDITS, carry=True))),
    "what if before training": changed(BASE, epochs=0, edits=(Edit(3, 0, 0, 9.0),)),
    "untrained": changed(BASE, epochs=0),
    "a fork that goes on": forked(changed(BASE, optimizer="adam"), 5, learning_rate=0.003, edits=EDITS),
    "another order": dataclasses.replace(BASE, order_after=5),
    "what scikit-learn lacks": changed(BASE, activation="gelu", optimizer="rmsprop", l1=0.01, loss="squared"),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """What the script of each case prints on each engine."""
    folder, names = tmp_path_factory.mktemp("scripts"), {}
    for engine in ENGINES:
        for number, case in enumerate(CASES):
            path = folder / f"{engine}{number}.py"
            path.write_text(script(CASES[case], engine), encoding="utf-8")
            names[str(path)] = case, engine
    ran = subprocess.run([sys.executable, "-c", RUN, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and ran.stderr == "", ran.stderr
    parts = re.split(r"^script (.*)$", ran.stdout, flags=re.MULTILINE)[1:]
    return {names[path]: text for path, text in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_script_prints_the_losses_of_its_training(
    case: str, engine: str, printed: dict[tuple[str, str], str]
) -> None:
    run = train(on_engine(CASES[case], engine))
    expected = {"training": float(run.train_loss[-1]), "test": float(run.test_loss[-1])}
    found = {name: float(value) for name, value in re.findall(r"(\w+) loss (\S+)", printed[case, engine])}
    assert found == pytest.approx(expected, abs=TOLERANCE, rel=TOLERANCE)


def test_a_script_names_what_is_not_the_default() -> None:
    written = script(changed(Experiment(), seed=3, learning_rate=0.1))
    assert "Experiment(seed=3, segments=(Segment(learning_rate=0.1),))" in written
    assert "import Experiment, Segment\n" in written


def test_scikit_learn_fits_by_itself_where_it_can() -> None:
    for case in ("default", "adam and penalty", "regression", "a table"):
        assert "model.fit(X, y)" in script(CASES[case], "sklearn")
    for case in ("another start", "segments", "by hand", "untrained", "another order", "a class without rows"):
        assert "model.fit(" not in script(CASES[case], "sklearn")


def test_what_scikit_learn_lacks_is_said() -> None:
    written = script(CASES["what scikit-learn lacks"], "sklearn")
    assert "# scikit-learn has no GELU; ReLU is the nearest." in written
    assert "# scikit-learn has no" not in script(CASES["what scikit-learn lacks"], "numpy")
    assert "# scikit-learn has no" not in script(CASES["default"], "sklearn")


@settings(max_examples=40)
@given(experiments())
def test_any_experiment_is_written_as_itself(experiment: Experiment) -> None:
    for engine in ENGINES:
        written = script(experiment, engine)
        compile(written, "script.py", "exec")
        call = written.split("experiment = ", 1)[1].split("\n\n", 1)[0]
        names: dict[str, Any] = {"Experiment": Experiment, "Segment": Segment, "Edit": Edit}
        assert eval(call, names) == on_engine(experiment, engine)
        assert max(map(len, written.splitlines())) < 320  # a seed of 200 characters


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sources_are_those_of_the_modules_that_train(engine: str) -> None:
    ran: set[str] = set()

    def called(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            ran.add(frame.f_code.co_filename)

    sys.setprofile(called)
    experiment = on_engine(BASE, engine)
    try:
        train(experiment)
    finally:
        sys.setprofile(None)
    own = {str(Path(name).relative_to(ROOT)) for name in ran if name.startswith(str(ROOT / "core"))}
    assert set(SOURCES[engine]) <= own
    trained = {name for name in own if name.startswith(("core/network", "core/engines"))}
    assert engine == "sklearn" or trained <= set(SOURCES[engine])  # scikit-learn's frames are measured by our network


def test_every_source_can_be_read() -> None:
    for path in (READ_FIRST, *SOURCES["numpy"], *SOURCES["sklearn"]):
        assert source(path).startswith('"""')
