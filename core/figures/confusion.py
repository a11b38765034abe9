"""The confusion matrix."""

import html
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.palette import sequential

HEIGHT = 320
TEXT = {"light": "#14181f", "dark": "#ffffff"}
FULL = 0.65  # of the way from neutral to blue for a full row: any further, and dark text on it is hard to read
SHARES_FIT = 5  # more classes than this leave no room for the shares under the counts on a narrow screen


def confusion_matrix(counts: np.ndarray, class_names: Sequence[str], theme: str) -> go.Figure:
    """Counts and their share of the row, one row for each true class and one column for each predicted class.

    Parameters
    ----------
    counts : (K, K) whole numbers, as scikit-learn's `confusion_matrix` gives them
    class_names : K
    theme : `light` or `dark`
    """
    shares = row_shares(counts)
    names = [html.escape(name, quote=False) for name in class_names]
    places = list(range(len(names)))
    words = [
        [f"{n:,} of {row.sum():,} rows of {true}<br>classified as {guess}" for n, guess in zip(row, names, strict=True)]
        for row, true in zip(counts, names, strict=True)
    ]
    cells = {
        "type": "heatmap",
        "x": places,
        "y": places,
        "z": np.nan_to_num(shares),
        "zmin": 0,
        "zmax": 1,
        "colorscale": sequential(theme, FULL),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": _cell_texts(counts, shares),
        "texttemplate": "%{text}",
        "textfont": {"color": TEXT[theme]},
        "customdata": words,
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False, "range": [-0.5, len(names) - 0.5]}
    return chart(
        [cells],
        HEIGHT,
        hovermode="closest",
        xaxis={"title": {"text": "predicted"}, **ticks},
        yaxis={"title": {"text": "true"}, **ticks, "range": [len(names) - 0.5, -0.5]},
    )


def describe_confusion(counts: np.ndarray, class_names: Sequence[str]) -> str:
    """The confusion matrix, counts (K, K), in a sentence: how many are right, and the commonest mistake."""
    right, rows = np.trace(counts), counts.sum()
    mistakes = counts - np.diag(np.diag(counts))
    sentence = f"{right:,} of {rows:,} rows are classified correctly"
    if not mistakes.any():
        return f"{sentence}."
    true, guess = np.unravel_index(mistakes.argmax(), mistakes.shape)
    return (
        f"{sentence}; the commonest mistake is {class_names[true]} taken for {class_names[guess]} "
        f"({mistakes[true, guess]:,})."
    )


def row_shares(counts: np.ndarray) -> np.ndarray:
    """Counts (K, K) divided by the sum of their row, NaN for a class without rows."""
    sums = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, sums, out=np.full(counts.shape, np.nan), where=sums > 0)


def _cell_texts(counts: np.ndarray, shares: np.ndarray) -> list[list[str]]:
    def text(count: int, share: float) -> str:
        if np.isnan(share):
            return "–"
        return f"{count:,}<br>{share:.0%}" if len(counts) <= SHARES_FIT else f"{count:,}"

    return [[text(*cell) for cell in zip(*row, strict=True)] for row in zip(counts, shares, strict=True)]
