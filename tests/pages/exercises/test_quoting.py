"""What a link says of exercises is quoted letter by letter, on their screens as on all others."""

import pytest

from core.exercises import EXERCISES
from core.link import ANSWER, RUN
from tests.pages.conftest import open_address, open_share, refused, sentences
from tests.pages.exercises.screens import commit, fill, open_exercise, open_list
from tests.pages.test_quoting import HARMLESS, HOSTILE, is_inert, more_than_text, quoted

pytestmark = pytest.mark.usefixtures("waiting")
SCREENS = {row.screen: row.id for row in EXERCISES.values()}
KEYS = ["set", "for", f"{ANSWER}E3", f"{ANSWER}E3.2", f"{ANSWER}x", f"{RUN}E3", f"{RUN}x", f"{RUN}E3.2"]


@pytest.mark.parametrize("screen, id", list(SCREENS.items()))
def test_every_key_above_a_screen(screen: str, id: str) -> None:
    keys = [*KEYS, *(f"{ANSWER}{id}" + (f".{part}" if part > 1 else "") for part in range(1, 5))]
    at = open_exercise(id, dict.fromkeys(keys, HARMLESS))
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        is_inert(open_address(at, {"exercise": id, **dict.fromkeys(keys, text)}), harmless)
        assert quoted(text) in sentences(at)


def test_every_key_of_the_list_and_of_what_is_shared() -> None:
    at = open_share(open_list({"exercise": HARMLESS, **dict.fromkeys(KEYS, HARMLESS)}))
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        is_inert(open_share(open_address(at, {"exercise": text, **dict.fromkeys(KEYS, text)})), harmless)


def test_a_handle_of_the_one_who_answers() -> None:
    at = open_exercise("E3", {"for": HARMLESS, f"{ANSWER}E3": "85"})
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        is_inert(open_address(at, {"exercise": "E3", "for": text[:60], f"{ANSWER}E3": "85"}), harmless)


def test_what_is_typed_as_an_answer() -> None:
    task = EXERCISES["E3"].task()
    at = open_exercise("E3")
    fill(at, "E3", task, {1: HARMLESS})
    harmless = more_than_text(commit(at))
    for text in HOSTILE.values():
        fill(at, "E3", task, {1: text})
        is_inert(commit(at), harmless)
        assert refused(at)
