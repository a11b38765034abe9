from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.figures.curves import (
    TEST,
    TRAINING,
    Course,
    Side,
    accuracy_curves,
    after_fork,
    describe_accuracies,
    describe_course,
    describe_gradients,
    describe_losses,
    describe_r_squared,
    gradient_curves,
    gradient_scale,
    layer_names,
    loss_curves,
    r_squared_curves,
)
from core.figures.heatmap import gradient_map
from core.figures.palette import layer_colors

EPOCHS = np.array([0, 1, 2, 10])
SIZES = np.array([[1e-6, 1e-3, 1.0], [2e-6, 2e-3, 0.5], [3e-6, 3e-3, 0.25], [4e-6, 4e-3, 0.1]])
MEASURED = st.one_of(st.just(0.0), st.floats(1e-300, 1e300), st.just(np.nan), st.just(np.inf))


def powers(figure: go.Figure) -> tuple[float, float]:
    """The ends of a log axis as values."""
    low, high = figure.layout.yaxis.range
    return 10**low, 10**high


def side(name: str, *lines: Any, epochs: np.ndarray = EPOCHS) -> Side:
    return Side(name, epochs, np.column_stack([np.asarray(line, dtype=float) for line in lines]))


def lines_of(figure: go.Figure, name: str) -> list[Any]:
    """The lines of a side, without its entry in the legend."""
    return [line for line in figure.data if line.legendgroup == name and line.showlegend is False]


def labels_of(figure: go.Figure) -> list[str]:
    return [label.text.rpartition("> ")[2] for label in figure.layout.annotations]


def test_one_line_a_layer_and_side_with_its_values_and_colour() -> None:
    figure = gradient_curves([Side("A", EPOCHS, SIZES), Side("B", EPOCHS, 2 * SIZES)], "dL/dW (rms)")
    for name, sizes, dash in (("A", SIZES, "solid"), ("B", 2 * SIZES, "dot")):
        lines = lines_of(figure, name)
        assert [line.name for line in lines] == [f"{name} {layer}" for layer in ("layer 1", "layer 2", "output")]
        assert [line.line.color for line in lines] == layer_colors(3)
        assert {line.line.dash for line in lines} == {dash}
        for line, values in zip(lines, sizes.T, strict=True):
            assert np.array_equal(line.x, EPOCHS)
            assert np.array_equal(line.y, values)
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.title.text == "dL/dW (rms)"
    assert [(line.name, line.line.dash) for line in figure.data if line.showlegend is not False] == [
        ("A", "solid"),
        ("B", "dot"),
    ]


def test_a_layer_has_one_label_at_its_end_and_one_colour_in_networks_of_different_depth() -> None:
    figure = gradient_curves([Side("A", EPOCHS, SIZES[:, 1:]), Side("B", EPOCHS, SIZES)], "delta")
    assert labels_of(figure) == ["layer 1", "layer 2", "layer 3"]  # the output of A is B's second layer
    assert [line.line.color for line in lines_of(figure, "A")] == layer_colors(3)[:2]
    assert labels_of(gradient_curves([Side("A", EPOCHS, SIZES)], "delta")) == ["layer 1", "layer 2", "output"]


def test_one_network_alone_needs_no_legend() -> None:
    figure = gradient_curves([Side("", EPOCHS, SIZES)], "delta")
    assert figure.layout.showlegend is False
    assert [line.name for line in figure.data] == ["layer 1", "layer 2", "output"]


def test_the_only_layer_is_the_output() -> None:
    assert layer_names(1) == ["layer 1 (output)"]


def test_a_and_b_are_on_one_scale_that_holds_both() -> None:
    longer = np.array([0, 50, 100])
    sides = [(EPOCHS, SIZES), (longer, np.array([[1e-12], [1e-3], [300.0]]))]
    figure = gradient_curves([Side("A", *sides[0]), Side("B", *sides[1])], "delta")
    low, high = powers(figure)
    assert low < 1e-12 and high > 300
    assert figure.layout.xaxis.range[0] <= 0 and figure.layout.xaxis.range[1] >= 100


@pytest.mark.parametrize(
    ("bad", "note"),
    [(0.0, "epoch (gaps: 0)"), (np.nan, "epoch (gaps: not finite)"), (np.inf, "epoch (gaps: not finite)")],
)
def test_what_a_log_axis_can_not_show_is_a_gap_and_a_note(bad: float, note: str) -> None:
    sizes = SIZES.copy()
    sizes[2, 1] = bad
    scale = gradient_scale([(EPOCHS, sizes)])
    lines = gradient_curves([Side("", EPOCHS, sizes)], "delta")
    cells = gradient_map(EPOCHS, sizes, "delta", scale, "A", 280)
    assert np.isnan(lines.data[1].y[2]) and np.isfinite(np.delete(lines.data[1].y, 2)).all()
    assert np.isnan(cells.data[0].z[1, 2]) and np.isnan(cells.data[0].z).sum() == 1
    assert lines.layout.xaxis.title.text == cells.layout.xaxis.title.text == note


def test_without_gaps_there_is_no_note() -> None:
    figure = gradient_curves([Side("A", EPOCHS, SIZES)], "delta")
    assert figure.layout.xaxis.title.text == "epoch"


@settings(max_examples=30)
@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 11)), elements=MEASURED))
@example(np.array([[3e36, 1e-300]]))
def test_whatever_was_measured_can_be_drawn_and_described(sizes: np.ndarray) -> None:
    epochs = np.arange(len(sizes))
    scale = gradient_scale([(epochs, sizes)])
    losses = sizes[:, 0]
    for figure in (
        gradient_curves([Side("A", epochs, sizes), Side("B", epochs, sizes[:, ::-1])], "delta"),
        gradient_map(epochs, sizes, "delta", scale, "A", 280),
        loss_curves([side("A", losses, losses[::-1], epochs=epochs)]),
    ):
        assert np.isfinite([*figure.layout.xaxis.range, *figure.layout.yaxis.range]).all()
        assert figure.layout.xaxis.range[0] < figure.layout.xaxis.range[1]
        assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]
        assert figure.layout.height == 280
        assert "Infinity" not in figure.to_json()
    assert describe_gradients(epochs, sizes, "delta").endswith(".")


def test_the_map_shows_powers_of_ten_with_the_output_on_top() -> None:
    figure = gradient_map(EPOCHS, SIZES, "delta", gradient_scale([(EPOCHS, SIZES)]), "A", 280)
    cells = figure.data[0]
    assert np.allclose(cells.z, np.log10(SIZES).T)
    assert list(cells.y) == [1, 2, 3]
    assert cells.text[2][3] == "layer 3 (output)"
    assert cells.customdata[0, 3] == 4e-6


@pytest.mark.parametrize(
    ("low", "high", "ticks", "ends"),
    [
        (1e-6, 1.0, (-6, -4, -2, 0), (-6, 0)),
        (1e-5, 1.0, (-5, -4, -3, -2, -1, 0), (-5, 0)),
        (0.5, 200.0, (0, 1, 2), (np.log10(0.5), np.log10(200))),
        (2.0, 5.0, (0,), (np.log10(2), np.log10(5))),  # no power of ten lies between
        (10.0, 10.0, (1,), (1, 2)),
    ],
)
def test_the_colours_are_marked_at_powers_of_ten(
    low: float, high: float, ticks: tuple[int, ...], ends: tuple[float, float]
) -> None:
    sizes = np.array([[low, high]])
    figure = gradient_map(np.array([0]), sizes, "delta", gradient_scale([(np.array([0]), sizes)]), "A", 280)
    cells = figure.data[0]
    assert cells.colorbar.tickvals == ticks
    assert (cells.zmin, cells.zmax) == pytest.approx(ends)
    assert cells.colorbar.title.text == "delta"
    assert figure.layout.yaxis.tickvals == (1, 2) and figure.layout.yaxis.range == (0.5, 2.5)


def test_a_and_b_maps_share_their_colours() -> None:
    sides = [(EPOCHS, SIZES), (EPOCHS, SIZES * 1e-5)]
    scale = gradient_scale(sides)
    a, b = (gradient_map(*shown, "delta", scale, "A", 280).data[0] for shown in sides)
    assert (a.zmin, a.zmax) == (b.zmin, b.zmax) == (pytest.approx(-11), pytest.approx(0))
    assert all(-11 <= power <= 0 for power in a.colorbar.tickvals)
    assert a.colorbar.ticktext[-1] == f"10<sup>{a.colorbar.tickvals[-1]}</sup>"


def test_the_first_frame_alone_is_visible() -> None:
    epochs, sizes = np.array([0]), SIZES[:1]
    lines = gradient_curves([Side("A", epochs, sizes)], "delta")
    losses = loss_curves([side("A", [0.7], [0.8], epochs=epochs)])
    for figure in (lines, losses):
        assert all("markers" in line.mode for line in lines_of(figure, "A"))


def test_training_and_test_have_a_colour_each_on_both_sides() -> None:
    train, test = np.array([0.7, 0.5, 0.3, 0.1]), np.array([0.8, 0.6, 0.5, 0.4])
    figure = loss_curves([side("A", train, test), side("B", test, train)])
    for name in "AB":
        lines = lines_of(figure, name)
        assert [(line.name, line.line.color) for line in lines] == [
            (f"{name} training", TRAINING),
            (f"{name} test", TEST),
        ]
    assert np.array_equal(lines_of(figure, "A")[0].y, train) and np.array_equal(lines_of(figure, "B")[0].y, test)
    assert labels_of(figure) == ["training", "test"]
    assert figure.layout.yaxis.type == "linear"
    assert figure.layout.yaxis.range[0] == 0 and figure.layout.yaxis.range[1] > 0.8


def test_a_loss_that_shoots_up_makes_the_axis_logarithmic() -> None:
    calm, wild = np.array([0.7, 0.5, 0.3, 0.1]), np.array([0.7, 30.0, 1e5, np.inf])
    assert loss_curves([side("A", calm, calm)]).layout.yaxis.type == "linear"
    assert loss_curves([side("A", 10 * calm, calm)]).layout.yaxis.type == "linear"
    figure = loss_curves([side("A", calm, calm), side("B", wild, wild)])
    assert figure.layout.yaxis.type == "log"
    assert powers(figure)[0] < 0.1 and powers(figure)[1] > 1e5
    assert figure.layout.xaxis.title.text == "epoch (gaps: not finite)"


@pytest.mark.parametrize(
    ("starts", "highest", "log"),
    [
        ([(1, 1)], 9.9, False),
        ([(1, 1)], 10.1, True),
        ([(1, 2)], 19.9, False),  # the largest first one: of training and test
        ([(1, 1), (2, 1)], 19.9, False),  # and of A and B
        ([(1, 1), (2, 1)], 20.1, True),
        ([(0, 0)], 5, False),
    ],
)
def test_a_log_axis_begins_at_ten_times_the_largest_first_loss(
    starts: list[tuple[float, float]], highest: float, log: bool
) -> None:
    epochs = np.array([0, 1])
    sides = [
        side(name, [train, highest], [test, 0.5], epochs=epochs)
        for name, (train, test) in zip("AB", starts, strict=False)
    ]
    assert (loss_curves(sides).layout.yaxis.type == "log") is log


def test_accuracy_is_always_from_0_to_100_percent() -> None:
    scores = [0.5, 0.6, 0.7, 0.8]
    longer = side("B", scores, scores, epochs=np.array([0, 1, 2, 400]))
    figure = accuracy_curves([side("A", scores, [0.5, 0.5, 0.6, 0.7]), longer])
    assert figure.layout.yaxis.range[0] == 0 and 1 < figure.layout.yaxis.range[1] < 1.1
    assert figure.layout.yaxis.tickformat == ".0%"
    assert figure.layout.xaxis.range[1] >= 400


def test_descriptions_give_the_numbers_of_the_last_epoch() -> None:
    assert describe_gradients(EPOCHS, SIZES, "Delta") == (
        "Delta at epoch 10: 0.1 in the output layer, 4e-06 in layer 1, which is 4e-05 of it."
    )
    assert describe_gradients(EPOCHS, SIZES[:, 1:], "Delta") == (
        "Delta at epoch 10: 0.1 in the output layer, 0.004 in layer 1, which is 0.04 of it."
    )
    assert describe_gradients(EPOCHS, SIZES[:, 2:], "Delta") == "Delta at epoch 10: 0.1 in the output layer."
    diverged = SIZES.copy()
    diverged[3, 0] = np.nan  # one layer is enough
    assert describe_gradients(EPOCHS, diverged, "Delta") == (
        "Delta at epoch 2: 0.25 in the output layer, 3e-06 in layer 1, which is 1.2e-05 of it; not finite after it."
    )
    assert describe_gradients(EPOCHS, diverged * np.nan, "Delta") == "Delta is not finite at any epoch."
    train, test = np.array([0.7, 0.5, 0.125]), np.array([0.75, 0.5, 0.25])
    assert describe_losses(np.array([0, 10, 20]), train, test) == (
        "Loss from epoch 0 to 20: training 0.7 to 0.125, test 0.75 to 0.25."
    )
    assert describe_accuracies(np.array([0, 10, 20]), train, test) == (
        "Accuracy from epoch 0 to 20: training 70.0% to 12.5%, test 75.0% to 25.0%."
    )


@pytest.mark.parametrize(("train", "test"), [(-5.0, 0.5), (0.5, -5.0)])
def test_either_line_of_r_squared_may_leave_the_chart(train: float, test: float) -> None:
    figure = r_squared_curves([side("A", [train, 0.9], [test, 0.9], epochs=np.array([0, 1]))])
    assert figure.layout.yaxis.title.text == "R² (below -1 not shown)"


def test_r_squared_ends_at_one_and_begins_at_the_lowest_value_of_both_sides() -> None:
    good, poor = np.array([0.1, 0.5, 0.8, 0.9]), np.array([-0.4, 0.2, 0.5, 0.6])
    figure = r_squared_curves([side("A", good, good), side("B", good, poor)])
    assert figure.layout.yaxis.range[0] == -0.4 and 1 < figure.layout.yaxis.range[1] < 1.1
    assert figure.layout.yaxis.title.text == "R²"
    assert np.array_equal(lines_of(figure, "B")[1].y, poor)


def test_an_r_squared_far_below_zero_leaves_the_chart_and_the_axis_says_so() -> None:
    wild = np.array([-1e9, -40.0, 0.5, 0.9])
    figure = r_squared_curves([side("A", wild, wild)])
    assert figure.layout.yaxis.range[0] == -1
    assert figure.layout.yaxis.title.text == "R² (below -1 not shown)"
    assert figure.data[0].y[0] == -1e9  # still there on hover
    assert describe_r_squared(np.array([0, 5, 10]), wild[[0, 1, 3]], wild[[1, 0, 2]]) == (
        "R² from epoch 0 to 10: training -1e+09 to 0.9, test -40 to 0.5."
    )


# segments and forks


def marks(figure: go.Figure) -> list[tuple[str, float, float]]:
    return [(shape.type, shape.x0, shape.x1) for shape in figure.layout.shapes]


def notes(figure: go.Figure) -> list[tuple[str, float]]:
    """Words inside the chart, with where they stand along the epochs."""
    return [(each.text.strip(), each.x) for each in figure.layout.annotations if each.xref == "x"]


@pytest.mark.parametrize("draw", [loss_curves, accuracy_curves, r_squared_curves])
def test_every_other_segment_is_a_band_with_a_number_and_a_fork_a_line(draw: Any) -> None:
    epochs = np.arange(101)
    line = side("A", epochs / 200, epochs / 200, epochs=epochs)
    figure = draw([line, line._replace(name="B")], 280, Course((0, 20, 20, 60, 62), 62))
    go.Figure(figure.to_dict())  # as Plotly checks it
    assert marks(figure) == [("rect", 20, 20), ("rect", 60, 62), ("line", 62, 62)][1:]
    assert notes(figure) == [("1", 10), ("3", 40), ("5", 81), ("fork", 62)]  # no room for 2 and 4
    assert draw([line], 280).layout.shapes == ()
    assert notes(draw([line], 280, Course((0,), None))) == []


def test_the_word_at_a_fork_stays_in_the_chart() -> None:
    epochs = np.arange(101)
    line = side("A", epochs, epochs, epochs=epochs)
    for fork, anchor in ((3, "left"), (97, "right")):
        (note,) = [each for each in loss_curves([line], 280, Course((0,), fork)).layout.annotations if each.xref == "x"]
        assert note.xanchor == anchor


def test_of_a_branch_the_part_after_the_fork_is_drawn() -> None:
    whole = side("B", [4, 3, 2, 1], [4, 3, 2, 1])
    cut = after_fork(whole, 2)
    assert cut.epochs.tolist() == [2, 10] and cut.values.tolist() == [[2, 2], [1, 1]]
    assert after_fork(whole, 11) is whole  # it ended before
    assert describe_losses(cut.epochs, *cut.values.T).startswith("Loss from epoch 2 to 10: training 2 to 1")


def test_a_course_in_words() -> None:
    assert describe_course(Course()) == ""
    said = "The segments of the training begin at epochs 0, 40, 1,200. B branches off A at epoch 1,200."
    assert describe_course(Course((0, 40, 1200), 1200)) == said
    assert describe_course(Course((0,), 5)) == "B branches off A at epoch 5."
