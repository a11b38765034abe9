"""The address: whether a call's own counts or the session's, and when controls start again."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.frame import address
from pages.parts.frame.address import HELD
from tests.pages.conftest import address as said
from tests.pages.conftest import put, run, widget

NOW = 1_700_000_000


def screen() -> None:
    """One control, and a button that goes to an address."""
    import streamlit as st

    from pages.parts.frame import address

    query = address.arrive(st.session_state.get("screen shown", "compare"))
    st.session_state["seen"] = query
    (start,) = query.get("seed", ["1"])
    if st.button("Reset"):
        address.go({"seed": "1"})
    if st.button("Back to the link"):
        address.reset()
    seed = st.text_input("Seed", start, key=address.key("seed"))
    if seed != start:
        address.write({**{name: last for name, (*_, last) in query.items()}, "seed": seed, "data_seed": ""})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(address.time, "time", lambda: NOW)
    return AppTest.from_function(screen)


def call(at: AppTest, query: dict[str, str], held: str = "") -> AppTest:
    """A call as the browser sends it: its address, and the generation and mark that it holds if others than last."""
    at.query_params.clear()
    at.query_params.update(query)
    if held:
        at.text_input(key=HELD).set_value(held)
    return run(at)


def seed(at: AppTest) -> str:
    """What the control shows; the address must say the same."""
    shown: str = widget(at, "text_input", "seed").value
    assert [said(at).get("seed", "1")] == [shown] == at.session_state["seen"].get("seed", ["1"])
    return shown


def generation(at: AppTest) -> int:
    """Since the session was opened."""
    opened: int = at.session_state["generation"] - NOW
    return opened


BEHIND = [
    # the address is that of seed, the mark that of seed; which one counts, and whether controls start again
    ("3", "3", "3", False),  # an ordinary call
    ("3", "2", "3", False),  # the browser has not heard of the mark yet
    ("2", "2", "3", False),  # it is behind by one
    ("1", "1", "3", False),  # by two
    ("2", "1", "3", False),  # and has heard of one address before its mark
    ("2", "3", "2", True),  # Back
    ("1", "3", "1", True),  # twice
    ("9", "3", "9", True),  # a link
    ("9", "2", "9", True),  # opened before the browser had heard all
]


@pytest.mark.parametrize("brought, marked, counts, again", BEHIND)
def test_which_address_counts(at: AppTest, brought: str, marked: str, counts: str, again: bool) -> None:
    call(at, {"seed": "1"})
    queries, marks = {"1": {"seed": "1"}, "9": {"seed": "9"}}, {"1": at.text_input(key=HELD).value}
    for typed in ("2", "3"):
        put(at, "text_input", "seed", typed)
        queries[typed], marks[typed] = {"seed": typed, "data_seed": ""}, at.text_input(key=HELD).value
    assert (seed(at), generation(at), len(set(marks.values()))) == ("3", 0, 3)
    call(at, queries[brought], marks[marked])
    assert (seed(at), generation(at)) == (counts, int(again))
    assert said(at) == queries[counts]
    run(at)  # the call after it is an ordinary one
    assert (seed(at), generation(at)) == (counts, int(again))
    put(at, "text_input", "seed", "5")
    assert (seed(at), generation(at)) == ("5", int(again))


def test_back_counts_before_the_session_has_told_the_address_that_it_leaves(
    at: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is written, the run that would tell the mark is broken off, and such a call brings none."""
    held = call(at, {"seed": "1"}).text_input(key=HELD).value
    put(at, "text_input", "seed", "2")
    monkeypatch.setattr(address, "is_history", lambda: True)
    call(at, {"seed": "1"}, held)
    assert (seed(at), generation(at)) == ("1", 1)


def test_no_more_addresses_are_remembered_than_a_browser_can_be_behind(
    at: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "MARKS", 3)
    call(at, {"seed": "1"})
    for typed in "2345":
        put(at, "text_input", "seed", typed)
    assert len(at.session_state["marks"]) == 3
    call(at, {"seed": "3", "data_seed": ""}, f"{NOW} of seed 2")
    assert seed(at) == "5"


def test_going_to_an_address_starts_the_controls_again(at: AppTest) -> None:
    put(call(at, {"seed": "1"}), "text_input", "seed", "2")
    at.button[0].click()
    run(at)
    assert (seed(at), generation(at)) == ("1", 1)


@pytest.mark.parametrize("brought", [{"seed": "2"}, {"seed": "2", "data_seed": "", "test_points": "true"}, {}])
def test_every_other_address_is_a_new_one(at: AppTest, brought: dict[str, str]) -> None:
    call(call(at, {"seed": "2", "data_seed": ""}), brought)
    assert generation(at) == 1
    assert at.session_state["seen"] == {name: [value] for name, value in brought.items()}


def test_a_browser_that_is_behind_a_link_is_sent_there_again(at: AppTest) -> None:
    call(at, {"seed": "1"})
    behind = at.text_input(key=HELD).value
    call(at, {"seed": "9"})
    call(at, {"seed": "1"}, behind)
    assert (seed(at), generation(at)) == ("9", 1)


def test_the_key_of_a_control_has_the_generation_and_what_it_starts_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address.st, "session_state", {"generation": 7})
    assert [address.key("a.seed"), address.key("a.axes", "iris")] == ["7.a.seed", "7 iris.a.axes"]


def test_another_screen_is_another_address(at: AppTest) -> None:
    call(at, {"seed": "2"})
    at.session_state["screen shown"] = "home"
    assert generation(run(at)) == 1
    assert generation(run(at)) == 1


@pytest.mark.parametrize("held, opened", [(None, NOW), ("41 mark", 41), ("", NOW), ("x1 mark", NOW), ("-4 mark", NOW)])
def test_a_new_session_goes_on_with_the_generation_that_the_browser_holds(
    at: AppTest, held: str | None, opened: int
) -> None:
    if held is not None:
        at.session_state[HELD] = held
    call(at, {"seed": "2"})
    assert at.session_state["generation"] == opened
    assert seed(at) == "2"
    run(at)
    assert at.session_state["generation"] == opened


# what the session keeps of each screen


def shown(at: AppTest, screen: str, query: dict[str, str]) -> AppTest:
    """Another screen, or the same, opened with an address in the same session."""
    at.session_state["screen shown"] = screen
    return call(at, query)


def remembered(at: AppTest, screen: str) -> tuple[str, str]:
    return at.session_state["addresses"][screen], at.session_state["opened"][screen]


def test_each_screen_keeps_its_last_address_and_the_link_that_opened_it(at: AppTest) -> None:
    shown(at, "compare", {"seed": "3"})
    put(at, "text_input", "seed", "4")
    shown(at, "flow", {})
    shown(at, "compare", {"seed": "4", "data_seed": ""})  # as the navigation has it
    assert remembered(at, "compare") == ("seed=4&data_seed=", "seed=3")
    assert remembered(at, "flow") == ("", "")
    shown(at, "compare", {"seed": "9"})  # a link
    assert remembered(at, "compare") == ("seed=9", "seed=9")


def test_back_changes_the_last_address_and_not_the_link(at: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(at, "compare", {"seed": "3"})
    put(at, "text_input", "seed", "4")
    put(at, "text_input", "seed", "5")
    monkeypatch.setattr(address, "is_history", lambda: True)
    shown(at, "compare", {"seed": "4", "data_seed": ""})
    assert remembered(at, "compare") == ("seed=4&data_seed=", "seed=3")


def test_a_browser_that_is_behind_opens_nothing(at: AppTest) -> None:
    call(at, {"seed": "1"})
    behind = at.text_input(key=HELD).value
    put(at, "text_input", "seed", "2")
    call(at, {"seed": "1"}, behind)
    assert remembered(at, "compare") == ("seed=2&data_seed=", "seed=1")


@pytest.mark.parametrize("link", [{}, {"seed": "3"}, {"seed": "3", "features": "x1,x2", "data_seed": ""}])
def test_reset_goes_back_to_what_the_link_said(at: AppTest, link: dict[str, str]) -> None:
    call(at, link)
    put(at, "text_input", "seed", "7")
    at.button[1].click()
    run(at)
    assert (said(at), generation(at), seed(at)) == (link, 1, link.get("seed", "1"))


def test_what_is_hidden_stays_hidden(at: AppTest) -> None:
    put(call(at, {"seed": "1", "hide": "navigation"}), "text_input", "seed", "2")
    assert said(at) == {"hide": "navigation", "seed": "2", "data_seed": ""}
    at.button[0].click()
    assert said(run(at)) == {"hide": "navigation", "seed": "1"}
