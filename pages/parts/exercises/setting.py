"""Setting exercises: which, for whom, what is hidden; the link, the line for a course page, a QR code."""

import io
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from core.exercises import EXERCISES, Exercise, Task
from core.exercises.hand_in import LONGEST_HANDLE, HandIn
from core.link import HANDLE
from pages.parts.frame import address, share
from pages.parts.frame.page import literal

OFFERED = ("navigation", "charts", "verdict")  # what can be hidden of Compare besides what an exercise hides
QR_WIDTH, QR_SCALE = 200, 6  # pixels, and of one module


def section(place: str) -> None:
    """Draw what is asked of the exercises to be set, and what to give to the students. place: of the screen."""
    said = address.hand_in() or HandIn()
    chosen = st.multiselect(
        "Exercises",
        list(EXERCISES),
        list(said.asked) or [said.open or _first_of_screen()],
        format_func=lambda id: f"{id} {EXERCISES[id].title}",
        key=address.key(f"{place} set"),
        placeholder="Choose one or more",
    )
    handle = st.text_input(
        "For",
        said.handle,
        key=address.key(f"{place} for"),
        max_chars=LONGEST_HANDLE,
        help="A name or a number. Each has the same questions with data and numbers of its own.",
    )
    if not chosen:
        st.caption("No exercise is chosen.")
        return
    first = EXERCISES[next(id for id in EXERCISES if id in chosen)]
    set_ = HandIn(first.id, tuple(id for id in EXERCISES if id in chosen) if len(chosen) > 1 else (), handle)
    task = set_.task(first)
    st.markdown("**Hidden besides**")
    hide = _hide(task, place)
    query = {**set_.query, **hide}
    link = _link(first.screen, query)
    with st.container(key=f"links {place}", gap="xsmall"):
        st.markdown("**Link**")
        st.code(link, language=None)
        st.markdown("**For a course page**")
        st.code(share.iframe(_link(first.screen, {**query, "embed": "true"})), language=None)
    _code(link)
    st.caption(_seen(first, handle))


def _first_of_screen() -> str:
    """The first exercise of the screen that is shown, or of all."""
    here = st.session_state.get("screen")
    return next((id for id, row in EXERCISES.items() if row.screen == here), next(iter(EXERCISES)))


def _hide(task: Task, place: str) -> Mapping[str, str]:
    """What a link hides: the ticked groups, with what the exercise hides of itself."""
    with st.container(horizontal=True, gap="small"):
        ticked = [name for name in OFFERED if st.checkbox(share.LABELS[name], key=address.key(f"{place} hide {name}"))]
    own = task.opens.get("hide", "")
    return {"hide": ",".join(filter(None, [own, *ticked]))} if ticked else {}


def _code(link: str) -> None:
    """The link as a QR code, to be put on a wall."""
    if picture := qr_code(link):
        st.image(picture, width=QR_WIDTH, alt="QR code of the link")
    else:
        st.caption(f"The link has {len(link):,} characters, and a QR code holds fewer.")


def qr_code(link: str) -> bytes | None:
    """The code as PNG; None of what is too long for one."""
    import segno  # when it is asked for

    try:
        code = segno.make(link, error="l", micro=False)
    except segno.DataOverflowError:
        return None
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=QR_SCALE, border=4)
    return picture.getvalue()


def _seen(exercise: Exercise, handle: str) -> str:
    """What the students will see, in sentences."""
    free = exercise.task(handle).free
    said = [
        "Students see the question, and no answer.",
        f"{'Compare' if exercise.screen == 'compare' else 'The lab'} opens once the answers are committed.",
        f"There they may change: {free}." if free else "",
        f"Data and numbers are those for {literal(handle)}."
        if handle
        else f"All have the same data and numbers: with {HANDLE}=… in the link each has their own.",
    ]
    return " ".join(filter(None, said))


def _link(screen: str, query: Mapping[str, str]) -> str:
    """The whole address of another screen of this dashboard."""
    here = urlsplit(share.link({}))
    folder = here.path.rpartition("/")[0]
    return f"{here.scheme}://{here.netloc}{folder}/{screen}" + share.link(query).removeprefix(share.link({}))
