"""The scripts of the browser in the Node that Playwright brings along: can they be read, do their functions compute?"""

import base64
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from playwright._impl._driver import compute_driver_executable

from core.packed import _layout, to_bytes

ROOT = Path(__file__).parents[1]
NODE = compute_driver_executable()[0]
TESTS = Path(__file__).parent / "js"
SCRIPTS = sorted((ROOT / "pages").rglob("*.js"))
CANVAS = [script for script in SCRIPTS if script.parent.name == "canvas"]  # one module, joined by the server
JAVASCRIPT = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


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
    module.write_text("\n".join(script.read_text("utf-8") for script in CANVAS), "utf-8")
    node("--check", module)


@pytest.mark.parametrize("tests", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.name)
def test_functions_of_the_stage(tests: Path, fixture: Path) -> None:
    node("--test", tests, FIXTURE=str(fixture))


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every half-precision number as NumPy reads it, and a message as the server packs it."""
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(float)
    random = np.random.default_rng(0)
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
        "halves": [JAVASCRIPT.get(str(value), str(value)) for value in halves.tolist()],
        "message": base64.b64encode(to_bytes(header, bodies)).decode(),
        "sent": [
            {name: {"type": array.dtype.name, "values": array.ravel().tolist()} for name, array in arrays.items()}
            for arrays in sent
        ],
    }
    path = tmp_path_factory.mktemp("javascript") / "fixture.json"
    path.write_text(json.dumps(written), "utf-8")
    return path
