"""The frame: the navigation with each screen's last address, and when there is none."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.frame.page import SCREENS, SHORT
from tests.pages.conftest import QUICK, address, open_address, open_compare, put, run, sentences

LABELS = [SHORT.get(name, name) for name in SCREENS]
FLOW = "pages/gradient_flow.py"


def navigation(at: AppTest) -> dict[str, dict[str, str]]:
    """Label and query of each link in the navigation."""
    links = [link.proto for link in at.get("page_link") if link.proto.label in LABELS]
    return {
        link.label: {name: last for name, (*_, last) in parse_qs(link.query_string, keep_blank_values=True).items()}
        for link in links
    }


def current(at: AppTest) -> list[str]:
    return [html.proto.body for html in at.get("html") if html.proto.body.startswith("<a")]


@pytest.mark.usefixtures("waiting")
def test_the_navigation_keeps_the_last_address_of_each_screen() -> None:
    at = open_compare({**QUICK, "dataset": "xor"})
    assert navigation(at) == {label: {} for label in LABELS if label != "Compare"}
    assert current(at) == ['<a aria-current="page">Compare</a>']
    put(at, "number_input", "a.seed", 8)
    last = address(at)
    at.switch_page(FLOW)
    open_address(at, {})
    assert navigation(at)["Compare"] == last and last["seed"] == "8" and last["dataset"] == "xor"
    assert current(at) == ['<a aria-current="page">Gradient flow</a>']
    put(at, "slider", "lab.depth", 12)
    deeper = address(at)
    at.switch_page("pages/compare.py")
    assert navigation(open_address(at, last))["Gradient flow"] == deeper


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("path", SCREENS.values())
def test_a_link_hides_the_navigation_of_every_screen(path: str) -> None:
    at = AppTest.from_file(str(Path(__file__).parents[3] / "app.py"), default_timeout=60)
    at.switch_page(path)
    assert len(navigation(run(at))) == len(LABELS) - 1
    assert len(current(at)) == 1
    open_address(at, {"hide": "navigation"})
    assert navigation(at) == {} and current(at) == [] and sentences(at) == ""


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("hide, is_there", [("sidebar,b", True), ("data,network,training,presets,b,player", False)])
def test_with_every_control_hidden_there_is_no_navigation(hide: str, is_there: bool) -> None:
    assert bool(navigation(open_compare({**QUICK, "hide": hide}))) == is_there


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("path", ["pages/compare.py", FLOW])
def test_a_name_that_cannot_be_hidden_is_answered_with_a_sentence(path: str) -> None:
    at = open_compare()
    at.switch_page(path)
    open_address(at, {"hide": "navigation,figure"})
    assert "got hide='navigation,figure', so navigation is used." in sentences(at)
    assert len(sentences(at)) < 300
