"""Curves over epochs: gradient size of each layer, loss, accuracy or R²."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import Scale, Sides, chart, drawable, gap_note
from core.figures.palette import POSITIVE, layer_colors

HEIGHT = 280
QUANTITIES = {"weights": "dL/dW (rms)", "delta": "dL/dz (rms)"}  # titles for the view's two kinds of gradient
R_SQUARED_FLOOR = -1.0  # where the axis of R² ends: a net that has not learnt can be at minus thousands
ALL_NAMED = 4  # more layers than this name only the first and the output in the legend: the colours run between them


def layer_names(count: int) -> list[str]:
    """`layer 1 (first)`, `layer 2`, ..., `layer 5 (output)`."""
    return [f"layer {i}" + (" (output)" if i == count else " (first)" if i == 1 else "") for i in range(1, count + 1)]


def gradient_scale(sides: Sides) -> Scale:
    """The scale that A's and B's gradient figures share, from their (epochs (T,), sizes (T, L))."""
    return Scale.of(sides, log=True)


def gradient_curves(epochs: np.ndarray, sizes: np.ndarray, quantity: str, scale: Scale) -> go.Figure:
    """Gradient size of each layer over the epochs, on a log axis.

    Parameters
    ----------
    epochs : (T,)
    sizes : (T, L) root mean squares, first layer first; 0 and what is not finite are gaps, and a note says so
    quantity : what the sizes are of, the title of the axis
    scale : of `gradient_scale`
    """
    layers = sizes.shape[1]
    traces = [
        {
            "type": "scatter",
            "x": epochs,
            "y": values,
            "name": name,
            "mode": "lines+markers",
            "line": {"color": color, "width": 2},
            "marker": {"size": 3 if len(epochs) > 1 else 7},
            "hovertemplate": "%{y:.2e}",
            "showlegend": layers <= ALL_NAMED or i in (0, layers - 1),
        }
        for i, (values, name, color) in enumerate(
            zip(drawable(sizes, log=True).T, layer_names(layers), layer_colors(layers), strict=True)
        )
    ]
    return chart(
        traces,
        HEIGHT,
        xaxis=scale.epochs_axis(gap_note(sizes, log=True)),
        yaxis=scale.values_axis(quantity),
        showlegend=True,
    )


def describe_gradients(epochs: np.ndarray, sizes: np.ndarray, quantity: str) -> str:
    """The gradient figure, of epochs (T,) and sizes (T, L), in a sentence.

    It names the first and the output layer at the last epoch at which all sizes are finite, and their ratio.
    """
    finite = np.flatnonzero(np.isfinite(sizes).all(axis=1))
    if not finite.size:
        return f"{quantity} is not finite at any epoch."
    last = finite[-1]
    first, output = sizes[last, 0], sizes[last, -1]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        share = first / output
    ratio = f", which is {share:.2g} of it" if np.isfinite(share) else ""
    layers = f"{output:.2g} in the output layer" + (f", {first:.2g} in layer 1{ratio}" if sizes.shape[1] > 1 else "")
    after = "" if last == len(epochs) - 1 else "; not finite after it"
    return f"{quantity} at epoch {epochs[last]}: {layers}{after}."


def loss_scale(sides: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Scale:
    """The scale that A's and B's loss figures share, from their (epochs, training losses, test losses), each (T,).

    Linear from 0; logarithmic where a loss rose to more than ten times the largest first one, which would flatten all
    others.
    """
    both = [(epochs, np.column_stack([train, test])) for epochs, train, test in sides]
    start = max(np.nan_to_num(drawable(losses[0], log=False)).max() for _, losses in both)
    linear = Scale.of(both, log=False)
    return Scale.of(both, log=True) if linear.high > 10 * start > 0 else linear


def loss_curves(epochs: np.ndarray, train: np.ndarray, test: np.ndarray, scale: Scale) -> go.Figure:
    """Training (solid) and test loss (dashed), both (T,), over epochs (T,); scale of `loss_scale`."""
    return _train_and_test(epochs, train, test, scale, "loss", ":.4g")


def describe_losses(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The loss figure in a sentence, of epochs and losses (T,)."""
    return (
        f"Loss from epoch 0 to {epochs[-1]}: training {train[0]:.3g} to {train[-1]:.3g}, "
        f"test {test[0]:.3g} to {test[-1]:.3g}."
    )


def accuracy_curves(epochs: np.ndarray, train: np.ndarray, test: np.ndarray, last_epoch: int) -> go.Figure:
    """Training (solid) and test accuracy (dashed), both (T,) from 0 to 1, over epochs (T,), up to A's and B's last."""
    return _train_and_test(epochs, train, test, Scale(last_epoch, 0, 1, False), "accuracy", ":.1%", tickformat=".0%")


def describe_accuracies(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The accuracy figure in a sentence, of epochs and accuracies (T,) from 0 to 1."""
    return (
        f"Accuracy from epoch 0 to {epochs[-1]}: training {train[0]:.1%} to {train[-1]:.1%}, "
        f"test {test[0]:.1%} to {test[-1]:.1%}."
    )


def r_squared_scale(sides: Sides) -> Scale:
    """The scale that A's and B's figures of R² share, from their (epochs (T,), values (T, ...)).

    It ends at 1 and, where values lie below 0, at the lowest of them or at `R_SQUARED_FLOOR`; accuracies do no harm.
    """
    held = Scale.of(sides, log=False)
    return Scale(held.last_epoch, max(held.low, R_SQUARED_FLOOR), 1, False)


def r_squared_curves(epochs: np.ndarray, train: np.ndarray, test: np.ndarray, scale: Scale) -> go.Figure:
    """Training (solid) and test R² (dashed), both (T,), over epochs (T,); scale of `r_squared_scale`.

    The lines leave the chart where they are below its end, and the axis says so.
    """
    below = min(np.min(train), np.min(test)) < scale.low
    quantity = f"R² (below {scale.low:g} not shown)" if below else "R²"
    return _train_and_test(epochs, train, test, scale, quantity, ":.3f")


def describe_r_squared(epochs: np.ndarray, train: np.ndarray, test: np.ndarray) -> str:
    """The figure of R² in a sentence, of epochs and R² (T,)."""
    return (
        f"R² from epoch 0 to {epochs[-1]}: training {train[0]:.3g} to {train[-1]:.3g}, "
        f"test {test[0]:.3g} to {test[-1]:.3g}."
    )


def _train_and_test(
    epochs: np.ndarray, train: np.ndarray, test: np.ndarray, scale: Scale, quantity: str, shown: str, **axis: str
) -> go.Figure:
    traces = [
        {
            "type": "scatter",
            "x": epochs,
            "y": drawable(values, scale.log),
            "name": name,
            "mode": "lines" if len(epochs) > 1 else "markers",
            "line": {"color": POSITIVE, "width": 2, "dash": dash},
            "hovertemplate": f"%{{y{shown}}}",
        }
        for values, name, dash in ((train, "training", "solid"), (test, "test", "dash"))
    ]
    return chart(
        traces,
        HEIGHT,
        xaxis=scale.epochs_axis(gap_note(np.array([train, test]), scale.log)),
        yaxis=scale.values_axis(quantity) | axis,
    )
