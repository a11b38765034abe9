"""Links of a class in, rows out: what is read, what is trained, what is said, and that nothing raises."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from core.estimate import estimated_seconds
from core.exercises import EXERCISES, Mark, Need
from core.exercises.exercise import Goal, Judged
from core.exercises.grading import (
    COLUMNS,
    LONGEST_LINE,
    MOST_LINES,
    Row,
    common_mistakes,
    csv_text,
    needs_of,
    printable,
    read_lines,
    rows,
    safe,
    table,
    totals,
)
from core.exercises.trained import LONGEST_S
from core.experiment import Experiment
from core.training import Run, train, without_weights
from tests.core.exercises.links import link_of
from tests.core.exercises.solving import runs


def grade(*lines: str) -> list[Row]:
    """The rows of some lines, all that they need trained."""
    read = read_lines("\n".join(lines))
    asked = needs_of(read)
    return rows(read, {need: runs(need) for need in asked.needs}, asked.refused)


# ---- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, name",
    [
        ("{}", ""),
        ("Ada\t{}", "Ada"),
        ("  Ada L. \t <{}>  ", "Ada L."),
        ("a=b\t{}", "a=b"),
        ("Ada\tgroup 2\t{}", "Ada"),
        ('Ada\t<iframe src="{}&embed=true" height="600"></iframe>', "Ada"),
        ("It is {}.", ""),
        ("\ufeff{}", ""),
    ],
)
def test_a_link_is_any_text_with_a_query(line: str, name: str) -> None:
    (read,) = read_lines(line.format(link_of("E3", "ada")))
    assert (read.name, read.why_not, read.problems) == (name, "", ())
    assert (read.hand_in.handle, [work.exercise.id for work in read.works]) == ("ada", ["E3"])


def test_a_bare_query_is_a_link_too() -> None:
    (read,) = read_lines(link_of("E3", "ada").partition("?")[2])
    assert [work.exercise.id for work in read.works] == ["E3"]


def test_a_handle_that_ends_with_a_dot_keeps_it() -> None:
    lines = read_lines("?exercise=E3&for=Ada+L.\nB\t?exercise=E3&for=Ada+L.\nIt is ?exercise=E3&for=Ada.")
    assert [line.hand_in.handle for line in lines] == ["Ada L.", "Ada L.", "Ada"]


def test_an_answer_keeps_its_parentheses_where_a_program_has_decoded_them() -> None:
    (line,) = read_lines("Ada\thttps://x.example/activations?exercise=P3&answer.P3.2=s*(1-s)&for=ada")
    assert line.hand_in.answers == {("P3", 2): "s*(1-s)"} and line.hand_in.handle == "ada"
    (line,) = read_lines("(https://x.example/compare?exercise=E3&for=ada)")
    assert line.hand_in.handle == "ada"


def test_lines_keep_their_numbers_and_blank_ones_and_comments_are_none() -> None:
    read = read_lines(f"# a class\r\n\r\n{link_of('E3')}\r  \n\t# not yet\n{link_of('E3')}\n")
    assert [line.number for line in read] == [3, 6]


@pytest.mark.parametrize(
    "line, words",
    [
        ("nonsense", "There is no link in this line"),
        ("Ada\t", "There is no link in this line"),
        ("\0\0", "There is no link in this line"),
        ("?dataset=xor&epochs=3", "The link names no exercise"),
        ("?exercise=E99", "got exercise='E99', so none is open"),
        ("?answer.E99=3", "answer.E99='3' is no answer to an exercise"),
        ("x" * (LONGEST_LINE + 1), f"at most 20,000 characters; got {LONGEST_LINE + 1:,}"),
    ],
)
def test_a_damaged_line_is_a_row_that_says_so(line: str, words: str) -> None:
    (row,) = grade(line)
    assert (row.line, row.exercise, row.points, row.of, row.verdict) == (1, "", 0, 0, "not graded")
    assert words in row.reason


def test_what_could_not_be_read_is_said_in_each_row() -> None:
    (row,) = grade(link_of("E3", more={"answer.E3.9": "1", "epochs": "many", "run.E99": "x", "colour": "red"}))
    said = ("run.E99='x' is no", "epochs='many'", "not known here and are left out: 'colour'", "E3 has no part 9")
    assert [words for words in said if words not in row.reason] == []


def test_beyond_the_most_lines_one_row_says_so() -> None:
    text = "\n".join(["# a class", *[link_of("E3")] * (MOST_LINES + 7)])
    *read, beyond = read_lines(text)
    assert len(read) == MOST_LINES
    assert (beyond.number, beyond.works) == (MOST_LINES + 2, ())
    assert beyond.why_not == "At most 200 links are graded at once; 7 from this line on are left out."


# ---- what is trained ------------------------------------------------------------------------------------------------


def test_equal_experiments_are_trained_once() -> None:
    one, other = link_of("E3", "a", handed="reaches"), link_of("E3", "a", "wrong", handed="reaches")
    alone = needs_of(read_lines(one)).needs
    assert len(alone) == 2  # what is predicted, and what was made of it
    assert needs_of(read_lines("\n".join([one, other, one]))) == (alone, {})


def test_what_would_take_too_long_is_refused_and_not_trained() -> None:
    link = link_of("E3", more={"hidden": ",".join("8" * 10), "epochs": "10000"})
    asked = needs_of(read_lines(link))
    ((need, why),) = asked.refused.items()
    assert need.experiment.hidden == (8,) * 10
    assert f"at most {LONGEST_S:.0f} s are allowed" in why
    (row,) = rows(read_lines(link), {need: runs(need) for need in asked.needs}, asked.refused)
    assert [mark.verdict for mark in row.marks][-1] == "not graded"
    assert why in row.reason


def test_what_is_not_trained_yet_is_under_way() -> None:
    (row,) = rows(read_lines(link_of("E3")), {}, {})
    assert row.verdict == "under way"


# ---- grades ---------------------------------------------------------------------------------------------------------


def test_right_and_wrong_links_get_their_grades() -> None:
    right, wrong = grade(link_of("E3", "s4", handed="reaches"), link_of("E3", "s4", "wrong", "fails"))
    of = EXERCISES["E3"].task("s4").of
    assert (right.points, right.of, right.verdict) == (of, of, "right")
    assert (wrong.points, wrong.of, wrong.verdict) == (0, of, "wrong")
    assert "part 1: wrong." in wrong.reason and "goal: wrong." in wrong.reason


def test_a_setting_or_a_number_changed_by_hand_changes_the_grade() -> None:
    link = link_of("E3", "s4", handed="reaches")
    claim = "answer.E3=" + link.partition("answer.E3=")[2].partition("&")[0]
    assert link.count("hidden=") == link.count(claim) == 1
    before, other_setting, other_claim, not_allowed = grade(
        link, cut(link, "hidden"), link.replace(claim, "answer.E3=1"), f"{link}&noise=30"
    )
    answered, reached = (mark.points for mark in before.marks)
    assert answered and reached
    assert [mark.points for mark in other_setting.marks] == [answered, 0]
    assert [mark.points for mark in other_claim.marks] == [0, reached]
    assert not_allowed.marks[-1].verdict == "not allowed"
    assert "must stay" in not_allowed.reason


def cut(link: str, key: str) -> str:
    """A link without a key, which then is as its exercise opens."""
    start, query = link.split("?")
    return f"{start}?" + "&".join(pair for pair in query.split("&") if not pair.startswith(f"{key}="))


def test_a_check_that_fails_is_said_in_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(experiment: Experiment, found: object) -> Judged:
        raise ZeroDivisionError("of nothing")

    (line,) = read_lines(link_of("E3", handed="reaches"))
    faulty = replace(line.works[0], task=replace(line.works[0].task, goal=Goal("", judge)))
    lines = [replace(line, works=(faulty,)), line]
    bad, good = rows(lines, {need: runs(need) for need in needs_of(lines).needs}, {})
    assert (bad.points, bad.of, bad.verdict) == (0, faulty.task.of, "not graded")
    assert "failed with ZeroDivisionError: of nothing" in bad.reason
    assert good.points


# ---- what a teacher sees --------------------------------------------------------------------------------------------


def test_the_most_frequent_wrong_answers_come_first() -> None:
    answers = ["1"] * 3 + ["2"] * 2 + ["3", "4", "many"]
    found = grade(*(link_of("E3", more={"answer.E3": answer}) for answer in answers))
    assert [(each.exercise, each.part, each.answer, each.count, each.of) for each in common_mistakes(found)] == [
        ("E3", "part 1", "1 %", 3, 7),
        ("E3", "part 1", "2 %", 2, 7),
        ("E3", "part 1", "3 %", 1, 7),
    ]


def test_they_are_in_the_order_of_the_exercises() -> None:
    wrong = Mark(0, 1, "wrong", "", "7")
    found = [Row(1, "", "", id, 0, 1, "wrong", "", "", (wrong, wrong), ("part 1", "goal")) for id in EXERCISES]
    assert [(each.exercise, each.part) for each in common_mistakes(found[::-1])] == [(id, "part 1") for id in EXERCISES]


def test_points_are_those_of_all_exercises_of_a_line() -> None:
    row = Row(4, "Ada", "", "E1", 2, 3, "partly right", "", "")
    assert totals([row, replace(row, exercise="E2", points=1), replace(row, line=5, name="")]) == [
        (4, "Ada", 3, 6),
        (5, "", 2, 3),
    ]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_no_cell_starts_a_formula(start: str) -> None:
    row = Row(1, start, start, "", 0, 0, "not graded", start, start)
    (cells,) = table([row])
    assert all(str(cells[column]).startswith("'") for column in ("name", "for", "reason", "answers"))
    (read,) = csv.DictReader(io.StringIO(csv_text([row])))
    assert read == {column: str(value) for column, value in cells.items()}
    assert tuple(read) == COLUMNS


def test_cells_have_no_control_characters() -> None:
    assert printable("a\0b\x1b[31m\u202eb\ud800\n\xa0é😀") == r"a\x00b\x1b[31m\u202eb\ud800\n é😀"
    assert safe('plain, "quoted" −1') == 'plain, "quoted" −1'


# ---- hostile --------------------------------------------------------------------------------------------------------


def mutated(link: str, random: Random) -> str:
    """A link that somebody, or something, has spoilt."""
    for _ in range(random.randint(1, 6)):
        a, b = sorted(random.randrange(len(link) + 1) for _ in range(2))
        start, _, query = link.partition("?")
        pairs = query.split("&")
        match random.randrange(10):
            case 0:
                link = link[:a] + link[min(b, a + 5) :]
            case 1:
                link = link[:b] + link[a:b][:200] + link[b:]
            case 2:
                link = link[:a] + "".join(chr(random.randrange(0x3000)) for _ in range(4)) + link[a:]
            case 3:
                link = (
                    link[:a]
                    + random.choice(["%", "%00", "%ZZ", "%ED%A0%80", "%F0%9F", "%2526", "&&", "=", "?"])
                    + link[a:]
                )
            case 4:
                random.shuffle(pairs)
                link = f"{start}?{'&'.join(pairs)}"
            case 5:
                keys, values = [pair.partition("=")[0] for pair in pairs], [pair.partition("=")[2] for pair in pairs]
                random.shuffle(values)
                link = f"{start}?" + "&".join(map("=".join, zip(keys, values, strict=True)))
            case 6:
                link = link[:b]
            case 7:
                one, other = (random.randrange(len(pairs)) for _ in range(2))
                pairs[one] = pairs[other]
                link = f"{start}?{'&'.join(pairs)}"
            case 8:
                key = random.choice(pairs).partition("=")[0]
                value = random.choice(["-1", "1e999", "9" * 400, "x" * 3000, "nan", "", "0,0,0", "E3,P1", "2"])
                link += f"&{key}={value}"
            case 9:
                link = link.encode()[: a + 1].decode("latin-1") + link[a + 1 :]
    return link


@cache
def stub(need: Need) -> tuple[Run, ...]:
    """Runs in place of those that are needed: the same network on the same data, not trained."""
    first = replace(need.experiment.segments[0], epochs=0)
    run = without_weights(train(replace(need.experiment, segments=(first,))))
    return (run,) * (need.seeds.count if need.seeds else 1)


def spoilt(count: int, seed: int, ids: Sequence[str] = tuple(EXERCISES)) -> list[str]:
    random = Random(seed)
    links = [
        link_of(id, handle, solved, handed)
        for id in ids
        for handle, solved, handed in (("", "right", "reaches"), ("ada", "wrong", "fails"), ("é \0", "right", "fails"))
    ]
    return [mutated(random.choice(links), random).replace("\n", " ").replace("\r", " ") for _ in range(count)]


def of_batches(links: list[str], found: Mapping[Need, tuple[Run, ...]] | None = None) -> list[Row]:
    """The rows of links, in classes of the most lines that there may be."""
    graded = list[Row]()
    for start in range(0, len(links), MOST_LINES):
        batch = [f"{number}\t{link}" for number, link in enumerate(links[start : start + MOST_LINES], start)]
        lines = read_lines("\n".join(batch))
        asked = needs_of(lines)
        graded += rows(lines, {need: (found or {}).get(need) or stub(need) for need in asked.needs}, asked.refused)
    return graded


def test_thousands_of_spoilt_links_are_rows_and_nothing_raises() -> None:
    links = spoilt(3000, seed=1)
    graded = of_batches(links)
    assert {int(row.name) for row in graded} == {*range(3000)}
    assert not any("failed with" in row.reason for row in graded)
    assert {row.verdict for row in graded} >= {"wrong", "not answered", "not graded"}
    assert len(csv_text(graded).splitlines()) == len(graded) + 1
    assert csv_text(graded).encode("utf-8")


def test_some_of_them_are_trained_for_good() -> None:
    links = spoilt(40, seed=2, ids=[id for id, row in EXERCISES.items() if row.task().start])
    lines = read_lines("\n".join(links))
    short = [need for need in needs_of(lines).needs if not need.seeds and estimated_seconds(need.experiment) < 0.5]
    graded = of_batches(links, {need: runs(need) for need in short[:15]})
    assert len(short) > 3
    assert {int(row.name) for row in graded} == {*range(40)}
    assert not any("failed with" in row.reason for row in graded)
