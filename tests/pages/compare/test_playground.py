"""TensorFlow Playground's links on Home and on Compare: what they open, what is said of it, and the way back."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.experiment import changed
from core.link import Pair, experiment_key, to_query
from core.playground_link import parse_link
from core.sides import on_engine
from pages.parts.background import tasks
from tests.pages.background.links import Here
from tests.pages.conftest import (
    PATIENCE,
    ROOT,
    address,
    arrays_of,
    keys,
    linked,
    on_stage,
    open_compare,
    open_home,
    open_share,
    press,
    put,
    run,
    sentences,
    words,
)
from tests.pages.test_compare import FEW, TEXTS

HOST = "https://playground.tensorflow.org/"
FIXTURE = json.loads((Path(__file__).parents[2] / "fixtures" / "tensorflow_playground.json").read_text())
LINK = f"{HOST}#{FIXTURE[0]['hash']}"
A = parse_link(LINK)[0]
B = on_engine(A, "sklearn")
LOSSES = {epoch: train for epoch, train, _ in FIXTURE[0]["loss"]}


def captions(at: AppTest) -> str:
    return "\n".join(caption.value for caption in at.caption)


def way_out(at: AppTest) -> Any:
    return at.get("link_button")[0].proto


# links in


@pytest.mark.usefixtures("waiting")
def test_a_link_opens_beside_the_nearest_of_scikit_learn_which_says_what_differs() -> None:
    at = open_compare({"tfp": LINK})
    assert [side["key"] for side in on_stage(at)] == [experiment_key(A), experiment_key(B)]
    assert sentences(at) == ""
    assert "scikit-learn has no SGD as in TensorFlow Playground" in words(at)
    assert address(at) == {"tfp": LINK}  # nothing was changed


def test_the_loss_on_the_screen_is_tensorflow_playgrounds() -> None:
    quick = to_query(Pair(changed(A, epochs=100), changed(B, epochs=1)))
    at = open_compare(quick)
    assert arrays_of(on_stage(at)[0])["train_loss"][-1] == pytest.approx(LOSSES[100], rel=1e-10)


@pytest.mark.usefixtures("waiting")
def test_a_change_makes_it_an_ordinary_link() -> None:
    at = put(open_compare({"tfp": LINK}), "number_input", "a.epochs", 3)
    assert linked(at).a == changed(A, epochs=3)
    assert address(at) == to_query(linked(at), parse_link(LINK)[1])


def test_new_seed_draws_a_text_seed_too() -> None:
    at = open_compare(to_query(Pair(changed(A, epochs=2), changed(B, epochs=2))))
    press(at, "New seed")
    pair = linked(at)
    text = pair.a.playground_seed
    assert text != A.playground_seed and len(text) == 7 and 0 <= float(text) < 1
    assert pair.b.playground_seed == text


@pytest.mark.usefixtures("waiting")
def test_a_link_that_lost_what_stood_behind_its_mark_says_so() -> None:
    at = open_compare({"tfp": HOST})
    assert parse_link(HOST)[2][0] in sentences(at)
    assert on_stage(at)[0]["key"] == experiment_key(parse_link(HOST)[0])


@pytest.mark.usefixtures("waiting")
def test_what_stands_beside_the_link_is_not_mixed_with_it() -> None:
    at = open_compare({"tfp": LINK, "epochs": "7", "b.activation": "relu", "embed": "true"})
    assert [side["key"] for side in on_stage(at)] == [experiment_key(A), experiment_key(B)]
    assert "'epochs', 'b.activation'" in sentences(at) and "embed" not in sentences(at)


HIDES = {
    "learningRate": "a.learning_rate",
    "activation": "a.activation",
    "regularization": "a.l2",
    "dataset": "a.dataset",
    "percTrainData": "a.train_share",
    "noise": "a.noise",
    "batchSize": "a.batch_size",
}


@pytest.mark.usefixtures("waiting")
def test_what_a_link_hides_is_hidden() -> None:
    everything = "".join(f"&{name}_hide=true" for name in (*HIDES, "resetButton"))
    at = open_compare({"tfp": LINK + everything})
    shown = keys(at)
    assert {"a.rows", "a.seed", "a.features"} <= shown
    assert not [key for key in shown for hidden in HIDES.values() if key == hidden or key.startswith(f"{hidden}.")]
    assert len(at.button) == 0


@pytest.mark.usefixtures("waiting")
def test_where_the_layers_are_fixed_their_widths_are_not() -> None:
    shown = keys(open_compare({"tfp": LINK + "&numHiddenLayers_hide=true&problem_hide=true"}))
    assert "a.hidden" not in shown and {"a.hidden.0", "a.dataset"} <= shown


@pytest.mark.usefixtures("waiting")
def test_settings_beside_a_link_that_lost_its_signs_are_joined_to_it() -> None:
    first, *rest = LINK.split("&")
    at = open_compare({"tfp": first, **dict(part.split("=") for part in rest)})
    assert on_stage(at)[0]["key"] == experiment_key(A) and sentences(at) == ""


@pytest.mark.usefixtures("waiting")
@FEW
@given(st.one_of(st.sampled_from(TEXTS), st.text(max_size=60), st.text("&=#%-0123456789,aexyn_", max_size=60)))
def test_no_text_of_a_link_brings_an_exception(text: str) -> None:
    open_compare({"tfp": f"#{text}"})


# Home


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    "text",
    [
        LINK,
        LINK.removeprefix(HOST),
        f'<iframe src="{LINK}" width="600"></iframe>',
        f"See [the circle]({LINK}) for this.",
        f"https://example.org/compare?tfp={quote(LINK, safe='')}",
    ],
)
def test_home_opens_a_link_however_it_was_pasted(text: str) -> None:
    at = open_home()
    at.text_input[0].set_value(text)
    press(at, "Open")
    assert at.title[0].value == "Compare"
    assert on_stage(at)[0]["key"] == experiment_key(A)
    assert sentences(at) == ""


@pytest.mark.usefixtures("waiting")
def test_home_takes_a_bare_address_to_compare_where_it_is_explained() -> None:
    at = open_home()
    at.text_input[0].set_value(HOST)
    press(at, "Open")
    assert "holds no settings; its defaults are shown" in sentences(at)


@pytest.mark.usefixtures("waiting")
def test_a_link_in_homes_own_address_opens_compare() -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.query_params["tfp"] = LINK
    run(at)
    assert at.title[0].value == "Compare"
    assert on_stage(at)[0]["key"] == experiment_key(A)


# links out


@pytest.mark.usefixtures("waiting")
def test_the_way_out_leads_back_to_the_same_experiment() -> None:
    at = open_share(open_compare({"tfp": LINK}))
    there = way_out(at)
    assert there.url.startswith(HOST) and not there.disabled
    assert parse_link(there.url)[0] == A
    assert "Nothing of A is lost there." in captions(at) and "hideText" in captions(at)


def test_what_is_lost_is_named() -> None:
    at = open_share(open_compare({"epochs": "5", "rows": "60"}))
    assert way_out(at).url.startswith(HOST)
    assert "It draws 500 rows, not 60." in "\n".join(text.value for text in at.text)


def test_what_can_not_be_expressed_there_says_why() -> None:
    at = open_share(open_compare({"epochs": "5", "rows": "60", "dataset": "moons"}))
    assert way_out(at).disabled
    assert "It has no data set Moons." in captions(at)


# the promise


def test_the_same_numbers_are_promised_where_rounding_stays_small() -> None:
    pair = Pair(changed(A, epochs=20), changed(B, epochs=1))
    at = open_share(open_compare(to_query(pair)))
    assert "The same numbers as TensorFlow Playground's, to 1e-10, at every recorded epoch" in captions(at)
    assert "of the experiment shown here." in captions(at)


def test_where_rounding_grows_the_screen_says_from_which_epoch() -> None:
    chaotic = f"{HOST}#activation=tanh&dataset=spiral&learningRate=0.1&networkShape=8,8,8,8,8,8&seed=0.1"
    a = changed(parse_link(chaotic)[0], epochs=100)
    at = open_share(open_compare(to_query(Pair(a, changed(on_engine(a, "sklearn"), epochs=1)))))
    assert "to 1e-10, up to epoch" in captions(at) and "can not be promised" in captions(at)


def test_until_it_is_measured_the_screen_says_so(worker: Here) -> None:
    worker.turns = 0
    at = open_share(open_compare(to_query(Pair(changed(A, epochs=20), changed(B, epochs=1)))))
    assert "is measured once A has ended" in captions(at)
    worker.work()
    assert "Measuring how far the numbers are TensorFlow Playground's." in captions(run(at))
    worker.work()
    assert "to 1e-10, at every recorded epoch" in captions(run(at))


@pytest.mark.parametrize("difference", [{"optimizer": "adam"}, {"rows": 400}, {"playground_seed": ""}, {"loss": "log"}])
def test_nothing_is_promised_for_other_numbers(difference: dict[str, Any]) -> None:
    a = changed(A, epochs=2, **difference)
    at = open_share(open_compare(to_query(Pair(a, on_engine(a, "sklearn")))))
    assert "numbers" not in captions(at)


def test_a_measurement_that_fails_is_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Any) -> None:
        raise FloatingPointError

    monkeypatch.setattr(tasks, "comparing", fails)
    a = changed(A, epochs=2)
    at = open_share(open_compare(to_query(Pair(a, on_engine(a, "sklearn")))))
    assert "could not be measured" in captions(at)
