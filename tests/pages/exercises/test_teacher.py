"""For teachers: exercises are set by a link, and a class's links are graded on the page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.exercises import EXERCISES
from core.exercises.grading import MOST_LINES
from core.exercises.hand_in import read
from pages.parts.exercises import classroom
from pages.parts.exercises.setting import qr_code
from tests.core.exercises.solutions import SOLUTIONS
from tests.pages.conftest import open_compare, open_share, press, run, widget
from tests.pages.exercises.screens import open_list
from tests.pages.texts import texts


def links(at: AppTest) -> list[str]:
    return [code.value for code in at.code]


def query_of(link: str) -> dict[str, str]:
    return {key: text for key, (text,) in parse_qs(urlsplit(link).query, True).items()}


@pytest.mark.usefixtures("waiting")
def test_share_sets_an_exercise_with_its_link_its_frame_and_its_code() -> None:
    at = open_share(open_compare({"epochs": "5"}))
    widget(at, "toggle", "share.exercise").set_value(True)
    at = run(at)
    widget(at, "multiselect", "share set").set_value(["E3", "P1"])
    widget(at, "text_input", "share for").set_value("class 7")
    at = run(at)
    link = next(link for link in links(at) if "exercise=" in link and not link.startswith("<"))
    assert urlsplit(link).path.endswith("/linear_depth")  # that of the first
    assert query_of(link) == {"exercise": "P1", "set": "P1,E3", "for": "class 7"}
    (frame,) = [line for line in links(at) if line.startswith("<iframe") and "exercise=" in line]
    assert "embed=true" in frame
    assert any("QR code of the link" in text.text for text in texts(at))


@pytest.mark.usefixtures("waiting")
def test_what_is_hidden_besides_is_hidden_with_what_the_exercise_hides() -> None:
    at = open_list()
    widget(at, "multiselect", "set set").set_value(["E3"])
    at = run(at)
    widget(at, "checkbox", "set hide charts").set_value(True)
    at = run(at)
    link = next(link for link in links(at) if "/compare?" in link and not link.startswith("<"))
    hidden = query_of(link)["hide"].split(",")
    assert {"charts", "dataset", "noise", "b"} <= set(hidden) and "hidden" not in hidden


def test_a_code_is_a_picture_and_one_that_is_too_long_is_none() -> None:
    assert qr_code("https://example.org/compare?exercise=E3")[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[index]
    assert qr_code("x" * 5000) is None


def hand_in(id: str, handle: str, answers: dict[int, str]) -> str:
    hand_in = read({"for": handle})[0].answered(id, answers)
    return "https://example.org/exercises?" + "&".join(f"{key}={text}" for key, text in hand_in.query.items())


def test_a_class_is_graded_on_the_page() -> None:
    task = EXERCISES["P1"].task("ada")
    solution = SOLUTIONS["P1"](task)
    right, wrong = (hand_in("P1", "ada", dict(answers)) for answers in (solution.right, solution.wrong))
    at = open_list()
    widget(at, "text_area", "class").set_value(f"Ada\t{right}\nBob\t{wrong}\nno link\n")
    at = press(at, "Grade")
    totals, mistakes, table = (frame.value for frame in at.dataframe)
    assert totals.values.tolist() == [[1, "Ada", 4, 4], [2, "Bob", 0, 4], [3, "", 0, 0]]
    assert len(mistakes) == 4 and set(mistakes["given"]) == {"1 of 2"}
    assert table["verdict"].tolist() == ["right", "wrong", "not graded"]
    assert "no link in this line" in table["reason"].iloc[2]
    assert "cannot prove who did the work" in "".join(caption.value for caption in at.caption)


@pytest.mark.usefixtures("waiting")
def test_nothing_to_grade_is_said() -> None:
    at = press(open_list(), "Grade")
    assert f"There is no link to grade. At most {MOST_LINES} links" in "".join(each.value for each in at.caption)


def test_a_class_that_would_take_too_long_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "LONGEST_S", 0.0)
    at = open_list()
    widget(at, "text_area", "class").set_value(hand_in("E3", "ada", {1: "85"}))
    at = press(at, "Grade")
    assert "minutes to train, and at most 0 are allowed here." in "".join(each.value for each in at.markdown)
