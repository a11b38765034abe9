"""What a host does: install requirements.txt alone, start the server, open the link that woke it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, OpenPage, Server, expect_stage, serve

LINK = "/compare?dataset=xor&activation=gelu&hidden=4,2&seed=7&b.engine=sklearn&b.activation=relu"


def test_a_host_installs_requirements_txt_and_every_pin_is_exact() -> None:
    # Community Cloud takes the first of these that it finds, and pyproject.toml only after requirements.txt.
    assert not [name for name in ("uv.lock", "Pipfile", "environment.yml") if (ROOT / name).exists()]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines and all(re.fullmatch(r"[\w-]+==[\d.]+", line) for line in lines)
    assert "project" not in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def deployed_server(tmp_path: Path, cold_port: int, deployed_python: str) -> Iterator[Server]:
    with serve(tmp_path, deployed_python, cold_port) as running:
        yield running


def test_requirements_alone_open_a_deep_link(deployed_server: Server, open_page: OpenPage) -> None:
    page = open_page(LINK, at=deployed_server)
    expect_stage(page, stateA="finished", stateB="finished")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "activation=gelu" in page.url and "b.activation=relu" in page.url
    assert "Traceback" not in deployed_server.log.read_text()
