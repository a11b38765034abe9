"""Exercises on their screens, run by AppTest: opened by a link, answered as somebody would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.exercises import EXERCISES, Task
from core.exercises.answers import Options, Order, WrongLine
from core.exercises.exercise import Answers
from pages.parts.frame import address as framed
from tests.pages.conftest import PATIENCE, ROOT, open_address, open_compare, run, widget
from tests.pages.labs.screens import open_lab


def open_exercise(id: str, query: Mapping[str, str] = {}) -> AppTest:
    screen, query = EXERCISES[id].screen, {"exercise": id, **query}
    return open_compare(query) if screen == "compare" else open_lab(screen, query)


def open_list(query: Mapping[str, str] = {}) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page("pages/exercises.py")
    return open_address(at, query)


def fill(at: AppTest, id: str, task: Task, answers: Answers) -> None:
    """Put answers into the form, without committing to them."""
    for number, text in answers.items():
        kind = task.parts[number - 1].kind
        name = f"exercise.{id}.{number}"
        if isinstance(kind, Options | WrongLine):
            widget(at, "radio", name).set_value(int(text))
        elif isinstance(kind, Order):
            widget(at, "multiselect", name).set_value(list(text))
        else:
            widget(at, "text_input", name).set_value(text)


def commit(at: AppTest) -> AppTest:
    """Press the button of the form."""
    next(button for button in at.button if button.label in ("Commit", "Commit and run")).click()
    return run(at)


def open_popover(at: AppTest, label: str) -> AppTest:
    """Press what opens a popover, whose content is drawn once it is open."""
    at.session_state[f"{at.session_state['generation']}.{label}"] = True
    return run(at)


def ways(at: AppTest) -> dict[str, dict[str, str]]:
    """The query of the link to each screen in the navigation."""
    links = [link.proto for link in at.get("page_link")]
    return {
        link.page.split("/")[-1]: {key: text for key, (text,) in parse_qs(link.query_string, True).items()}
        for link in reversed(links)
    }


@contextmanager
def going_back() -> Iterator[None]:
    """The calls within are those of Back or Forward."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framed, "is_history", lambda: True)
        yield
