"""The panel of an exercise above Compare or a lab: question, prediction, verdict, explanation, next."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial

import streamlit as st

from core.exercises import Exercise, Grade, Mark, Task, graded, is_committed, needed
from core.exercises.answers import Term
from core.exercises.exercise import Answers, Part
from core.exercises.hand_in import HandIn, experiment_of, link
from core.experiment import Experiment
from core.fields import shortened
from core.figures.picture import points
from core.training import prepare
from pages.parts.background import screen
from pages.parts.background.look import Look
from pages.parts.compare import results
from pages.parts.exercises import fields, listing, works
from pages.parts.frame import address, page, share
from pages.parts.labs import lab

PLACE = "exercise"  # of what its check trains
FIRST = "first answers"  # in the session: what was committed to before the run
ICONS = {
    "right": ":green[:material/check:]",
    "wrong": ":red[:material/close:]",
    "under way": ":material/hourglass_top:",
}
CHANGE = {False: "Change the answers", True: "Change the prediction"}
NO_ICON = ":material/remove:"
WIDTH, PICTURE = 520, 240  # pixels
COMMIT = {False: "Commit", True: "Commit and run"}  # whether something is trained for it


def draw(screen_name: str) -> bool:
    """Draw the exercise of the address; returns whether what stands under it may be seen."""
    st.html(listing.STYLE)
    said = address.hand_in()
    if not said or not (exercise := said.exercise):
        page.way("pages/exercises.py", "All exercises", address.kept("exercises"), ":material/arrow_forward:")
        return True
    if exercise.screen != screen_name:
        return _elsewhere(said, exercise)
    task = said.task(exercise)
    answers = said.answers_of(exercise.id)
    _heading(said, exercise)
    if is_committed(task, answers):
        st.markdown(_question(exercise, task))
        _goal(task, "Goal")
        _result(said, exercise, task, answers)
        return True
    _before(said, exercise, task, answers)
    return False


def _question(exercise: Exercise, task: Task) -> str:
    return f"{exercise.words} {task.words}".rstrip()


def _goal(task: Task, name: str) -> None:
    """What is to be reached, and with what."""
    if task.goal:
        st.markdown(f"**{name}:** {task.goal.words} You may change: {task.free}; all else stays.")


def _before(said: HandIn, exercise: Exercise, task: Task, answers: Answers) -> None:
    """What is asked; beside it the data of the experiment."""
    left, right = st.columns([3, 1], gap="medium") if task.start else (st.container(), None)
    with left:
        st.markdown(_question(exercise, task))
        _goal(task, "Then")
        _refused({number: text for number, text in answers.items() if number <= len(task.parts)}, task, "from the link")
        _form(said, exercise, task, answers, is_wide=task.start is None)
    if right and task.start:
        with right:
            st.image(_points(task.start), width=PICTURE, alt="The training rows on the plane")
            st.caption(results.in_words(task.start))


def _elsewhere(said: HandIn, exercise: Exercise) -> bool:
    """An exercise that is on another screen than its link."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Exercise {exercise.id}, {exercise.title}, is on another screen.", width="content")
        _way(exercise, f"Open {exercise.id}")
    return True


def _heading(said: HandIn, exercise: Exercise) -> None:
    """Which exercise it is, for whom, how many are answered, and the way to all."""
    listed = said.listed
    count = sum(is_committed(said.task(each), said.answers_of(each.id)) for each in listed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="exercise heading"):
        whom = f" · for {page.literal(said.handle)}" if said.handle else ""
        st.markdown(f"**Exercise {exercise.id}: {exercise.title}**{whom}", width="stretch")
        label = f"{count} of {len(listed)} answered"
        page.way("pages/exercises.py", label, address.kept("exercises"), ":material/checklist:")


def _form(said: HandIn, exercise: Exercise, task: Task, answers: Answers, is_wide: bool = False) -> None:
    """A field for each part, and the button that commits to the answers. is_wide: parts have room for two columns."""
    key = address.key(f"exercise.{exercise.id}", said.handle)
    with st.form(key, border=False):
        columns = st.columns(2, gap="large") if is_wide and len(task.parts) > 1 else [st.container()]
        typed = {}
        for number, part in enumerate(task.parts, 1):
            column = columns[0 if 2 * number <= len(task.parts) + 1 else -1]
            with column, st.container(key=f"part {number}"):
                typed[number] = fields.field(part, number, answers.get(number, ""), f"{key}.{number}")
        committed = st.form_submit_button(COMMIT[exercise.screen == "compare"], type="primary")
    if committed:
        _commit(said, exercise, task, typed)


def _commit(said: HandIn, exercise: Exercise, task: Task, typed: dict[int, str]) -> None:
    """Write the answers into the address; or say what is missing, and leave all as it is."""
    read_answers = _refused(typed, task)
    if len(read_answers) < len(typed):
        return
    first = st.session_state.setdefault(FIRST, {})
    first.setdefault((exercise.id, said.handle), read_answers)
    new = said.answered(exercise.id, read_answers)
    address.write({**{name: texts[-1] for name, texts in address.query().items()}, **new.query})


def _refused(typed: Mapping[int, str], task: Task, whence: str = "") -> dict[int, str]:
    """Those of some answers that can be read; of the others it is said why not, and nothing is lost."""
    read_answers, refused = dict[int, str](), list[str]()
    for number, text in typed.items():
        kind = task.parts[number - 1].kind
        try:
            read_answers[number] = kind.parse(text)
        except ValueError:
            got = shortened(text) if text else "nothing"
            refused.append(f"Answer {number} must be {kind.rule}; got {got}{f' {whence}' if whence else ''}.")
    if refused:
        st.error(page.literal(" ".join([*refused, "Nothing is committed yet."])))
    return read_answers


# ---- what came of it -------------------------------------------------------------------------------------------------


def _result(said: HandIn, exercise: Exercise, task: Task, answers: Answers) -> None:
    """The marks, live while something is trained for them; then the explanation, the link to hand in, what is next."""
    experiment, _ = experiment_of(said, exercise, address.query())
    looks, found, refused = works.look(needed(task, answers, experiment), PLACE)
    grade = graded(task, answers, experiment, found, refused)
    screen.watch(looks, PLACE, partial(_marks, task, grade))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="exercise ways"):
        st.markdown(f"**{grade.points} of {grade.of} points**", width="content")
        screen.buttons(looks, PLACE)
        if not any(look.busy for look in looks):
            _popover("Explanation", partial(_explanation, said, exercise, task))
        _popover(CHANGE[exercise.screen == "compare"], partial(_form, said, exercise, task, answers))
        _popover("Hand in", _link)
        _next(said, exercise)
    if first := _changed(said, exercise, answers):
        st.caption(first)


def _popover(label: str, draw: Callable[[], None]) -> None:
    """A button that opens something, drawn once it is open."""
    place = st.popover(label, key=address.key(label), on_change="rerun")
    if place.open:
        with place, st.container(width=WIDTH):
            draw()


def _marks(task: Task, grade: Grade, looks: Sequence[Look]) -> None:
    """A line for each part and the goal; how far the training is."""
    of_parts = zip(task.parts, grade.marks, strict=False)  # after them comes that of the goal
    lines = [_line(str(number), mark, part) for number, (part, mark) in enumerate(of_parts, 1)]
    if task.goal:
        lines.append(_line("Goal", grade.marks[-1]))
    st.markdown("\n".join(lines))
    if any(look.busy for look in looks):
        screen.progress(looks, lambda now: "Training for the check")


def _line(name: str, mark: Mark, part: Part | None = None) -> str:
    """One mark: what was answered, and what is true."""
    answer = f" You answered “{_said(part, mark.answer)}”." if part and mark.answer else ""
    reason = page.literal(mark.reason) if mark.verdict == "not allowed" else mark.reason  # it quotes the link
    return f"- {ICONS.get(mark.verdict, NO_ICON)} **{name}.**{answer} {reason}"


def _said(part: Part, words: str) -> str:
    """An answer in words: as Markdown only what is ours."""
    return page.literal(words) if isinstance(part.kind, Term) else words.rstrip(".")


def _changed(said: HandIn, exercise: Exercise, answers: Answers) -> str:
    """What was committed to first in this session, where the answers are others now."""
    first = st.session_state.get(FIRST, {}).get((exercise.id, said.handle), {})
    parts = said.task(exercise).parts
    words = "; ".join(
        f"answer {number} was “{_said(parts[number - 1], parts[number - 1].kind.in_words(text))}”"
        for number, text in first.items()
        if answers.get(number) != text
    )
    return f"Changed after the run: {words}." if words else ""


def _explanation(said: HandIn, exercise: Exercise, task: Task) -> None:
    """Why it is so, with its checks, and what to try next."""
    st.markdown(task.explanation)
    if task.claims:
        looks = screen.look([works.checks(exercise.id, said.handle)], "explanation")
        screen.watch(looks, "explanation", _checks)
    st.markdown(f"**Try next:** {task.then}")


def _checks(looks: Sequence[Look]) -> None:
    claims = [claim for part in looks[0].found for claim in part]
    st.caption("\n".join(f"- {lab.result(claim)}" for claim in claims) or "Measuring the checks.")


def _link() -> None:
    """The link to hand in."""
    st.markdown("This link has your answers and what you changed. It is all that is graded.")
    query = {name: texts[-1] for name, texts in address.query().items()}
    with st.container(key="links hand in"):
        st.code(share.link(address.with_hand_in(query)), language=None)


def _next(said: HandIn, exercise: Exercise) -> None:
    """The way to the next exercise that is set."""
    listed = said.listed
    later = listed[listed.index(exercise) + 1 :] if exercise in listed else []
    if later:
        _way(later[0], f"Next: {later[0].id}, {later[0].title}")


def _way(exercise: Exercise, label: str) -> None:
    """A link to an exercise, with all that is said."""
    query = link(address.along() or HandIn(), exercise)
    page.way(f"pages/{exercise.screen}.py", label, query, ":material/arrow_forward:")


@lru_cache(64)
def _points(experiment: Experiment) -> bytes:
    return points(prepare(experiment), experiment)
