"""Exercises in Chromium: from a class-room link through a whole exercise to the link that is handed in and graded."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.exercises import EXERCISES
from core.link import Pair, to_query
from tests.browser.conftest import ROOT, OpenPage, Server, Tab, Visit, expect_stage
from tests.browser.test_accessibility import serious
from tests.core.exercises.solutions import SOLUTIONS

HANDLE = "class 7"
LINK = "/compare?" + urlencode({"exercise": "E3", "for": HANDLE})


@pytest.fixture(scope="module", autouse=True)
def _the_next_tests_find_a_session_without_answers(tab: Tab) -> Iterator[None]:
    yield
    if tab.page:
        tab.page.close()
        tab.page = None


def panel(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".st-key-exercise")


def points(page: Page, got: int, of: int) -> None:
    expect(panel(page).get_by_text(f"{got} of {of} points")).to_be_visible()


def copied(page: Page) -> str:
    """The link to hand in, as the button beside it copies it."""
    panel(page).get_by_role("button", name="Hand in").click()
    code = page.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(code).to_contain_text("answer.")
    code.hover()
    code.get_by_role("button", name="Copy to clipboard").click()
    page.keyboard.press("Escape")
    return str(page.evaluate("navigator.clipboard.readText()"))


def query_of(link: str) -> dict[str, str]:
    return {key: texts[-1] for key, texts in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}


def graded(folder: Path, *links: str) -> list[dict[str, str]]:
    """What the command makes of links."""
    (folder / "links.txt").write_text("\n".join(links), encoding="utf-8")
    command = [sys.executable, "-m", "core.grade", str(folder / "links.txt"), "--out", str(folder / "grades.csv")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_from_a_class_room_link_on_a_cold_server_to_the_grade(
    cold_server: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    task = EXERCISES["E3"].task(HANDLE)
    solution = SOLUTIONS["E3"](task)
    assert solution.reaches and task.start
    page = open_page(LINK, at=cold_server)
    expect(page.get_by_text("Exercise E3")).to_be_visible()
    expect(page.get_by_test_id("stage")).to_have_count(0)  # the answer is not there before the prediction
    panel(page).get_by_role("textbox").fill(solution.right[1])
    panel(page).get_by_role("button", name="Commit and run").click()
    page.wait_for_url("**answer.E3=**")
    expect_stage(page, stateA="finished")
    points(page, 1, task.of)

    # What a student changes is in the address: here all of it at once.
    changed = {key: text for key, text in to_query(Pair(solution.reaches)).items() if task.opens.get(key) != text}
    page.goto(f"{cold_server.url}/compare?{urlencode({**query_of(page.url), **changed})}")
    points(page, task.of, task.of)
    panel(page).get_by_role("button", name="Explanation").click()
    expect(page.get_by_text("Try next:")).to_be_visible()
    page.keyboard.press("Escape")
    link = copied(page)
    page.reload()
    points(page, task.of, task.of)

    by_hand = f"{cold_server.url}/compare?{urlencode({**query_of(link), **unchanged(task.opens, changed)})}"
    claimed = f"{cold_server.url}/compare?{urlencode({**query_of(link), 'answer.E3': solution.wrong[1]})}"
    rows = graded(tmp_path, link, by_hand, claimed)
    assert [(row["exercise"], row["for"]) for row in rows] == 3 * [("E3", HANDLE)]
    assert [int(row["points"]) for row in rows] == [task.of, 1, task.of - 1]
    assert [row["verdict"] for row in rows] == ["right", "partly right", "partly right"]
    assert "Traceback" not in cold_server.log.read_text()


def unchanged(opens: dict[str, str], changed: dict[str, str]) -> dict[str, str]:
    """What was changed, as it was."""
    return {key: opens[key] for key in changed if key in opens}


def test_answers_survive_reload_back_and_other_screens(visit: Visit) -> None:
    task = EXERCISES["P3"].task("ada")
    answers = SOLUTIONS["P3"](task).right
    keys = {f"answer.P3{f'.{part}' if part > 1 else ''}": text for part, text in answers.items()}
    page = visit("/activations?" + urlencode({"exercise": "P3", "for": "ada", **keys}))
    points(page, task.of, task.of)
    page.reload()
    points(page, task.of, task.of)
    page.locator(".st-key-navigation").get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()
    page.locator(".st-key-navigation").get_by_role("link", name="Exercises").click()
    expect(page.get_by_text(f"1 of {len(EXERCISES)} answered, {task.of} of")).to_be_visible()
    page.locator(".st-key-exercises-E").get_by_role("link", name="E3").click()
    expect(page.get_by_text("Exercise E3")).to_be_visible()
    page.go_back()
    expect(page.get_by_text(f"1 of {len(EXERCISES)} answered, {task.of} of")).to_be_visible()
    page.locator(".st-key-exercises-P").get_by_role("link", name="P3").click()
    points(page, task.of, task.of)


def test_by_keyboard_alone(visit: Visit) -> None:
    page = visit(LINK)
    expect(page.get_by_text("Exercise E3")).to_be_visible()
    panel(page).get_by_role("textbox").focus()
    page.keyboard.type("85")
    page.keyboard.press("Enter")
    page.wait_for_url("**answer.E3=85**")
    expect_stage(page, stateA="finished")


@pytest.mark.parametrize("embed", [{}, {"embed": "true"}], ids=["page", "frame"])
@pytest.mark.parametrize("id", ["E3", "P1"])
def test_on_a_phone_nothing_stands_beside_the_screen(visit: Visit, id: str, embed: dict[str, str]) -> None:
    handle = f"{id} {len(embed)}"  # answers for the same handle would stay
    exercise, task = EXERCISES[id], EXERCISES[id].task(handle)
    path = f"/{exercise.screen}?" + urlencode({"exercise": id, "for": handle, **embed})
    page = visit(path, width=390)
    expect(page.get_by_text(f"Exercise {id}")).to_be_visible()
    expect(panel(page).get_by_role("button", name="Commit")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
    answers = SOLUTIONS[id](task).right
    keys = {f"answer.{id}{f'.{part}' if part > 1 else ''}": text for part, text in answers.items()}
    page = visit(f"{path}&{urlencode(keys)}", width=390)
    expect(panel(page).get_by_text(f"of {task.of} points")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []


def test_in_a_frame_of_another_page_the_next_exercise_stays_in_it(visit: Visit) -> None:
    answers = SOLUTIONS["P5"](EXERCISES["P5"].task("framed")).right
    keys = {f"answer.P5{f'.{part}' if part > 1 else ''}": text for part, text in answers.items()}
    page = visit("/activations?" + urlencode({"embed": "true", "exercise": "P5", "for": "framed", **keys}))
    panel(page).get_by_role("button", name="Next: P6").click()
    expect(page.get_by_text("Exercise P6")).to_be_visible()
    panel(page).get_by_role("button", name=f"1 of {len(EXERCISES)} answered").click()
    page.get_by_role("button", name="E1").click()
    expect(page.get_by_text("Exercise E1")).to_be_visible()
    expect(page.locator(".st-key-navigation")).to_have_count(0)
    assert "/compare?embed=true&exercise=E1&for=framed&answer.P5=" in page.url


def test_nothing_serious_in_the_list(visit: Visit) -> None:
    page = visit("/exercises?answer.P1=ABCDEF")
    expect(page.get_by_role("heading", name="Exercises")).to_be_visible()
    page.get_by_text("For teachers: set exercises").click()
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    page.get_by_text("For teachers: grade a class").click()
    expect(page.get_by_role("button", name="Grade")).to_be_visible()
    assert serious(page) == []
