"""The scripts of the browser in the Node that Playwright brings along: can they be read, do their functions compute?"""

import base64
import json
import os
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from core.data import feature_matrix
from core.experiment import Experiment, changed
from core.figures.maps import domain
from core.packed import _layout, attach, pack, to_bytes, upper_half
from core.training import Run, train
from pages.parts.stage.stage import lean

ROOT = Path(__file__).parents[1]
NODE = compute_driver_executable()[0]
TESTS = Path(__file__).parent / "js"
SCRIPTS = sorted((ROOT / "pages").rglob("*.js"))
CANVAS = [script for script in SCRIPTS if script.parent.name == "canvas"]  # one module, joined by the server


def node(*arguments: str | Path, **options: str) -> None:
    """Run Node, and fail with what it says."""
    done = subprocess.run(
        [NODE, *arguments], cwd=ROOT, env={**os.environ, **options}, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        pytest.fail(f"node {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}", pytrace=False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_can_be_read(script: Path, tmp_path: Path) -> None:
    copy = tmp_path / f"{script.stem}.mjs"  # without the name Node takes it for a module of another kind
    copy.write_bytes(script.read_bytes())
    node("--check", copy)


def test_the_scripts_of_the_stage_are_one_module(tmp_path: Path) -> None:
    """None declares what another one does."""
    assert len(CANVAS) > 1
    module = tmp_path / "stage.mjs"
    module.write_text("\n".join(lean(script.read_text("utf-8")) for script in CANVAS), "utf-8")
    node("--check", module)


@pytest.mark.parametrize("script", CANVAS, ids=lambda script: script.name)
def test_no_text_of_a_script_runs_over_lines(script: Path) -> None:
    """Else its lines could not be made lean one by one."""
    lines = script.read_text("utf-8").splitlines()
    assert not [line for line in lines if line.count("`") % 2 or "/*" in line or line.endswith("\\")]


@pytest.mark.parametrize("tests", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.name)
def test_functions_of_the_stage(tests: Path, fixture: Path) -> None:
    node("--test", tests, FIXTURE=str(fixture))


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers of every magnitude as they are packed, and a message as the server packs it."""
    random = np.random.default_rng(0)
    magnitudes = random.choice([-1, 1], 3000) * random.uniform(1, 10, 3000) * 10.0 ** random.integers(-300, 301, 3000)
    numbers = np.array([0.0, 1, -2, 1e300, -1e-300, *magnitudes.clip(-1e300, 1e300)])
    sent = [
        {
            "epochs": random.integers(-(2**31), 2**31, 3, np.int32),
            "train_loss": random.normal(size=3),
            "links": random.integers(0, 2**16, 5, np.uint16),
            "boundary": random.integers(0, 256, (2, 3, 3), np.uint8),
            "X_train": random.normal(size=(4, 2)).astype(np.float32),
        },
        {"epochs": np.array([7], np.int32), "delta": np.array([[np.pi, 1e-300]])},
    ]
    header: dict = {"note": "Größe ≥ 1", "sides": []}
    bodies: list[bytes] = []
    for arrays in sent:
        packed = _layout({}, arrays)
        header["sides"].append({"run": {**packed.header, "start": sum(map(len, bodies))}})
        bodies.append(packed.body)
    written = {
        "halves": upper_half(numbers).tolist(),
        "numbers": numbers.tolist(),
        "message": base64.b64encode(to_bytes(header, bodies)).decode(),
        "sent": [
            {name: {"type": array.dtype.name, "values": array.ravel().tolist()} for name, array in arrays.items()}
            for arrays in sent
        ],
    }
    path = tmp_path_factory.mktemp("javascript") / "fixture.json"
    path.write_text(json.dumps(written), "utf-8")
    return path


LINEAR = {
    "the quiz's first": {"dataset": "circle", "hidden": ()},
    "undecided": {"dataset": "xor", "hidden": (), "learning_rate": 1e-4, "epochs": 3},
    "sure": {"dataset": "gauss", "hidden": (), "learning_rate": 3.0, "epochs": 60},
    "steep": {"dataset": "moons", "hidden": (), "learning_rate": 10.0, "batch_size": 1, "epochs": 20},
    "tanh output": {"dataset": "gauss", "hidden": (), "loss": "squared", "noise": 40},
    "identity layers": {"dataset": "spiral", "hidden": (8, 8, 8), "activation": "identity"},
    "ten of them": {"dataset": "gauss", "hidden": (4,) * 10, "activation": "identity", "initializer": "he_normal"},
    "standardised": {"dataset": "moons", "hidden": (3,), "activation": "identity", "standardize": True},
    "curved features": {"dataset": "circle", "hidden": (), "features": ("x1", "x2", "x1sq", "x2sq"), "seed": 4},
    "almost upright": {"dataset": "gauss", "hidden": (), "features": ("x1",), "seed": 3},
    "torn by its penalty": {
        "dataset": "circle",
        "rows": 50,
        "train_share": 1,
        "seed": 0,
        "hidden": (1, 1),
        "activation": "identity",
        "learning_rate": 1.0,
        "batch_size": 10,
        "epochs": 9,
        "l2": 100.0,
    },
}


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("name", LINEAR)
def test_the_line_of_a_linear_network_is_the_true_one(name: str, seed: int, tmp_path: Path) -> None:
    run = train(changed(Experiment(), **{"epochs": 40, "seed": seed, **LINEAR[name]}))
    bodies: list[bytes] = []
    packed, answer = tmp_path / "packed", tmp_path / "answer.json"
    packed.write_bytes(to_bytes({"run": attach(bodies, pack(run))}, bodies))
    node(TESTS / "lines.mjs", packed, answer)
    drawn = json.loads(answer.read_text())
    assert len(drawn) == len(run.epochs) and any(drawn)
    for frame, ends in enumerate(drawn):
        if ends:
            assert off_the_line(run, frame, np.array(ends)).max() < 0.02, f"epoch {run.epochs[frame]}"


def off_the_line(run: Run, frame: int, places: np.ndarray) -> np.ndarray:
    """How far places (n, 2), in cells from the top left corner, lie from where a linear network is undecided: (n,).

    By Newton's step, |z| / |gradient of z|, which is exact for a plane.
    """
    exact = np.vectorize(Fraction, otypes=[object])  # products of 1e142 are no float64
    W, b = exact(np.eye(len(run.experiment.features))), exact(np.zeros(len(run.experiment.features)))
    for layer_W, layer_b in run.layers[frame]:
        W, b = W @ exact(layer_W), b @ exact(layer_W) + exact(layer_b)
    largest = max(abs(W).max(), abs(b).max())
    W, b = (W / largest).astype(float), (b / largest).astype(float)
    x_low, x_high, y_low, y_high = domain(run)

    def z(at: np.ndarray) -> np.ndarray:
        X = np.column_stack([x_low + at[:, 0] * (x_high - x_low) / 64, y_high - at[:, 1] * (y_high - y_low) / 64])
        return ((feature_matrix(X, run.experiment.features) - run.mean) / run.scale @ W + b)[:, 0]

    step, centre = 1e-3, z(places)
    gradient = np.array([z(places + e) - z(places - e) for e in step * np.eye(2)]) / (2 * step)
    return np.abs(centre) / np.hypot(*gradient)
