"""Everything that can be chosen can be chosen on both sides, and what does not go together costs a sentence."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core import fields, formulas
from core.data import DATASETS
from core.experiment import Experiment, Segment, changed, losses_for
from core.fields import Choice, OneOrPerLayer
from core.link import Pair, experiment_key, from_query, to_query
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS
from core.sides import on_engine
from core.words import WORDS
from pages.parts.stage import stage
from tests.core.test_sides import side_b
from tests.pages.conftest import (
    QUICK,
    address,
    bare,
    keys,
    linked,
    on_stage,
    open_address,
    open_compare,
    press,
    put,
    refused,
    run,
    sentences,
    widget,
    words,
)

BARE = {**QUICK, "hide": "charts,playground"}  # the controls alone: half the time
BASE = changed(Experiment(), epochs=5, rows=60)
REGISTRIES = {
    "dataset": DATASETS,
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "loss": LOSSES,
}
KINDS = {"dataset": "button_group"}  # of the widgets; the others' are select boxes
UNCONTROLLED = ("engine", "edits", "carry")  # the last two until the network by hand has its controls
FIELDS = [name for name in (*fields.rules(Experiment), *fields.rules(Segment)) if name not in UNCONTROLLED]


def states(at: AppTest) -> list[str]:
    """How the sides ended; a training that failed would be `stopped`."""
    return [side["state"] for side in on_stage(at)]


def one_changed(at: AppTest, field: str) -> AppTest:
    """Choose `One thing changed` in B's menu, and what."""
    put(at, "selectbox", "b.kind", "one")
    return put(at, "selectbox", "b.field", field)


def offered(field: str) -> list[str]:
    """The rows that go with the default data set."""
    return losses_for(2) if field == "loss" else list(REGISTRIES[field])


@pytest.mark.parametrize("field", REGISTRIES)
def test_every_row_of_a_registry_can_be_chosen_for_a(field: str) -> None:
    at = open_compare(BARE)
    for name in offered(field):
        put(at, KINDS.get(field, "selectbox"), f"a.{field}", name)
        a = linked(at).a
        assert getattr(a if field in fields.rules(Experiment) else a.segments[0], field) == name
        assert linked(at).b == on_engine(a, "sklearn")
        assert states(at) == ["finished", "finished"], name


@pytest.mark.parametrize("field", REGISTRIES)
def test_every_row_of_a_registry_can_be_chosen_for_b(field: str) -> None:
    at = one_changed(open_compare(BARE), field)
    for name in offered(field):
        put(at, KINDS.get(field, "selectbox"), f"b.{field}", name)
        assert linked(at) == Pair(BASE, side_b(BASE, {field: name}, "numpy"))
        assert states(at) == ["finished", "finished"], name


@pytest.mark.parametrize(
    "field",
    [name for name in FIELDS if name not in ("axes", "momentum", "playground_seed", "order_after")],
)
def test_any_field_can_be_what_differs_in_b_on_either_engine(field: str) -> None:
    at = one_changed(open_compare(BARE), field)
    assert any(key == f"b.{field}" or key.startswith(f"b.{field}.") for key in keys(at))
    rule = fields.rules(Experiment if field in fields.rules(Experiment) else Segment)[field]
    if isinstance(rule, Choice | OneOrPerLayer):  # it starts with something that differs
        assert [name for name in to_query(linked(at)) if name.startswith("b.")] == ["b.engine", f"b.{field}"]
    for engine in ("sklearn", "numpy"):
        put(at, "button_group", "b.engine", engine)
        assert linked(at).b.engine == engine
        assert states(at) == ["finished", "finished"]


@pytest.mark.parametrize("typed, seed", [("7", "7"), (" 007", "7"), ("", ""), ("4294967295", "4294967295")])
def test_the_data_have_a_seed_of_their_own(typed: str, seed: str) -> None:
    at = open_compare({**BARE, "data_seed": "3"})
    put(at, "text_input", "a.data_seed", typed)
    assert linked(at).a == changed(BASE, data_seed=seed)
    assert address(at)["data_seed"] == seed


@pytest.mark.parametrize("typed", ["abc", "-1", "1.5", "4294967296", "٣"])
def test_what_is_no_seed_costs_a_sentence(typed: str) -> None:
    at = open_compare({**BARE, "data_seed": "3"})
    put(at, "text_input", "a.data_seed", typed)
    said = f"Data seed must be empty or a whole number from 0 to 4294967295; got {typed!r}, so 3 is used."
    assert refused(at) == [said]
    assert linked(at).a.data_seed == "3"


@pytest.mark.parametrize("drawn, also", [({"data_seed": "3"}, True), ({}, False)])
def test_a_new_seed_draws_all_seeds_that_there_are(drawn: dict[str, str], also: bool) -> None:
    at = open_compare({**BARE, **drawn})
    before = linked(at).a
    press(at, "New seed")
    assert linked(at).a.seed != before.seed
    assert (linked(at).a.data_seed != before.data_seed) is also


@pytest.mark.parametrize("field, value, link", [
    ("axes", "columns", {"dataset": "iris"}),
    ("momentum", 0.5, {"optimizer": "nesterov"}),
])  # fmt: skip
def test_fields_that_apply_only_beside_others_can_differ_too(field: str, value: Any, link: dict[str, str]) -> None:
    at = open_compare(BARE)
    assert f"a.{field}" not in keys(at)
    open_address(at, {**BARE, **link})
    assert f"a.{field}" in keys(at)
    one_changed(at, field)
    put(at, "slider" if field == "momentum" else "selectbox", f"b.{field}", value)
    assert f"b.{field}" in address(at)
    assert states(at) == ["finished", "finished"]


@pytest.mark.parametrize("field, value", [
    ("seed", 2), ("rows", 70), ("noise", 10.0), ("hidden", 1), ("learning_rate", 0.5), ("epochs", 4), ("l2", 0.25),
])  # fmt: skip
def test_a_changed_number_of_b_is_in_the_address_and_survives_a_change_of_a(field: str, value: float) -> None:
    at = one_changed(open_compare(BARE), field)
    kind = {"noise": "slider", "learning_rate": "selectbox", "l2": "selectbox"}.get(field, "number_input")
    put(at, kind, f"b.{field}", str(value) if kind == "selectbox" else value)
    expected = (4,) if field == "hidden" else value
    assert linked(at) == Pair(BASE, side_b(BASE, {field: expected}, "numpy"))
    put(at, "button_group", "a.dataset", "xor")
    a = changed(BASE, dataset="xor")
    assert linked(at) == Pair(a, side_b(a, {field: expected}, "numpy"))


def test_a_link_to_twice_the_same_shows_twice_the_same() -> None:
    at = open_compare({**BARE, "b.engine": "numpy"})
    assert [side["key"] for side in on_stage(at)] == [experiment_key(BASE)] * 2
    assert "differs in: nothing" in words(at)


def test_whatever_was_looked_at_before_a_field_of_b_starts_with_something_that_differs() -> None:
    at = one_changed(open_compare(BARE), "activation")
    put(at, "selectbox", "b.field", "noise")  # a number starts as it is in A: nothing differs
    assert "differs in: nothing" in words(at)
    put(at, "selectbox", "b.field", "optimizer")
    assert "differs in: optimizer" in words(at)


def test_several_things_changed_by_a_link_are_all_named_and_go_with_a_changed_a() -> None:
    link = {**BARE, "b.engine": "numpy", "b.activation": "relu", "b.learning_rate": "0.1", "b.hidden": "3"}
    at = open_compare(link)
    b = side_b(BASE, {"activation": "relu", "learning_rate": 0.1, "hidden": (3,)}, "numpy")
    assert [side["key"] for side in on_stage(at)] == [experiment_key(BASE), experiment_key(b)]
    for said in ("activation **ReLU** (A: Tanh)", "learning rate **0.1** (A: 0.03)", "hidden layers **3** (A: 4,2)"):
        assert said in words(at)
    put(at, "number_input", "a.seed", 5)
    assert linked(at) == Pair(changed(BASE, seed=5), changed(b, seed=5))
    put(at, "selectbox", "b.kind", "same")
    assert linked(at).b == changed(BASE, seed=5, engine="sklearn")


LACKING = {
    "gelu": ({"activation": "gelu"}, "scikit-learn has no GELU; ReLU is the nearest"),
    "adamw": ({"optimizer": "adamw"}, "scikit-learn has no AdamW; Adam is the nearest"),
    "l1": ({"l1": 0.01}, "scikit-learn has no L1 penalty of 0.01; L1 penalty of 0 is the nearest"),
    "squared loss": ({"loss": "squared"}, "is the nearest"),
    "per layer": ({"activation": ("relu", "tanh")}, "scikit-learn has no different activations in one network"),
}


@pytest.mark.parametrize("changes, said", LACKING.values(), ids=LACKING)
def test_what_scikit_learn_lacks_is_named_and_written_out(changes: dict[str, Any], said: str) -> None:
    a = changed(BASE, **changes)
    at = open_compare({**to_query(Pair(a, on_engine(a, "sklearn"))), "hide": "charts"})
    assert said in words(at)
    assert [side["key"] for side in on_stage(at)] == [experiment_key(a), experiment_key(on_engine(a, "sklearn"))]
    assert states(at) == ["finished", "finished"]
    assert "equal to" not in words(at)


def test_a_link_that_asks_scikit_learn_for_what_it_lacks_is_answered_with_a_sentence() -> None:
    at = open_compare({**BARE, "engine": "sklearn", "activation": "gelu", "b.optimizer": "adamw"})
    assert "A: scikit-learn has no GELU" in sentences(at)
    assert "B: scikit-learn has no AdamW" in sentences(at)
    put(at, "number_input", "a.seed", 3)
    assert sentences(at) == ""
    assert states(at) == ["finished", "finished"]


def test_what_is_chosen_for_a_and_scikit_learn_lacks_is_said_while_it_is_chosen() -> None:
    at = open_compare({**BARE, "engine": "sklearn"})
    put(at, "selectbox", "a.l1", "0.5")
    put(at, "selectbox", "a.activation", "gelu")
    for _ in range(2):  # also once the address says what is trained
        assert "A: scikit-learn has no GELU; ReLU is the nearest." in sentences(at)
        assert "A: scikit-learn has no L1 penalty of 0.5" in sentences(at)
        assert linked(at).a == changed(BASE, engine="sklearn", activation="relu")
        at.run()
    put(at, "selectbox", "a.l1", "0")
    put(at, "selectbox", "a.activation", "relu")
    assert sentences(at) == ""


def test_what_is_chosen_for_b_and_scikit_learn_lacks_is_said_while_it_is_chosen() -> None:
    at = one_changed(open_compare(BARE), "activation")
    put(at, "button_group", "b.engine", "sklearn")
    put(at, "selectbox", "b.activation", "mish")
    for _ in range(2):
        assert sentences(at).endswith("B: scikit-learn has no Mish; ReLU is the nearest.")
        assert linked(at).b == side_b(BASE, {"activation": "relu"}, "sklearn")
        at.run()
    put(at, "button_group", "b.engine", "numpy")
    assert sentences(at) == "" and linked(at).b.activation == "mish"


@pytest.mark.usefixtures("waiting")
def test_too_much_work_costs_a_sentence_and_nothing_else() -> None:
    at = open_compare({**BARE, "hidden": "64,64,64", "rows": "5000", "epochs": "2", "seed": "6"})
    before, shown = address(at), [side["key"] for side in on_stage(at)]
    put(at, "number_input", "a.epochs", 10_000)
    assert "rows x epochs x parameters must be at most 4e+09" in sentences(at)
    assert (address(at), [side["key"] for side in on_stage(at)]) == (before, shown)
    assert widget(at, "number_input", "a.epochs").value == 10_000  # what was typed stays, to be completed
    put(at, "number_input", "a.hidden", 0)
    assert sentences(at) == ""
    assert linked(at).a.epochs == 10_000 and linked(at).a.seed == 6


def test_no_feature_at_all_is_the_bias_alone() -> None:
    at = put(open_compare(BARE), "button_group", "a.features", [])
    assert refused(at) == [] and linked(at).a.features == ()
    put(at, "button_group", "a.features", ["angle"])
    assert refused(at) == [] and linked(at).a.features == ("angle",)
    assert linked(at).a.features == ("angle",)


@pytest.mark.parametrize(
    "field, typed, value",
    [
        ("learning_rate", "0,03", 0.03),
        ("learning_rate", " 1e-6 ", 1e-6),
        ("learning_rate", "3e-05", 3e-5),
        ("learning_rate", "1000", 1000),
        ("l1", "1e-7", 1e-7),
        ("l2", "0", 0),
        ("l2", "0,5", 0.5),
    ],
)
def test_a_rate_is_typed_as_one_writes_it(field: str, typed: str, value: float) -> None:
    at = put(open_compare(BARE), "selectbox", f"a.{field}", typed)
    a = changed(BASE, **{field: value})
    assert (linked(at).a, refused(at)) == (a, [])
    read = [caption.value for caption in at.caption if " is read as " in caption.value]
    assert read == ([f"{typed} is read as {value}."] if "," in typed else [])
    assert widget(run(at), "selectbox", f"a.{field}").value == typed
    again = widget(open_compare(address(at)), "selectbox", f"a.{field}")  # whatever was typed, its link has the value
    assert float(again.value) == value and again.value in again.options


@pytest.mark.parametrize(
    "field, typed, rule, used",
    [
        ("learning_rate", "1e-7", "a number from 1e-06 to 1000", "0.25"),
        ("learning_rate", "0", "a number from 1e-06 to 1000", "0.25"),
        ("learning_rate", "abc", "a number from 1e-06 to 1000", "0.25"),
        ("learning_rate", "1.000,5", "a number from 1e-06 to 1000", "0.25"),
        ("learning_rate", "nan", "a number from 1e-06 to 1000", "0.25"),
        ("l2", "-1", "a number from 0 to 100", "1e-6"),
        ("l2", "101", "a number from 0 to 100", "1e-6"),
        ("l2", "**1**", "a number from 0 to 100", "1e-6"),
    ],
)
def test_a_rate_that_is_none_costs_a_sentence_under_its_field(field: str, typed: str, rule: str, used: str) -> None:
    at = open_compare({**BARE, "learning_rate": "0.25", "l2": "1e-6"})
    before = address(at)
    put(at, "selectbox", f"a.{field}", typed)
    label = fields.label(Segment, field)
    for _ in range(2):  # it stays, as what was typed does, until that is changed
        assert refused(at) == [f"{label} must be {rule}; got {typed!r}, so {used} is used."]
        assert address(at) == before
        assert widget(run(at), "selectbox", f"a.{field}").value == typed
    put(at, "selectbox", f"a.{field}", "0.1")
    assert refused(at) == [] and address(at)[field] == "0.1"


def test_a_rate_is_chosen_from_zero_to_ten_as_far_as_it_is_allowed() -> None:
    at = open_compare({**BARE, "learning_rate": "0.015625"})
    rates = widget(at, "selectbox", "a.learning_rate").options
    assert rates[:3] == ["1e-6", "3e-6", "1e-5"] and rates[-1] == "10"
    assert rates[rates.index("0.01") : rates.index("0.03") + 1] == ["0.01", "0.015625", "0.03"]
    assert widget(at, "selectbox", "a.l1").options == ["0", *(rate for rate in rates if rate != "0.015625")]


NUMBERS = {
    "a.seed": ("Seed", -1, 2**32, 1.5, "1"),
    "a.rows": ("Rows", 49, 5001, 60.5, "60"),
    "a.batch_size": ("Batch size", 0, 5001, 2.5, "10"),
    "a.epochs": ("Epochs", -1, 10_001, 5.5, "5"),
    "a.hidden": ("Hidden layers", -1, 11, 1.5, "2"),
    "a.hidden.0": ("Layer 1", 0, 65, 3.5, "4"),
    "a.hidden.1": ("Layer 2", 0, 65, 2.5, "2"),
}


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_beyond_its_limits_costs_a_sentence_under_its_field_and_stays(key: str) -> None:
    at = open_compare(BARE)
    before = address(at)
    label, *wrong, used = NUMBERS[key]
    for typed in wrong:
        put(at, "number_input", key, float(typed))
        (said,) = refused(run(at))
        assert said.startswith(f"{label} must be a whole number from ")
        assert said.endswith(f"; got {typed}, so {used} is used.")
        assert address(at) == before
        assert widget(at, "number_input", key).value == typed
    put(at, "number_input", key, 7.0 if key != "a.rows" else 70.0)
    assert refused(at) == [] and address(at) != before


@pytest.mark.parametrize("typed", [1e300, -1e300, 2.0**63, 1e-300])
def test_a_number_far_beyond_is_shortened(typed: float) -> None:
    (said,) = refused(put(open_compare(BARE), "number_input", "a.epochs", typed))
    assert said.startswith("Epochs must be a whole number from 0 to 10000; got ") and len(said) < 110


def test_no_number_has_limits_that_the_browser_would_enforce() -> None:
    at = one_changed(open_compare(BARE), "rows")
    numbers = {bare(element.key): element.proto for element in at.number_input}
    assert {*NUMBERS, "b.rows"} == numbers.keys()
    assert [key for key, proto in numbers.items() if proto.has_min or proto.has_max] == []


def test_a_number_of_b_beyond_its_limits_leaves_a_s() -> None:
    at = one_changed(open_compare(BARE), "rows")
    put(at, "number_input", "b.rows", 7.0)
    assert refused(at) == ["Rows must be a whole number from 50 to 5000; got 7, so 60 is used."]
    assert linked(at).b.rows == 60


@pytest.mark.parametrize(
    "link, opened",
    [
        ({}, []),
        ({"rows": "60"}, ["Data"]),
        ({"data_seed": "3", "noise": "5", "hidden": "3", "activation": "relu", "epochs": "7"}, ["Data"]),
        ({"features": "x1,x2,x1sq"}, ["Network"]),
        ({"dataset": "iris", "standardize": "true"}, []),  # as a table starts
        ({"dataset": "iris", "axes": "0,1"}, ["Data", "Network"]),  # not standardised
        ({"dataset": "saddle"}, []),  # with the loss that suits it
        ({"optimizer": "adam", "initializer": "he_normal"}, ["Network", "Training"]),
        ({"rows": "60", "hide": "charts,playground,rows"}, []),  # what is hidden opens nothing
    ],
)
@pytest.mark.usefixtures("waiting")
def test_more_is_open_where_the_link_differs_there(link: dict[str, str], opened: list[str]) -> None:
    at = open_compare({"hide": "charts,playground", **link})
    more = [block for block in at.sidebar.expander if block.label == "More"]
    assert len(more) == 3
    assert [title for title, block in zip(("Data", "Network", "Training"), more, strict=True)
            if block.proto.expanded] == opened  # fmt: skip


def test_of_each_group_the_first_course_is_open() -> None:
    at = open_compare(BARE)
    folded = {bare(child.key) for block in at.sidebar.expander for child in block if getattr(child, "key", None)}
    drawn = {key for key in keys(at) if key.startswith("a.")} - folded
    assert drawn == {
        *("a.dataset", "a.noise", "a.seed", "a.hidden", "a.hidden.0", "a.hidden.1", "a.activation"),
        *("a.activation.each", "a.learning_rate", "a.epochs"),
    }


@pytest.mark.parametrize(
    "link, kind, change",
    [
        ({"b.activation": "relu", "b.engine": "numpy"}, "one", "activation → ReLU"),
        ({"b.learning_rate": "1e-5", "b.engine": "numpy"}, "one", "learning rate → 1e-5"),
        ({"b.hidden": "", "b.engine": "numpy"}, "one", "hidden layers → none"),
        ({"b.features": "x1,x1sq", "b.engine": "numpy"}, "one", "features → x₁, x₁²"),
        ({}, "same", None),
        ({"b.engine": "numpy"}, "link", None),
        ({"b.activation": "relu", "b.seed": "3", "b.engine": "numpy"}, "link", "2 changes"),
    ],
)
@pytest.mark.usefixtures("waiting")
def test_the_row_says_what_b_is(link: dict[str, str], kind: str, change: str | None) -> None:
    at = open_compare({**BARE, **link})
    assert widget(at, "selectbox", "b.kind").value == kind
    labels = [block.proto.popover.label for block in at.main.get("popover") if "b.change" in block.proto.id]
    assert [re.sub(r"\\(.)", r"\1", label) for label in labels] == ([change] if change else [])


@pytest.mark.usefixtures("waiting")
def test_a_wrong_name_in_a_link_has_a_link_with_the_right_one() -> None:
    at = open_compare({**BARE, "dataset": "xro", "activaton": "relu", "seed": "**7**"})
    links = [link.proto for link in at.get("page_link") if "did you mean" in link.proto.label]
    assert [link.label.partition(": did you mean ")[2] for link in links] == ["**activation**?", "**xor**?"]
    assert all(link.page == "compare" for link in links)
    open_address(at, dict(parse_qsl(links[1].query_string)))
    assert widget(at, "button_group", "a.dataset").value == "xor"
    assert [link.proto.label for link in at.get("page_link") if "xro" in link.proto.label] == []


def test_what_a_suggestion_quotes_is_never_markdown() -> None:
    at = open_compare({**BARE, "activation": "*re[l]u*"})
    (link,) = [link.proto for link in at.get("page_link") if "did you mean" in link.proto.label]
    assert link.label == r"activation=\*re\[l\]u\*: did you mean **relu**?"


def test_squared_loss_is_not_offered_for_three_classes() -> None:
    at = open_compare({**BARE, "loss": "squared"})
    assert len(widget(at, "selectbox", "a.loss").options) == len(losses_for(2)) > 1
    put(at, "button_group", "a.dataset", "blobs3")
    assert len(widget(at, "selectbox", "a.loss").options) == 1
    assert states(at) == ["finished", "finished"]


def test_squared_loss_with_three_classes_in_a_link_costs_a_sentence() -> None:
    at = open_compare({**BARE, "dataset": "blobs3", "loss": "squared", "seed": "6"})
    assert "loss=squared does not go with the rest of the link" in " ".join(sentences(at).replace("'", "").split())
    assert on_stage(at)[0]["key"] == experiment_key(changed(BASE, dataset="blobs3", seed=6))


def test_a_change_of_b_that_does_not_go_with_a_costs_a_sentence() -> None:
    link = {**BARE, "dataset": "moons", "b.engine": "numpy", "b.loss": "squared", "b.seed": "3"}
    at = open_compare(link)
    put(at, "button_group", "a.dataset", "iris")
    for _ in range(2):  # it stays as long as the controls say so, and nothing else is trained
        assert "loss must be log for iris, whose targets are 3 classes" in sentences(at)
        assert linked(at) == from_query(link)[0]
        run(at)
    put(at, "selectbox", "b.kind", "same")
    assert sentences(at) == "" and linked(at).a.dataset == "iris"


def test_layers_come_and_go_with_their_activations() -> None:
    at = open_compare({**BARE, "hidden": "4,3,2", "activation": "relu,tanh,gelu"})
    for count in (4, 1, 0, 2, 10):
        put(at, "number_input", "a.hidden", count)
        assert len(linked(at).a.hidden) == count
        assert states(at) == ["finished", "finished"], count
    put(run(at), "number_input", "a.hidden", 3)
    put(at, "toggle", "a.activation.each", False)
    assert isinstance(linked(at).a.activation, str)


@pytest.mark.parametrize(
    ("activation", "hidden", "expected"),
    [
        ("relu", (3,), "relu"),
        ("relu,tanh", (4, 2, 2, 1), ("relu", "tanh", "tanh", "tanh")),
        ("relu,tanh", (4,), "relu"),
        ("relu,tanh", (), "relu"),
    ],
)
def test_what_is_made_of_the_network_on_its_diagram_starts_the_controls_again(
    activation: str, hidden: tuple[int, ...], expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = put(open_compare({**BARE, "activation": activation}), "number_input", "a.hidden.0", 9)
    monkeypatch.setattr(stage, "edited", lambda *_: stage.Edit(7, ("x1",), hidden))
    a = linked(run(at)).a
    assert (a.features, a.hidden, a.activation) == (("x1",), hidden, expected)
    put(at, "button_group", "a.features", ["x2"])  # and they can be changed again
    assert linked(at).a.features == ("x2",) and linked(at).a.hidden == hidden


def test_a_table_starts_standardised_and_generated_points_do_not() -> None:
    at = put(open_compare(BARE), "button_group", "a.dataset", "wine")
    assert linked(at).a.standardize
    put(at, "button_group", "a.dataset", "xor")
    assert not linked(at).a.standardize


def test_the_default_of_a_widget_is_what_it_holds() -> None:
    # A browser that is still loading when a rerun overtakes the first drawing shows the default, and sends it back.
    link = {
        **QUICK, "dataset": "iris", "axes": "2,1", "seed": "8", "noise": "4", "hidden": "5,3",
        "activation": "relu,tanh", "optimizer": "momentum", "momentum": "0.5", "b.engine": "numpy",
        "b.learning_rate": "0.25", "chart": "heatmap",
    }  # fmt: skip
    at = open_compare(link)
    for element in [*at.number_input, *at.toggle]:
        assert element.proto.default == element.value, element.key
    for element in at.slider:
        assert list(element.proto.default) == [element.value], element.key
    for element in at.selectbox:
        assert bare(element.key) == "preset" or element.proto.default == element.index, element.key
    for element in at.get("button_group"):
        assert list(element.proto.default) == list(element.indices), element.key


# regression


def test_the_loss_follows_the_data_set_there_and_back() -> None:
    at = open_compare(BARE)
    for dataset in ("reg_gauss", "circle", "diabetes", "iris"):
        put(at, "button_group", "a.dataset", dataset)
        usual = losses_for(DATASETS[dataset].classes)
        assert widget(at, "selectbox", "a.loss").options == [LOSSES[name].label for name in usual]
        assert linked(at).a.loss == usual[0]
        assert states(at) == ["finished", "finished"]


def test_the_pictures_say_which_data_sets_are_for_regression() -> None:
    labels = widget(open_compare(BARE), "button_group", "a.dataset").options
    assert ["(regression)](data:image" in label for label in labels] == [not row.classes for row in DATASETS.values()]


def test_a_data_set_of_the_other_kind_in_b_is_one_change_and_survives_its_link() -> None:
    at = one_changed(open_compare(BARE), "dataset")
    put(at, "button_group", "b.dataset", "saddle")
    pair = Pair(BASE, changed(BASE, dataset="saddle"))
    assert linked(at) == pair
    again = open_compare(address(at))
    assert linked(again) == pair
    assert widget(again, "button_group", "b.dataset").value == "saddle"


# TensorFlow Playground's seed


def test_the_text_seed_is_shown_where_a_link_brings_one_and_goes_when_emptied() -> None:
    assert "a.playground_seed" not in keys(open_compare(BARE))
    at = open_compare({**BARE, "playground_seed": "0.12345"})
    assert widget(at, "text_input", "a.playground_seed").value == "0.12345"
    put(at, "text_input", "a.playground_seed", "another")
    assert linked(at).a.playground_seed == "another"
    put(at, "text_input", "a.playground_seed", "")
    assert linked(at).a == BASE
    assert "a.playground_seed" not in keys(run(at))


def test_b_can_have_another_text_seed() -> None:
    at = one_changed(open_compare({**BARE, "playground_seed": "0.12345"}), "playground_seed")
    put(at, "text_input", "b.playground_seed", "0.5")
    assert [linked(at).a.playground_seed, linked(at).b.playground_seed] == ["0.12345", "0.5"]


def test_what_is_hidden_in_a_is_not_offered_for_b() -> None:
    hide = ["learning_rate", "dataset"]
    at = open_compare({**BARE, "hide": ",".join(hide)})
    put(at, "selectbox", "b.kind", "one")
    labels = widget(at, "selectbox", "b.field").options
    assert "Activation" in labels and not {"Learning rate", "Data set"} & set(labels)


# ---- help -----------------------------------------------------------------------------------------------------------

HELPED = {"activation": "selectbox", "loss": "selectbox", "optimizer": "selectbox", "initializer": "selectbox"}


@pytest.mark.parametrize("field", HELPED)
def test_help_has_the_formula_of_what_is_chosen_and_changes_with_it(field: str) -> None:
    at = open_compare(BARE)
    for name in offered(field)[-2:]:
        put(at, "selectbox", f"a.{field}", name)
        control = widget(at, "selectbox", f"a.{field}")
        assert control.value == name  # another help does not make another widget
        assert control.proto.help == formulas.help(field, name) and "$" in control.proto.help


def test_help_has_the_formulas_of_each_layer_and_of_the_features() -> None:
    at = open_compare({**BARE, "activation": "gelu,sine", "features": "x1,absx"})
    told = widget(at, "selectbox", "a.activation.0").proto.help
    assert "GELU: $" in told and "Sine: $" in told
    assert r"\sqrt{x_1^2 + x_2^2}" in widget(at, "button_group", "a.features").proto.help


@pytest.mark.parametrize("dataset", ["circle", "moons", "reg_plane", "iris"])
def test_help_says_what_noise_does_to_these_data(dataset: str) -> None:
    row = DATASETS[dataset]
    told = widget(open_compare({**BARE, "dataset": dataset}), "slider", "a.noise").proto.help
    assert told.endswith(f"{row.label}: {row.noise}") and told.startswith(WORDS["noise"].sentence)


def test_an_activation_is_found_by_its_other_name() -> None:
    options = widget(open_compare(BARE), "selectbox", "a.activation").options
    assert {"Identity (linear)", "Logistic (sigmoid)", "Tanh (hyperbolic tangent)"} <= set(options)
