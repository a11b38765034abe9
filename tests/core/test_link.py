"""A link reads back as what was written; whatever else stands in it costs a sentence, never an exception."""

import dataclasses
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import fields
from core.edits import BIAS, Edit
from core.experiment import Experiment, Segment, changed
from core.fields import Choice, Names, Sizes, Whole, rules, setting
from core.link import (
    FIELDS,
    FOREIGN_KEYS,
    GROUPS,
    MAX_PROBLEMS,
    MAX_TEXT,
    SEEDS,
    STEP,
    TABS,
    Pair,
    View,
    described,
    differences,
    experiment_key,
    from_query,
    query_of,
    settings_from_query,
    settings_to_query,
    to_query,
    unknown_keys,
)
from core.reach import Seeds
from tests.core.strategies import experiments, pairs, views

TWO = (Segment(epochs=30), Segment(epochs=20, optimizer="adam", learning_rate=0.001))
SEVEN = ("x1", "x2", "x1sq", "x2sq", "x1x2", "sinx1", "sinx2")
DEEP = Experiment(hidden=(8,) * 6, activation="logistic", features=SEVEN)
REGRESSION = Experiment(dataset="reg_gauss", loss="squared_linear", playground_seed="0.27182", hidden=(8, 8))
TYPICAL = {
    "default": Pair(),
    "linear net": Pair(Experiment(hidden=()), Experiment(hidden=(), engine="sklearn")),
    "deep": Pair(DEEP, replace(DEEP, engine="sklearn")),
    "one thing changed": Pair(DEEP, replace(DEEP, activation="relu")),
    "one activation a layer": Pair(
        replace(DEEP, activation=("leaky_relu", "gelu_tanh") * 3), replace(DEEP, activation="relu", seed=2**32 - 1)
    ),
    "regression": Pair(REGRESSION, replace(REGRESSION, engine="sklearn")),
    "classes and numbers": Pair(Experiment(), REGRESSION),
    "rates changed": Pair(DEEP, changed(DEEP, optimizer="adam", learning_rate=0.00123, l2=1e-4, batch_size=200)),
}
NUMBERS = [
    "", " ", "nan", "NaN", "inf", "-inf", "1e400", "-1e400", "١٢", "১২", "１２", "²", "½", "1_000", "0x1f", "12 ",
    "1,5", "\x00", "12\x00", "\ud800", "\u202e12", "--1", "1e", "true", "9" * 30, "9" * 1_000_000, "1e" * 500_000,
]  # fmt: skip
HOSTILE = [
    *NUMBERS, "<script>alert(1)</script>", "![x](http://example.org/x.png)", "'; drop table", "../../etc/passwd",
    "tanh,,", ",", "," * 1_000_000, "tanh," * 200_000, "%00", "None", "[]", "{}", "é" * 5000,
]  # fmt: skip
WRONG_TYPES: list[Any] = [None, 3, 2.5, True, b"tanh", [], [None], [["tanh"]], {}, object(), 10**5000, {"a": 1}]


# what is written


@given(pairs(), views())
def test_round_trip(pair: Pair, view: View) -> None:
    assert from_query(to_query(pair, view)) == (pair, view, [])


@given(pairs(), views(), st.sampled_from(["", ","]))
def test_round_trip_through_an_address(pair: Pair, view: View, safe: str) -> None:
    query = urlencode(to_query(pair, view), safe=safe)
    assert query.isascii()
    assert from_query(parse_qs(query, keep_blank_values=True)) == (pair, view, [])
    assert from_query(query_of(f"Look at <http://localhost:8501/compare?{query}>.")) == (pair, view, [])


@pytest.mark.parametrize("pair", TYPICAL.values(), ids=TYPICAL)
def test_a_typical_link_is_short(pair: Pair) -> None:
    assert len(urlencode(to_query(pair, View(hide=("dataset", "rows", "presets"))))) < 600


@pytest.mark.parametrize("pair", TYPICAL.values(), ids=TYPICAL)
def test_with_the_seeds_it_is_little_longer(pair: Pair) -> None:
    seeds = Seeds(60, "fixed", "train_accuracy>=0.995", "any", "train_accuracy")
    view = View(hide=("dataset", "rows", "presets"), tab="seeds", seeds=seeds)
    assert len(urlencode(to_query(pair, view))) < 720


def test_the_row_order_of_another_shape_is_written_and_where_it_is_missing_that_of_a() -> None:
    a = Experiment(hidden=(4, 2))
    b = dataclasses.replace(a, hidden=(8,))
    own, taken_over = to_query(Pair(a, b)), to_query(Pair(a, dataclasses.replace(b, order_after=a.parameters)))
    assert (own["b.order_after"], taken_over["b.order_after"]) == ("0", "25")
    assert from_query(own)[0].b.order_after == 0
    del own["b.order_after"]
    assert from_query(own)[0].b.order_after == 25
    assert "b.order_after" not in to_query(Pair(a, dataclasses.replace(a, activation="relu")))
    assert differences(a, dataclasses.replace(b, order_after=25)) == [("Hidden layers", "4,2", "8")]
    assert ("Row order drawn after", "0", "7") in differences(a, dataclasses.replace(b, order_after=7))


def test_order_and_text_of_a_link() -> None:
    pair = Pair(Experiment(segments=TWO), Experiment(segments=TWO, engine="sklearn", activation="relu", noise=12.5))
    assert urlencode(to_query(pair, View(frame=7)), safe=",") == (
        "v=1&dataset=circle&axes=principal&rows=500&noise=0&train_share=50&seed=1&data_seed=&playground_seed=&features=x1,x2"
        "&standardize=false&hidden=4,2&activation=tanh&initializer=sklearn&order_after=0&loss=log&engine=numpy"
        "&optimizer=sgd&learning_rate=0.03&momentum=0.9&batch_size=10&epochs=30&l1=0&l2=0&edits="
        "&2.optimizer=adam&2.learning_rate=0.001&2.momentum=0.9&2.batch_size=10&2.epochs=20&2.l1=0&2.l2=0&2.edits=&2.carry=false"
        "&b.engine=sklearn&b.noise=12.5&b.activation=relu"
        "&frame=7&test_points=false&discretize=false&clamp=false&gradient=weights&chart=lines&hide="
    )


@given(pairs(), views())
def test_every_value_is_written(pair: Pair, view: View) -> None:
    query = to_query(pair, view)
    unsaid = {"tab", "edit", "carry", *STEP}
    assert {"v", *rules(Experiment), *rules(Segment), *rules(View), "b.engine"} - unsaid <= query.keys()
    assert (query.keys() >= SEEDS.keys()) == (view.tab == "seeds" or view.seeds != Seeds())
    assert all(isinstance(text, str) and len(text) < MAX_TEXT / 4 for text in query.values())


def test_only_the_first_tab_is_not_written() -> None:
    assert [name for name in TABS if to_query(Pair(), View(tab=name)).get("tab") != name] == ["gradients"]
    assert from_query({})[1].tab == "gradients"
    assert [to_query(Pair(), View(edit=edit)).get("edit") for edit in (True, False)] == ["true", None]
    assert not from_query({})[1].edit
    assert from_query({"tab": "code"})[1].tab == "code"
    assert from_query({"tab": "Code"})[1:] == (
        View(),
        ["Tab must be one of gradients, loss, difference, seeds, step, code; got tab='Code', so gradients is used."],
    )


@pytest.mark.parametrize("tab", TABS)
def test_seeds_are_written_where_they_are_open_or_other_than_usual(tab: str) -> None:
    usual, other = to_query(Pair(), View(tab=tab)), to_query(Pair(), View(tab=tab, seeds=Seeds(12)))
    assert set(SEEDS) & usual.keys() == (set(SEEDS) if tab == "seeds" else set())
    assert {key: other[key] for key in ("tab", *SEEDS)} == {
        "tab": tab,
        "seeds": "12",
        "seeds.data": "fixed",
        "seeds.reach": "test_accuracy>=0.95",
        "seeds.when": "end",
        "seeds.curve": "test_accuracy",
    }
    assert {**usual, **other} == other and other.keys() - usual.keys() <= {"tab", *SEEDS}


@pytest.mark.parametrize("tab", TABS)
def test_a_step_is_written_where_it_is_open_or_other_than_usual(tab: str) -> None:
    usual, other = to_query(Pair(), View(tab=tab)), to_query(Pair(), View(tab=tab, step=7, pick="n2:1"))
    assert {*STEP} & usual.keys() == ({*STEP} if tab == "step" else set())
    assert [other[key] for key in STEP] == ["7", "n2:1"]
    for query, view in ((usual, View(tab=tab)), (other, View(tab=tab, step=7, pick="n2:1"))):
        assert from_query(query) == (Pair(), view, [])


@pytest.mark.parametrize(
    ("pick", "used", "said"),
    [
        ("w9:0:0", "w3:0:0", "pick=w9:0:0 is not in the network of A, so w3:0:0 is used."),
        ("b1:7", "b1:3", "pick=b1:7 is not in the network of A, so b1:3 is used."),
        ("w1:0", None, "Looked at must be a weight, bias or neuron"),
        ("w0:0:0", None, "Looked at must be a weight, bias or neuron"),
        ("w1:0:0:0", None, "Looked at must be a weight, bias or neuron"),
        ("w1:٠:0", None, "Looked at must be a weight, bias or neuron"),
        ("w1:1e400:nan", None, "Looked at must be a weight, bias or neuron"),
        ("w1:0:2" * 300, None, "Looked at must be a weight, bias or neuron"),
    ],
)
def test_a_pick_that_can_not_be_looked_at_is_said_and_nothing_else_is_lost(
    pick: str, used: str | None, said: str
) -> None:
    query = {**to_query(Pair(), View(tab="step", frame=7, step=3)), "pick": pick}
    pair, view, problems = from_query(query)
    assert pair == Pair() and (view.tab, view.frame, view.step) == ("step", 7, 3)
    assert len(problems) == 1 and problems[0].startswith(said)
    assert to_query(pair, view)["pick"] == (used or "w1:0:0")
    assert from_query(to_query(pair, view))[2] == []


@pytest.mark.parametrize("step", ["-1", "10001", "nan", "1e400", "9" * 400])
def test_a_step_that_is_none_is_said(step: str) -> None:
    _, view, problems = from_query({"tab": "step", "step": step})
    assert view == View(tab="step") and len(problems) == 1 and "Step must be a whole number from 0 to" in problems[0]


@pytest.mark.parametrize("dataset", ["iris", "ripple"])
@pytest.mark.parametrize("reach", ["test_accuracy>=0.9", "train_r2>=0.9", "test_loss<0.1"])
def test_a_link_of_seeds_brings_no_problem_and_comes_to_itself(dataset: str, reach: str) -> None:
    pair = Pair(changed(Experiment(), dataset=dataset), changed(Experiment(), dataset=dataset, engine="sklearn"))
    query = to_query(pair, View(tab="seeds", seeds=Seeds(threshold=reach)))
    read_pair, view, problems = from_query(query)
    assert (read_pair, problems) == (pair, [])
    assert to_query(read_pair, view) == query


def test_no_two_fields_share_a_key() -> None:
    names = ["v", "b", "segments", *FOREIGN_KEYS, *rules(Experiment), *rules(Segment), *rules(View)]
    assert len({*names, *SEEDS}) == len(names) + len(SEEDS)
    assert not any("." in name for name in names)
    assert list(SEEDS.values()) == list(rules(Seeds))
    assert {key.partition(".")[0] for key in SEEDS} == {"seeds"}


def test_segments_of_b_alone() -> None:
    one, two, three = Experiment(), Experiment(segments=TWO), Experiment(segments=(*TWO, Segment(l1=0.5)))
    for a, b in [(one, two), (two, one), (one, three), (three, one), (three, two), (two, two)]:
        query = to_query(Pair(a, b))
        assert from_query(query)[0] == Pair(a, b)
        assert ("b.segments" in query) == (len(b.segments) < len(a.segments))


# what is missing


@pytest.mark.parametrize("mapping", [{}, {"v": "1"}, {"embed": "true", "embed_options": ["a", "b"], "tfp": "#seed=1"}])
def test_a_bare_address_is_the_default_pair(mapping: dict[str, Any]) -> None:
    assert from_query(mapping) == (Pair(), View(), [])
    assert Pair().b == replace(Pair().a, engine="sklearn")


def test_b_follows_a_where_it_says_nothing() -> None:
    pair, _, problems = from_query({"activation": "relu", "epochs": "7", "b.seed": "3"})
    assert pair.a == changed(Experiment(activation="relu"), epochs=7)
    assert pair.b == replace(pair.a, seed=3, engine="sklearn")
    assert problems == []


def test_a_segment_follows_the_one_before_where_it_says_nothing() -> None:
    pair, _, problems = from_query({"epochs": "7", "optimizer": "adam", "2.epochs": "8", "4.learning_rate": "0.5"})
    first, second = Segment(epochs=7, optimizer="adam"), Segment(epochs=8, optimizer="adam")
    assert pair.a.segments == (first, second, second, replace(second, learning_rate=0.5))
    assert problems == []


# what is bad


def test_a_bad_order_of_rows_is_as_good_as_none() -> None:
    query = to_query(Pair(Experiment(), changed(Experiment(), hidden=(5,), engine="sklearn")))
    without = {key: text for key, text in query.items() if key != "b.order_after"}
    assert from_query({**query, "b.order_after": "many"})[0] == from_query(without)[0]


@given(pairs(), views(), st.data())
def test_a_bad_value_is_named_and_costs_no_other(pair: Pair, view: View, data: st.DataObject) -> None:
    query = to_query(pair, view)
    key = data.draw(st.sampled_from([key for key in query if key != "v"]))
    without = {other: text for other, text in query.items() if other != key}
    bad = data.draw(st.sampled_from(WRONG_TYPES) | st.sampled_from(HOSTILE).filter(lambda text: refused(key, text)))
    read_pair, read_view, problems = from_query({**query, key: bad})
    expected_pair, expected_view, conflicts = from_query(without)
    assert (read_pair, read_view) == (expected_pair, expected_view)
    assume(len(conflicts) < MAX_PROBLEMS)  # a longer list is cut, and may not come to this one
    said = [problem for problem in problems if f" {key}=" in problem]
    assert len(said) == 1
    assert fields.shortened(bad[-1] if isinstance(bad, list) and bad else bad) in said[0]
    assert len(problems) == len(conflicts) + 1
    if not conflicts:
        read = to_query(read_pair, read_view)
        assert all(read[other] == text for other, text in without.items() if not other.startswith("b."))
        of_b, read_of_b = to_query(Pair(pair.b, pair.b)), to_query(Pair(read_pair.b, read_pair.b))
        names = [other[2:] for other in without if other.startswith("b.") and other != "b.segments"]
        assert all(read_of_b[name] == of_b[name] for name in names)


def refused(key: str, text: str) -> bool:
    try:
        return not FIELDS[key].accepts(FIELDS[key].parse(text))
    except ValueError:
        return True


@pytest.mark.parametrize("text", NUMBERS, ids=lambda text: ascii(text[:10]))
def test_no_strange_number_is_taken(text: str) -> None:
    keys = ("rows", "seed", "noise", "learning_rate", "2.l2", "b.segments", "b.epochs", "frame")
    pair, view, problems = from_query({**dict.fromkeys(keys, text), "activation": "relu"})
    assert len(problems) == len(keys)
    assert all(f" {key}={fields.shortened(text)}" in " ".join(problems) for key in keys)
    assert (pair, view) == from_query({"activation": "relu"})[:2]


def test_a_sentence_says_what_is_allowed_and_what_is_used() -> None:
    pair, _, problems = from_query({"rows": "200", "b.rows": "nan", "b.activation": "rleu", "chart": "\x00\u202e"})
    assert pair.b == Experiment(rows=200, engine="sklearn")
    assert problems[0] == "Rows must be a whole number from 50 to 5000; got b.rows='nan', so 200 is used."
    assert problems[1].startswith("Activation must be one name, or one for each hidden layer")
    assert problems[1].endswith("; got b.activation='rleu', so tanh is used.")
    assert problems[2] == r"Chart must be one of lines, heatmap; got chart='\x00\u202e', so lines is used."


def test_the_last_of_repeated_keys_counts() -> None:
    pair, _, problems = from_query({"rows": ["nan", "100"], "seed": ["5", "x"], "hidden": ["3"], "noise": ("1", "2")})
    assert (pair.a.rows, pair.a.seed, pair.a.hidden, pair.a.noise) == (100, 1, (3,), 2)
    assert ["twice" in said for said in problems] == [True, True, True, False]
    assert "seed='x'" in problems[-1]


@pytest.mark.parametrize("key", ["dataset", "b.loss", "chart", "2.optimizer"])
def test_a_list_in_a_list_is_no_text(key: str) -> None:
    assert f"; got {key}=['log'], so " in from_query({key: [["log"]]})[2][0]


# what is asked over seeds

BAD_COUNTS = ["", "1", "61", "0", "-20", "+-20", "20.0", "2e1", str(10**9), "１２", "🌱", "20 seeds", "nan", "9" * 3000]


def test_seeds_without_a_tab_open_theirs() -> None:
    pair, view, problems = from_query({"seeds": "20", "dataset": "xor"})
    assert (view, problems) == (View(tab="seeds"), [])
    assert pair.a.dataset == "xor"
    assert from_query({"seeds": "7", "tab": "loss"})[1:] == (View(tab="loss", seeds=Seeds(7)), [])
    assert from_query({"seeds.data": "anew"})[1:] == (View(seeds=Seeds(data="anew")), [])
    assert from_query({"tab": "seeds"})[1:] == (View(tab="seeds"), [])


@pytest.mark.parametrize("sign", ["<", "%3C"])
def test_a_link_that_is_written_by_hand_is_read(sign: str) -> None:
    address = f"seeds=20&seeds.data=anew&seeds.reach=test_loss{sign}0.04&seeds.when=any"
    view = View(tab="seeds", seeds=Seeds(20, "anew", "test_loss<0.04", "any"))
    assert from_query(query_of(f"http://localhost:8501/compare?{address}"))[1:] == (view, [])


@pytest.mark.parametrize("bad", [*BAD_COUNTS, *WRONG_TYPES], ids=range(len([*BAD_COUNTS, *WRONG_TYPES])))
@pytest.mark.parametrize("key", SEEDS)
def test_a_bad_value_of_the_seeds_is_named_and_costs_no_other(key: str, bad: Any) -> None:
    asked = Seeds(12, "anew", "test_loss<0.5", "any", "gradient_1")
    query = {**to_query(Pair(), View(tab="seeds", seeds=asked)), "rows": "100"}
    pair, view, problems = from_query({**query, key: bad})
    usual = getattr(Seeds(), SEEDS[key])
    assert view == View(tab="seeds", seeds=replace(asked, **{SEEDS[key]: usual}))
    assert pair.a == Experiment(rows=100)
    label = fields.label(Seeds, SEEDS[key])
    said = fields.shortened(bad[-1] if isinstance(bad, list) and bad else bad)
    assert problems == [f"{label} must be {FIELDS[key].rule}; got {key}={said}, so {usual} is used."]


@pytest.mark.parametrize(
    ("dataset", "reach", "used"),
    [
        ("ripple", "test_accuracy>=0.9", "test_r2>=0.9"),
        ("diabetes", "train_accuracy >= .9", "train_r2>=0.9"),
        ("circle", "test_r2>=-0.5", "test_accuracy>=0"),
    ],
)
def test_a_threshold_that_does_not_suit_the_targets_is_said_and_loses_nothing_else(
    dataset: str, reach: str, used: str
) -> None:
    rest = {"dataset": dataset, "seeds": "7", "seeds.data": "anew", "seeds.when": "any", "seeds.curve": "train_loss"}
    pair, view, problems = from_query({**rest, "seeds.reach": reach})
    read = FIELDS["seeds.reach"].parse(reach)
    assert problems == [f"seeds.reach={read} does not suit the targets of {dataset}, so {used} is used."]
    assert view == View(tab="seeds", seeds=Seeds(7, "anew", read, "any", "train_loss"))
    assert to_query(pair, view)["seeds.reach"] == used
    assert from_query(rest)[2] == []  # the usual one is not said, wherever it does not suit


@pytest.mark.parametrize("bad", ["nan", None, "test_accuracy>=1.5"])
def test_a_threshold_that_can_not_be_read_is_replaced_by_one_that_suits_the_targets(bad: Any) -> None:
    _, view, problems = from_query({"dataset": "ripple", "seeds": "7", "seeds.reach": bad})
    assert view == View(tab="seeds", seeds=Seeds(7))
    assert len(problems) == 1 and problems[0].endswith(f"; got seeds.reach={bad!r}, so test_r2>=0.95 is used.")


ODD_KEYS = ["b.2.epochs", "8.epochs", "9.epochs", "0.epochs", "1.epochs", "2.", ".epochs", "b.", "b.b.engine", "2.2.l1"]
KEYS = st.sampled_from(
    [
        *to_query(Pair(Experiment(segments=TWO), Experiment()), View(tab="seeds")),
        *("b." + key for key in to_query(Pair())),
        *ODD_KEYS,
    ]
)
GOOD = st.sampled_from(
    sorted(
        {
            *to_query(Pair(Experiment(segments=TWO)), View(tab="seeds")).values(),
            "test_r2>=0.5",
            "test_loss<1",
            "squared",
            "iris",
            "ripple",
            "squared_linear",
            "5000",
            "3,3,3",
        }
    )
)
ANYTHING = st.text() | GOOD | st.sampled_from(HOSTILE) | st.sampled_from(WRONG_TYPES)


@given(st.dictionaries(st.text() | KEYS | st.integers() | st.none(), ANYTHING | st.lists(ANYTHING), max_size=40))
def test_nothing_raises(mapping: dict[Any, Any]) -> None:
    pair, view, problems = from_query(mapping)
    assert from_query(to_query(pair, view)) == (pair, view, [])
    assert len(problems) <= MAX_PROBLEMS + 1
    assert all(problem.isprintable() and len(problem) < 1000 and problem.endswith(".") for problem in problems)


@pytest.mark.parametrize("mapping", [*WRONG_TYPES, "a=1", [("rows", "100")]], ids=lambda value: type(value).__name__)
def test_what_is_no_mapping_is_an_empty_link(mapping: Any) -> None:
    assert from_query(mapping)[:2] == (Pair(), View())


def test_a_flood_of_keys_and_problems_is_bounded() -> None:
    flood = {f"key{i}": "x" for i in range(5000)} | {"x" * 1_000_000: "1", "\ud800\u202e": "1"}
    pair, _, problems = from_query({**flood, "rows": "100"})
    assert pair.a.rows == 100
    assert problems == [
        "The link has fields that are not known here and are left out: 'key0', 'key1', 'key2' and 4999 more."
    ]
    all_bad = {f"{b}{n}{name}": "?" for b in ("", "b.") for n in ("", "2.", "8.") for name in rules(Segment)}
    del all_bad["carry"], all_bad["b.carry"]  # of later segments alone
    assert len(all_bad) > MAX_PROBLEMS + 1
    problems = from_query(all_bad)[2]
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1] == f"And {len(all_bad) - MAX_PROBLEMS} more."


def test_a_value_longer_than_any_rule_writes_is_refused_unread() -> None:
    assert len(from_query({"features": "x1" + "," * MAX_TEXT})[2]) == 1


@pytest.mark.parametrize("version", ["2", "", "1.0", "x" * 10**6, None])
def test_another_version_is_said_and_read_all_the_same(version: Any) -> None:
    pair, _, problems = from_query({"v": version, "rows": "100"})
    assert pair.a.rows == 100
    assert problems == [
        f"Version of the link must be 1; got v={fields.shortened(version)}, so what is known of it is used."
    ]


# what does not go together

WIDE = ",".join(["64"] * 10)


@pytest.mark.parametrize(
    ("query", "kept", "named"),
    [
        ({"activation": "tanh,relu,gelu"}, {}, ["activation"]),
        ({"activation": "tanh,relu,gelu", "hidden": "3,3,3"}, {"hidden": "3,3,3", "activation": "tanh,relu,gelu"}, []),
        ({"activation": "tanh,relu,gelu", "hidden": "3"}, {"hidden": "3"}, ["activation"]),
        ({"dataset": "iris", "loss": "squared"}, {"dataset": "iris"}, ["loss"]),
        ({"dataset": "iris", "axes": "0,9", "seed": "4"}, {"dataset": "iris", "seed": "4"}, ["axes"]),
        ({"hidden": WIDE, "rows": "5000", "epochs": "20"}, {"hidden": WIDE, "rows": "5000", "epochs": "20"}, []),
        ({"hidden": WIDE, "rows": "5000", "epochs": "10000"}, {"rows": "5000", "epochs": "10000"}, ["hidden"]),
        (
            {"dataset": "iris", "loss": "squared", "axes": "0,9", "activation": "relu,relu,relu", "hidden": "5,5,5"},
            {"dataset": "iris", "hidden": "5,5,5", "activation": "relu,relu,relu"},
            ["axes", "loss"],
        ),
        (
            {"hidden": "5,5,5", "activation": "relu,relu,relu", "b.hidden": "5,5", "b.activation": "tanh,tanh",
             "b.dataset": "iris", "b.loss": "squared"},
            {"b.hidden": "5,5", "b.activation": "tanh,tanh", "b.dataset": "iris", "b.engine": "sklearn"},
            ["b.loss"],
        ),
    ],
)  # fmt: skip
def test_of_conflicting_values_the_fewest_are_dropped_and_named(
    query: dict[str, str], kept: dict[str, str], named: list[str]
) -> None:
    pair, view, problems = from_query(query)
    written = to_query(pair, view)
    assert {key: written[key] for key in kept} == kept
    assert [problem.split("=")[0] for problem in problems] == named
    for key, problem in zip(named, problems, strict=True):
        assert problem.startswith(f"{key}={query[key]!r} does not go with the rest of the link (")
        assert " must be " in problem


def test_segments_that_would_be_too_much_work_are_left_out() -> None:
    wide = {"hidden": WIDE, "rows": "5000", "epochs": "20"}
    pair, _, problems = from_query({**wide, "b.2.epochs": "10000", "b.2.l1": "1", "b.seed": "2"})
    assert pair.b == replace(pair.a, seed=2, engine="sklearn")
    assert [problem.split("=")[0] for problem in problems] == ["b.2.epochs", "b.2.l1"]
    assert all(problem.endswith(", so it is left out.") for problem in problems)


# the settings of labs


@dataclass(frozen=True)
class Lab:
    activation: str = setting("tanh", Choice(("tanh", "relu")), "Activation")
    sizes: tuple[int, ...] = setting((4, 4), Sizes(3, 1, 9), "Layers")
    shown: tuple[str, ...] = setting((), Names(("left", "right")), "Shown")
    layer: int = setting(1, Whole(1, 3), "Layer")

    def __post_init__(self) -> None:
        fields.check(self)
        if self.layer > len(self.sizes):
            raise ValueError(f"layer must be at most {len(self.sizes)}; got {self.layer}")


@pytest.mark.parametrize("prefix", ["", "lab."])
def test_settings_of_a_lab_use_the_same_codec(prefix: str) -> None:
    lab = Lab("relu", (1, 2, 3), ("right", "left"), 3)
    query = settings_to_query(lab, prefix)
    assert query == {
        prefix + "activation": "relu",
        prefix + "sizes": "1,2,3",
        prefix + "shown": "right,left",
        prefix + "layer": "3",
    }
    assert settings_from_query(Lab, query, prefix) == (lab, [])
    assert settings_from_query(Lab, {}, prefix) == (Lab(), [])
    read, problems = settings_from_query(Lab, {**query, prefix + "activation": "sine", prefix + "sizes": "1,2"}, prefix)
    assert read == replace(lab, activation="tanh", sizes=(1, 2), layer=1)
    assert problems == [
        f"Activation must be one of tanh, relu; got {prefix}activation='sine', so tanh is used.",
        f"{prefix}layer='3' does not go with the rest of the link (layer must be at most 2; got 3), so 1 is used.",
    ]


def test_unknown_keys_of_a_lab() -> None:
    assert unknown_keys({"layer": "1", "embed": "true"}, rules(Lab)) == []
    assert len(unknown_keys({"layers": "1", 7: "x"}, rules(Lab))) == 1


# keys, differences, pasted text


@given(experiments(), experiments())
def test_the_key_of_an_experiment_says_whether_two_are_equal(one: Experiment, other: Experiment) -> None:
    assert (experiment_key(one) == experiment_key(other)) == (one == other)
    assert from_query(dict(parse_qsl(experiment_key(one), keep_blank_values=True)))[0].a == one


def test_the_key_does_not_depend_on_how_a_number_is_typed() -> None:
    assert experiment_key(Experiment(noise=5)) == experiment_key(Experiment(noise=5.0))


def test_differences_are_named_by_their_labels() -> None:
    a = Experiment(hidden=(4, 2))
    assert differences(a, a) == []
    b = changed(a, hidden=(), engine="sklearn", learning_rate=0.1)
    assert differences(a, b) == [
        ("Hidden layers", "4,2", "none"),
        ("Engine", "numpy", "sklearn"),
        ("Learning rate", "0.03", "0.1"),
    ]
    b = replace(a, segments=(*a.segments, Segment(epochs=9)))
    assert ("Epochs (segment 2)", "none", "9") in differences(a, b)
    assert len(differences(a, b)) == len(rules(Segment))


@given(pairs())
def test_differences_are_there_exactly_where_experiments_differ(pair: Pair) -> None:
    assert bool(differences(pair.a, pair.b)) == (pair.a != pair.b)
    own = [f.metadata["label"] for f in dataclasses.fields(Experiment) if "label" in f.metadata]
    differing = {
        fields.label(Experiment, name) for name in rules(Experiment) if getattr(pair.a, name) != getattr(pair.b, name)
    }
    assert {label for label, _, _ in differences(pair.a, pair.b) if label in own} == differing


def test_an_experiment_is_described_by_the_labels_and_values_that_say_something() -> None:
    said = described(changed(Experiment(segments=TWO), hidden=()))
    assert said[0] == ("Data set", "circle")
    assert ("Optimizer", "sgd") in said and ("Optimizer (segment 2)", "adam") in said
    labels = [label for label, _ in said]
    silent = {"Axes", "Noise (%)", "Data seed", "Standardise the features", "Row order drawn after", "Hidden layers"}
    assert not silent & set(labels) and "Momentum" not in labels
    full = changed(
        Experiment(),
        dataset="iris",
        noise=5.0,
        data_seed="3",
        standardize=True,
        optimizer="momentum",
        l1=0.1,
        l2=0.2,
        edits=(Edit(1, 0, 1, 0.5), Edit(2, BIAS, 0, -3.0)),
    )
    assert ("Weights set by hand", "layer 1, weight from 1 to 2: 0.5; layer 2, bias of unit 1: -3") in described(full)
    assert {label for label, _ in described(full)} == {
        *(fields.label(Experiment, name) for name in rules(Experiment)),
        *(fields.label(Segment, name) for name in rules(Segment)),
    } - {"TensorFlow Playground's seed", "Row order drawn after", "Keep the optimizer's state"}
    goes_on = dataclasses.replace(full, segments=(*full.segments, Segment(epochs=3, carry=True)))
    assert ("Keep the optimizer's state (segment 2)", "true") in described(goes_on)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", {}),
        ("compare", {}),
        ("http://localhost:8501/compare", {}),
        ("Is this a link? No.", {}),
        ("https://playground.tensorflow.org/#activation=tanh&seed=0.5", {}),
        ("v=1&rows=100", {"v": "1", "rows": "100"}),
        ("?v=1&rows=100", {"v": "1", "rows": "100"}),
        ("/compare?rows=100", {"rows": "100"}),
        ("http://localhost:8501/compare?v=1&hidden=4%2C2&hide=", {"v": "1", "hidden": "4,2", "hide": ""}),
        ("https://example.org/compare?hidden=4,2&hide=#top", {"hidden": "4,2", "hide": ""}),
        ("See (https://example.org/compare?rows=100&seed=2), as y=3 says.", {"rows": "100", "seed": "2"}),
        ("[lesson 3](https://example.org/compare?rows=100&seed=2)", {"rows": "100", "seed": "2"}),
        ('<a href="https://example.org/compare?rows=100&amp;seed=2">lesson</a>', {"rows": "100", "seed": "2"}),
        ("see\nhttp://host/compare?b.engine=sklearn&2.epochs=3.\nBye", {"b.engine": "sklearn", "2.epochs": "3"}),
        ("rows=1&rows=2", {"rows": ["1", "2"]}),
        ("Did you see http://host/compare?rows=100?", {"rows": "100"}),
    ],
)
def test_the_query_in_pasted_text(text: str, query: dict[str, str]) -> None:
    assert query_of(text) == query


def test_a_repeated_key_is_said() -> None:
    pair, _, problems = from_query(query_of("rows=100&rows=200&rows=300&b.seed=1&b.seed=2&x=1&x=2"))
    assert pair.a.rows == 300 and pair.b.seed == 2
    assert problems[:2] == [
        "The link has rows 3 times; the last value, '300', is used.",
        "The link has b.seed twice; the last value, '2', is used.",
    ]
    lab, problems = settings_from_query(
        Lab, {"layers": ["1"], **{name: [text] * 2 for name, text in settings_to_query(Lab()).items()}}
    )
    assert lab == Lab() and len(problems) == len(rules(Lab))


@given(st.text("?&#%a.:/ ,<\ud800\x00"), st.text("?&#%a.:/ ,<\ud800\x00"))
def test_a_query_is_found_amid_any_text_without_one(before: str, after: str) -> None:
    """Without an equals sign there is none, whatever else there is."""
    assert query_of(before) == {}
    assert query_of(f"{before} http://host/compare?rows=100&seed=2 {after}") == {"rows": "100", "seed": "2"}


@given(st.text() | st.text("?&=#%a.:/ ,<\ud800\x00"))
def test_of_any_pasted_text_each_key_is_named_or_foreign(text: str) -> None:
    pair, view, problems = from_query(query_of(text))
    assert (pair, view) == (Pair(), View())
    assert bool(problems) == bool(query_of(text).keys() - FOREIGN_KEYS)


@pytest.mark.parametrize(
    "part, found",
    [
        ("a", {}),
        ("?", {}),
        ("&", {}),
        ("%", {}),
        (".", {}),
        ("=", {}),
        ("a=", {"a": "a=" * 999_999}),
        ("?a=1&", {"a": "1", "?a": "1"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_megabyte_of_pasted_text_is_read_in_a_moment(part: str, found: dict[str, str]) -> None:
    start = time.process_time()
    query = {key: text if isinstance(text, str) else text[-1] for key, text in query_of(part * 1_000_000).items()}
    assert query == found
    assert time.process_time() - start < 10


def test_of_a_list_of_names_those_that_are_known_are_kept() -> None:
    pair, view, problems = from_query({"hide": "foo,rows,seed,rows", "features": "x1,x9", "b.features": "x9"})
    assert view.hide == ("rows", "seed") and pair.a.features == pair.b.features == ("x1",)
    assert len(problems) == 3
    assert problems[0].endswith("got features='x1,x9', so x1 is used.")
    assert problems[2].endswith("got hide='foo,rows,seed,rows', so rows,seed is used.")


@pytest.mark.parametrize(
    "hide, hidden, not_hidden",
    [
        ((), (), ("data", "seed", "sidebar", "navigation")),
        (("data",), ("data", "dataset", "features", "standardize"), ("hidden", "sidebar", "network")),
        (GROUPS["player"], ("player",), ("run", "reset")),
        (("player",), ("play", "gradient", "clamp", "copy"), ("run", "figures")),
        (("data", "network", "training"), ("hidden", "epochs"), ("sidebar", "presets")),
        (("data", "network", "training", "presets"), ("sidebar",), ("b", "navigation")),
        (("sidebar",), ("sidebar", "presets", "data", "network", "training", "seed"), ("b", "player", "reset")),
    ],
)
def test_a_group_hides_its_parts_and_all_its_parts_hide_it(
    hide: tuple[str, ...], hidden: tuple[str, ...], not_hidden: tuple[str, ...]
) -> None:
    view = View(hide=hide)
    assert all(map(view.hides, hidden)) and not any(map(view.hides, not_hidden))
    assert from_query(to_query(Pair(), view))[1:] == (view, [])
    assert View(hide=view.hidden).hidden == view.hidden
