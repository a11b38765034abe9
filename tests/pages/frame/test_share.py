"""Share: the link that it offers, and what a course page hides."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.experiment import Experiment, Segment
from core.fields import rules
from core.link import GROUPS, HIDEABLE, PARTS, View
from pages.parts.frame import share
from tests.pages.conftest import open_share, put, run, widget

QUERY = {"seed": "7", "features": "x1,x2", "hide": ""}


@pytest.mark.parametrize(
    "hide, before, ticked, then",
    [
        ([], [], ["data", "b"], ["data", "b"]),
        (["seed", "speed"], [], ["data"], ["speed", "data"]),  # data has the seed in it
        (["data", "speed"], ["data"], [], ["speed"]),
        (["play", "step", "slider", "speed"], ["player"], [], []),
        (["sidebar"], ["data", "network", "training", "sidebar"], ["data"], ["data"]),
        (["navigation"], [], [], ["navigation"]),  # not offered: as in the link
    ],
)
def test_the_names_that_are_hidden(hide: list[str], before: list[str], ticked: list[str], then: list[str]) -> None:
    assert list(share.chosen(hide, set(before), set(ticked))) == then


def test_every_group_that_is_offered_can_stand_in_a_link() -> None:
    assert share.LABELS.keys() <= set(HIDEABLE)
    assert View(hide=tuple(share.LABELS)).hidden


def test_every_field_is_in_one_group() -> None:
    parts = [name for names in PARTS.values() for name in names]
    assert sorted(parts) == sorted([*rules(Experiment), *rules(Segment)])
    assert all(set(names) <= set(HIDEABLE) for names in GROUPS.values())


def screen(query: dict[str, str], offered: list[str]) -> None:
    from pages.parts.frame import share

    share.button(query, offered)


def opened(at: AppTest) -> tuple[str, str, dict[str, str]]:
    """The link, the iframe's, and the iframe's attributes."""
    first, second = (code.value for code in at.code)
    found: list[dict[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.append({"tag": tag, **{name: text or "" for name, text in attributes}})

    Reader().feed(second)
    assert len(found) == 1
    return first, found[0]["src"], found[0]


def said(link: str) -> dict[str, str]:
    return {name: last for name, (*_, last) in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}


def test_the_link_and_the_line_for_a_course_page_say_what_is_hidden() -> None:
    at = open_share(AppTest.from_function(screen, args=(QUERY, ["data", "player"])))
    link, source, attributes = opened(at)
    assert said(link) == QUERY
    assert said(source) == {**QUERY, "embed": "true"}
    assert attributes["tag"] == "iframe" and attributes["title"] == "Gradient Lab"
    link, source, _ = opened(put(at, "checkbox", "share.data", True))
    assert said(link)["hide"] == said(source)["hide"] == "data"


def test_what_the_link_hides_is_ticked() -> None:
    at = open_share(AppTest.from_function(screen, args=({"hide": "speed,data"}, ["data", "player"])))
    assert (widget(at, "checkbox", "share.data").value, widget(at, "checkbox", "share.player").value) == (True, False)
    assert said(opened(at)[0]) == {"hide": "speed,data"}


def test_a_screen_without_settings_has_its_bare_address() -> None:
    link, source, _ = opened(open_share(AppTest.from_function(screen, args=({}, ["navigation"]))))
    assert said(link) == {} and said(source) == {"embed": "true"}


def test_nothing_of_it_is_drawn_before_it_is_open() -> None:
    at = run(AppTest.from_function(screen, args=(QUERY, ["data"])))
    assert (len(at.code), len(at.checkbox)) == (0, 0)
    assert len(open_share(at).code) == 2
