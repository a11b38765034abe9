"""Links of TensorFlow Playground: its own numbers, its rules, and there and back."""

import json
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.edits import Edit
from core.experiment import Experiment, Segment, changed
from core.link import Pair, View, to_query
from core.network import OPTIMIZERS
from core.playground_link import HIDDEN, INPUTS, is_link, parse_link, same_numbers, to_link
from core.training import prepare, train
from tests.core.strategies import experiments, views

LINKS = json.loads((Path(__file__).parents[1] / "fixtures" / "tensorflow_playground.json").read_text())
HASHES = [link["hash"] for link in LINKS]
ADDRESS = "https://playground.tensorflow.org/#"


def shortened(link: dict) -> str:
    return link["hash"][:50]


@pytest.fixture(scope="module", params=LINKS, ids=shortened)
def trained(request: pytest.FixtureRequest) -> tuple:
    experiment, _, problems = parse_link(ADDRESS + request.param["hash"])
    assert problems == []
    return request.param, train(changed(experiment, epochs=100))


def assert_layers(layers: list, wanted: list, tolerance: float) -> None:
    """wanted: weights[neuron][input] and biases of each layer."""
    for (W, b), layer in zip(layers, wanted, strict=True):
        np.testing.assert_allclose(W.T, layer["weights"], rtol=0, atol=tolerance)
        np.testing.assert_allclose(b, layer["biases"], rtol=0, atol=tolerance)


def test_losses_are_the_originals(trained: tuple) -> None:
    link, run = trained
    losses = {epoch: (a, b) for epoch, a, b in zip(run.epochs, run.train_loss, run.test_loss, strict=True)}
    assert [epoch for epoch, *_ in link["loss"]] == [0, 1, 2, 10, 50, 100]
    for epoch, *wanted in link["loss"]:
        np.testing.assert_allclose(losses[epoch], wanted, rtol=0, atol=1e-10)


def test_initial_weights_are_the_originals(trained: tuple) -> None:
    link, run = trained
    assert_layers(run.layers[0], link["initial"], 1e-15)


def test_weights_after_100_epochs_are_the_originals(trained: tuple) -> None:
    link, run = trained
    assert_layers(run.layers[-1], link["final"], 1e-10)


def test_rows_are_the_originals(trained: tuple) -> None:
    link, run = trained
    assert (len(run.X_train), len(run.X_test)) == (link["n_train"], link["n_test"])
    targets = 2 * run.y_train - 1 if run.experiment.classes else run.y_train
    train_rows = np.column_stack([run.X_train, targets])
    np.testing.assert_allclose(train_rows[: len(link["train_head"])], link["train_head"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(train_rows.sum(axis=0), link["sum_train"], rtol=0, atol=1e-11)


def test_inputs_stand_in_its_order(trained: tuple) -> None:
    link, run = trained
    assert run.features == tuple(INPUTS[name] for name in link["inputs"])
    assert list(run.experiment.sizes) == link["shape"]


@pytest.mark.parametrize("text", HASHES)
def test_a_link_of_its_own_is_written_as_it_writes_it(text: str) -> None:
    """But for the penalty: it stands second, and not at all where its rate is 0."""
    url, lost = to_link(*parse_link(text)[:2])
    wanted = [part for part in text.split("&") if not part.startswith("regularization=")]
    penalty = [part for part in text.split("&") if part.startswith("regularization=")]
    if "regularizationRate=0&" not in text:
        wanted[1:1] = penalty
    assert url == ADDRESS + "&".join(wanted)
    assert lost == []


def test_its_defaults() -> None:
    experiment, view, problems = parse_link("#seed=0.5")
    assert problems == []
    assert view == View(clamp=True)
    assert experiment == Experiment(
        dataset="circle",
        rows=500,
        noise=0.0,
        train_share=50,
        playground_seed="0.5",
        features=("x1", "x2"),
        hidden=(4, 2),
        activation="tanh",
        initializer="uniform",
        loss="squared",
        segments=(Segment("playground", 0.03, batch_size=10, epochs=1000),),
    )


WHOLE = parse_link(HASHES[1])


@pytest.mark.parametrize(
    "text",
    [
        HASHES[1],
        "#" + HASHES[1],
        f"  {ADDRESS}{HASHES[1]}\n",
        "http://playground.tensorflow.org#" + HASHES[1],
        "playground.tensorflow.org/#" + HASHES[1],
        "https://mirror.example/playground/?hl=en#" + HASHES[1],
        f'<iframe width="600" src="{ADDRESS}{HASHES[1]}" frameborder="0"></iframe>',
        f"<p>See</p><iframe src='{ADDRESS}{HASHES[1].replace('&', '&amp;')}'></iframe>",
        f"# Heading\nAs [in this one]({ADDRESS}{HASHES[1]}) or [another](https://example.org).",
        f"Open <{ADDRESS}{HASHES[1]}> and wait.",
        f"Open {ADDRESS}{HASHES[1]} and wait.",
        f"{ADDRESS}{HASHES[1]} is nice",
        f"{ADDRESS}{HASHES[1]}\nhttps://example.org",
        f"Example:\n{ADDRESS}{HASHES[1]}\nNext line",
        ADDRESS + HASHES[1].replace("&", "\n&"),
        f"See https://example.org/#top, and {ADDRESS}{HASHES[1]}.",
        f"`{ADDRESS}{HASHES[1]}`",
        f"**{ADDRESS}{HASHES[1]}**",
        f"[home](https://example.org) and [this]({ADDRESS}{HASHES[1]})",
        f"[![badge](https://example.org/badge.png)]({ADDRESS}{HASHES[1]})",
        f'<iframe src="https://example.org/film"></iframe><iframe src="{ADDRESS}{HASHES[1]}"></iframe>',
        "https://search.example/url?q=" + quote(ADDRESS + HASHES[1], safe="") + "&sa=D",
        "tfp=" + quote(ADDRESS + HASHES[1], safe=""),
        ADDRESS + HASHES[1].replace("&reg", "®"),
        (ADDRESS + HASHES[1]).replace("#", "%23"),
        quote(ADDRESS + HASHES[1], safe=""),
        "https://lab.example/?embed=true&tfp=" + quote(ADDRESS + HASHES[1], safe=""),
        HASHES[1].replace(",", "%2C"),
        HASHES[1] + "&&tutorial=x",
    ],
)
def test_a_link_is_found_wherever_it_stands(text: str) -> None:
    assert is_link(text)
    assert parse_link(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "https://example.org/page#section",
        "a=1",
        "https://lab.example/compare?" + "&".join(f"{k}={v}" for k, v in to_query(Pair()).items()),
        "&".join(f"{k}={v}" for k, v in to_query(Pair(Experiment(playground_seed="a%23x%3D1"))).items()),
    ],
)
def test_other_text_is_no_link(text: str) -> None:
    assert not is_link(text)


@pytest.mark.parametrize("address", ["https://playground.tensorflow.org", ADDRESS, "playground.tensorflow.org/"])
def test_a_bare_address_says_what_was_lost_and_where_to_paste_it(address: str) -> None:
    experiment, _, problems = parse_link(address)
    assert is_link(address)
    assert len(problems) == 1
    assert "holds no settings; its defaults are shown" in problems[0] and '"Open a link" on Home' in problems[0]
    assert experiment.playground_seed and experiment.hidden == (4, 2)


@pytest.mark.parametrize(
    "written, seen",
    [
        ("0.66230", "0.66230"),
        ("a b", "ab"),
        ("a%20b", "a%20b"),
        ("π", "%CF%80"),
        ("a+b/c:d@e!$'()*;,?[]{}|^~\\", "a+b/c:d@e!$'()*;,?[]{}|^~"),
        ('"<>`', "%22%3C%3E%60"),
        ("a#b", "a#b"),
        ("x\x00", "x%00"),
        ("\ud800", "%EF%BF%BD"),
        ("a=b", "a"),
    ],
)
def test_the_seed_is_the_text_that_a_browser_shows(written: str, seen: str) -> None:
    """Of the fragment percent-encode set of the URL standard; what follows a second = is not read.

    But for white space and backslashes, which break and escape a link and are never written by it.
    """
    assert parse_link(f"{ADDRESS}seed={written}&noise=5")[0].playground_seed == seen


@pytest.mark.parametrize(
    "text, field, value, said",
    [
        ("noise=95", "noise", 50.0, "noise must be a number from 0 to 80; got '95', so 50 is used."),
        ("noise=60", "noise", 60.0, ""),
        ("noise=-5", "noise", 0.0, "noise must be a number from 0 to 80; got '-5', so 0 is used."),
        ("noise=much", "noise", 0.0, "noise must be a number from 0 to 80; got 'much', so 0 is used."),
        ("noise=", "noise", 0.0, ""),
        ("percTrainData=100", "train_share", 99, "must be a whole number from 1 to 99; got '100', so 99 is used."),
        ("percTrainData=33.5", "train_share", 33, "got '33.5', so 33 is used."),
        ("percTrainData=NaN", "train_share", 50, "got 'NaN', so 50 is used."),
        ("dataset=moons", "dataset", "circle", "dataset must be one of circle, xor, gauss, spiral; got 'moons'"),
        ("dataset=", "dataset", "circle", ""),
        ("problem=regression&dataset=moons", "dataset", "reg_plane", ""),
        ("problem=regression&regDataset=reg-gauss", "loss", "squared_linear", ""),
        ("activation=sigmoid", "activation", "logistic", ""),
        ("activation=linear", "activation", "identity", ""),
        ("activation=gelu", "activation", "tanh", "activation must be one of"),
        ("networkShape=", "hidden", (), ""),
        ("networkShape", "hidden", (4, 2), ""),
        ("networkShape=" + ",".join("3" * 12), "hidden", (3,) * 10, "so 3,3,3,3,3,3,3,3,3,3 is used."),
        ("networkShape=100,2", "hidden", (64, 2), "got '100,2', so 64,2 is used."),
        ("networkShape=3,0,2.5,x", "hidden", (3, 3), "so 3,3 is used."),
        ("networkShape=0", "hidden", (), "so no hidden layer is used."),
        ("networkShape=8,8,8,8,8,8,8,9", "hidden", (8, 8, 8, 8, 8, 8, 8, 9), ""),
        ("initZero=true", "initializer", "zeros", ""),
        ("x=false&y=false", "features", (), ""),
        ("x=0&y=", "features", ("x1", "x2"), "x must be true or false; got '0', so true is used."),
        ("x=false&sinY=true&xSquared=true", "features", ("x2", "x1sq", "sinx2"), ""),
        ("x_hide=true", "features", ("x2",), ""),
        ("x_hide=1", "features", ("x1", "x2"), "x_hide must be true or false; got '1', so false is used."),
        ("initZero=FALSE", "initializer", "zeros", "initZero must be true or false; got 'FALSE', so true is used."),
        ("initZero=%20false", "initializer", "uniform", ""),
        ("activation=sine", "activation", "sine", ""),
        ("cosX=true", "features", ("x1", "x2"), ""),
        ("foo=1&bar=2", "noise", 0.0, "not known here and are left out: 'foo', 'bar'"),
    ],
)
def test_values_follow_its_rules_and_our_limits(text: str, field: str, value: object, said: str) -> None:
    experiment, _, problems = parse_link(f"#seed=1&{text}")
    assert getattr(experiment, field) == value
    assert len(problems) == bool(said)
    assert said in "".join(problems)


@pytest.mark.parametrize(
    "text, field, value, said",
    [
        ("learningRate=0.00001", "learning_rate", 1e-5, ""),
        ("learningRate=0", "learning_rate", 1e-6, "got '0', so 0.000001 is used."),
        ("learningRate=fast", "learning_rate", 0.03, "got 'fast', so 0.03 is used."),
        ("learningRate=1e9", "learning_rate", 1000, "got '1e9', so 1000 is used."),
        ("learningRate=Infinity", "learning_rate", 1000, "so 1000 is used."),
        ("batchSize=0", "batch_size", 5000, "so 5000, with which it never takes a step, is used."),
        ("batchSize=x", "batch_size", 5000, "never takes a step"),
        ("batchSize=2.5", "batch_size", 5, "got '2.5', so 5 is used."),
        ("batchSize=-10", "batch_size", 10, "got '-10', so 10 is used."),
        ("batchSize=600", "batch_size", 600, ""),
        ("regularizationRate=0.1", "l1", 0.0, ""),
        ("regularization=L1&regularizationRate=0.1", "l1", 0.1, ""),
        ("regularization=L1&regularizationRate=0.1", "l2", 0.0, ""),
        ("regularization=L2&regularizationRate=0.1", "l2", 0.1, ""),
        ("regularization=L2&regularizationRate=-1", "l2", 0.0, "got '-1', so 0 is used."),
        ("regularization=L3", "l1", 0.0, "regularization must be one of none, L1, L2; got 'L3', so none is used."),
    ],
)
def test_training_follows_its_rules_and_our_limits(text: str, field: str, value: object, said: str) -> None:
    experiment, _, problems = parse_link(f"#seed=1&{text}")
    assert getattr(experiment.segments[0], field) == value
    assert len(problems) == bool(said)
    assert said in "".join(problems)


def test_batch_sizes_that_never_divide_a_row_number_never_train() -> None:
    run = train(changed(parse_link("#seed=1&batchSize=0")[0], epochs=3))
    assert len(set(run.train_loss)) == 1


def test_without_a_seed_there_is_one_that_a_reload_gives_again() -> None:
    text = "#activation=relu&dataset=xor"
    first, second = parse_link(text), parse_link(ADDRESS + text[1:])
    assert first == second
    assert len(first[2]) == 1 and "its author saw other points" in first[2][0]
    assert first[0].playground_seed in first[2][0]
    assert parse_link("#activation=relu&dataset=circle")[0].playground_seed != first[0].playground_seed


def test_a_seed_that_is_too_long_is_cut_and_said() -> None:
    experiment, _, problems = parse_link("#seed=" + "x" * 300)
    assert experiment.playground_seed == "x" * 200
    assert len(problems) == 1 and "got 300" in problems[0]


def test_the_limit_of_work_leaves_fewer_epochs() -> None:
    experiment, _, problems = parse_link("#seed=1&problem=regression&networkShape=" + ",".join(["64"] * 10))
    assert 1 <= experiment.epochs < 1000
    assert len(problems) == 1 and f"so {experiment.epochs} epochs are trained" in problems[0]
    with pytest.raises(ValueError, match="rows x epochs x parameters"):
        changed(experiment, epochs=experiment.epochs + 1)


@pytest.mark.parametrize("control", HIDDEN)
def test_hidden_controls_are_hidden_and_written_again(control: str) -> None:
    experiment, view, problems = parse_link(f"#seed=1&{control}_hide=true")
    assert set(view.hide) == set(HIDDEN[control]) and problems == []
    url, lost = to_link(experiment, view)
    assert f"&{control}_hide=true" in url and lost == []
    assert parse_link(f"#seed=1&{control}_hide=false")[1].hide == ()


def test_the_problem_hides_the_way_to_regression_and_not_the_data() -> None:
    hidden = parse_link("#seed=1&problem_hide=true&percTrainData_hide=true&numHiddenLayers_hide=true")[1].hide
    assert set(hidden) == {"problem", "train_share", "test_loss", "layers"}


def test_what_is_displayed() -> None:
    _, view, _ = parse_link("#seed=1&showTestData=true&discretize=true&showTestData_hide=true&learningRate_hide=true")
    assert view == View(test_points=True, discretize=True, clamp=True, hide=("learning_rate", "test_points"))


NUMBERS = st.one_of(st.floats(), st.floats(0, 100), st.integers(-10, 5000)).map(str)
VALUES = {
    "activation": st.sampled_from(["relu", "tanh", "sigmoid", "linear", "gelu", ""]),
    "regularization": st.sampled_from(["none", "L1", "L2", "L3"]),
    "dataset": st.sampled_from(["circle", "xor", "gauss", "spiral", "moons"]),
    "regDataset": st.sampled_from(["reg-plane", "reg-gauss", "x"]),
    "problem": st.sampled_from(["classification", "regression"]),
    "networkShape": st.lists(st.integers(0, 70).map(str), max_size=12).map(",".join),
    "seed": st.text(max_size=250),
    **dict.fromkeys(("batchSize", "learningRate", "regularizationRate", "noise", "percTrainData"), NUMBERS),
}
FLAGS = (*INPUTS, "showTestData", "discretize", "initZero", *(name + "_hide" for name in (*HIDDEN, *INPUTS)))


def without_work_limit(problems: list[str]) -> list[str]:
    """No link holds its epochs: that fewer are trained is said again each time."""
    return [problem for problem in problems if not problem.startswith("rows x epochs x parameters")]


@given(
    st.fixed_dictionaries({}, optional=VALUES),
    st.dictionaries(st.sampled_from(FLAGS), st.sampled_from(["true", "false", "", "1"]), max_size=8),
)
@example({"networkShape": "56,64,64"}, {})
@example({}, {"x_hide": "true", "y_hide": "true"})
@example({"seed": "\\"}, {"x": "true", "y": "false", "x_hide": "true"})
def test_there_and_back_is_the_identity(values: dict[str, str], flags: dict[str, str]) -> None:
    link = "#problem=classification&" + "&".join(f"{name}={value}" for name, value in (values | flags).items())
    experiment, view, _ = parse_link(link)
    url, lost = to_link(experiment, view)
    again, view_again, problems = parse_link(url)
    assert again == experiment and without_work_limit(problems) == []
    assert view_again == view
    assert is_link(url)
    assert all("number of epochs" in sentence or "seed text" in sentence for sentence in lost)


@given(experiments(), views())
@example(Experiment(playground_seed='a b&c=d"#<>'), View())
@example(Experiment(playground_seed="%" * 200, seed=2**32 - 1), View())
@example(Experiment(playground_seed="](x) <iframe src=y> &amp; %23"), View())
@example(Experiment(playground_seed=" " * 200), View())
@example(Experiment(features=("angle", "cosx1"), hidden=(), activation="gelu", loss="squared"), View())
@example(Experiment(features=("cosx1",)), View(hide=("x1", "x2")))
@example(Experiment("reg_gauss", loss="squared_linear", segments=(Segment("adam", 1e-6, l1=1e-300, l2=1e-7),)), View())
def test_what_is_written_is_read_without_problems(experiment: Experiment, view: View) -> None:
    url, lost = to_link(experiment, view)
    if not url:
        assert lost
        return
    again, view_again, problems = parse_link(url)
    assert without_work_limit(problems) == []
    assert to_link(again, view_again)[0] == url
    if not lost:
        run, second = prepare(experiment), prepare(again)
        np.testing.assert_array_equal(run.X_train, second.X_train)


@given(st.text() | st.text("#%23&=_hideseed,networkShape.0<iframe src=\"'>]()[\ud800\x00", max_size=200))
@example("#" * 10_000)
@example("https://playground.tensorflow.org/#seed=%&networkShape=%,%%2C&noise=%E2")
def test_no_text_raises(text: str) -> None:
    for pasted in (text, ADDRESS + text, "#seed=1&networkShape=" + text):
        is_link(pasted)
        experiment, _, problems = parse_link(pasted)
        assert isinstance(experiment, Experiment)
        assert all(problem.isprintable() and len(problem) < 1000 for problem in problems)


@pytest.mark.parametrize(
    "piece",
    [*"x9=\ud800", "&x=1", "1,", "<iframe ", "](", "%23", "tfp=", "src=", "http://", " &x=&x=", "](   ", "%3D"],
)
def test_a_megabyte_is_read_in_a_moment(piece: str) -> None:
    for start in ("", "#seed=1&networkShape=", "#learningRate=", "<iframe src"):
        start_time = time.process_time()
        parse_link(start + piece * (1_000_000 // len(piece)))
        assert time.process_time() - start_time < 10, start


BASE = parse_link(HASHES[0])[0]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"rows": 800}, "It draws 500 rows, not 800."),
        ({"playground_seed": ""}, "from the seed text '1'"),
        ({"playground_seed": "a b"}, "from the seed text 'a%20b'"),
        ({"playground_seed": "", "data_seed": "12"}, "other points and initial weights, from the seed text '12'"),
        ({"playground_seed": "0.5", "data_seed": "12"}, "draws other initial weights, from the seed text '0.5'"),
        ({"loss": "log"}, "not log loss"),
        ({"engine": "sklearn"}, "not by scikit-learn"),
        ({"optimizer": "adam"}, "not Adam"),
        ({"optimizer": "sgd"}, "never shuffles the rows, not SGD"),
        ({"standardize": True}, "does not standardise"),
        ({"features": ("x1", "cosx2")}, "no input cos x₂: it is left out"),
        ({"features": ("absx",)}, "no input r = |x|: x and y are used"),
        ({"features": ("x2", "x1")}, "an order of their own"),
        ({"initializer": "he_normal"}, "initial weights are uniform"),
        ({"epochs": 30}, "not for 30 epochs"),
        ({"l1": 0.1, "l2": 0.2}, "L2, the larger one"),
        ({"segments": (*BASE.segments, Segment(epochs=5))}, "the first of the 2 segments"),
        ({"edits": (Edit(1, 0, 0, 0.5),)}, "no weights set by hand"),
        ({"segments": (*BASE.segments, Segment(epochs=0, edits=(Edit(1, 0, 0, 0.5),)))}, "no weights set by hand"),
    ],
)
def test_what_is_lost_is_said(changes: dict, said: str) -> None:
    url, lost = to_link(changed(BASE, **changes))
    assert url.startswith(ADDRESS)
    assert any(said in sentence for sentence in lost), lost


@pytest.mark.parametrize("text", HASHES)
def test_its_links_have_the_same_numbers_for_any_number_of_epochs(text: str) -> None:
    experiment, _, _ = parse_link(text)
    assert same_numbers(experiment) and same_numbers(changed(experiment, epochs=7))


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "sgd"},
        {"rows": 800},
        {"playground_seed": ""},
        {"data_seed": "1"},
        {"loss": "log"},
        {"dataset": "moons"},
    ],
)
def test_other_experiments_have_other_numbers(changes: dict) -> None:
    assert not same_numbers(changed(BASE, **changes))


def test_where_no_weights_are_drawn_a_seed_of_the_data_changes_no_number() -> None:
    assert same_numbers(changed(BASE, initializer="zeros", data_seed="1"))


def test_hidden_controls_that_it_has_not_are_said() -> None:
    assert to_link(BASE, View(hide=("seed", "noise")))[1] == ["What is hidden here and can not be hidden there: Seed."]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"dataset": "moons"}, "no data set Moons"),
        ({"dataset": "iris"}, "no data set Iris"),
        ({"dataset": "saddle"}, "no data set Saddle"),
        ({"activation": "gelu"}, "no activation GELU"),
        ({"activation": ("tanh", "relu")}, "one activation for all layers"),
    ],
)
def test_what_it_can_not_express_has_no_link(changes: dict, said: str) -> None:
    url, lost = to_link(changed(BASE, **changes))
    assert url == ""
    assert len(lost) == 1 and said in lost[0]


def test_one_activation_for_all_layers_may_be_written_layer_by_layer() -> None:
    url, _ = to_link(replace(BASE, activation=("relu", "relu")))
    assert "activation=relu&" in url


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_penalties_have_the_same_strength_in_one_step(optimizer: str) -> None:
    """Ours are divided by the rows of a batch, but for those that are taken apart from the gradient."""
    url, _ = to_link(changed(BASE, optimizer=optimizer, l2=0.5, batch_size=20))
    rate = 0.5 if optimizer in ("adamw", "playground") else 0.025
    assert "regularization=L2&batchSize=20&" in url and f"regularizationRate={rate}&" in url


def test_a_batch_larger_than_the_rows_is_all_of_them_there_too() -> None:
    assert "batchSize=250&" in to_link(changed(BASE, optimizer="sgd", batch_size=5000))[0]
    assert "batchSize=5000&" in to_link(changed(BASE, batch_size=5000))[0]


@pytest.mark.parametrize(
    "rate, text", [(1e-5, "0.00001"), (1e-6, "0.000001"), (0.03, "0.03"), (10, "10"), (1000.0, "1000"), (2.5, "2.5")]
)
def test_numbers_are_written_as_javascript_writes_them(rate: float, text: str) -> None:
    assert f"learningRate={text}&" in to_link(changed(BASE, learning_rate=rate))[0]


@pytest.mark.parametrize("rate, text", [(1e-7, "1e-7"), (1.5e-10, "1.5e-10"), (5e-324, "5e-324")])
def test_small_numbers_are_written_as_javascript_writes_them(rate: float, text: str) -> None:
    assert f"regularizationRate={text}&" in to_link(changed(BASE, l2=rate))[0]
