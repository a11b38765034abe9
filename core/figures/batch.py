"""The rows of one batch on the decision boundary that they were measured with."""

import numpy as np
import plotly.graph_objects as go

from core.figures.chart import chart
from core.figures.maps import Domain
from core.figures.palette import CLASSES, NEGATIVE, NEUTRAL, POSITIVE, mix

FAINT = 0.55  # of the boundary's colours: the rows stand out


def batch_figure(
    plane: np.ndarray,
    domain: Domain,
    X: np.ndarray,
    y: np.ndarray,
    chosen: int,
    classes: int,
    limit: float,
    theme: str,
    height: int,
) -> go.Figure:
    """The boundary, and on it the rows of a batch in the colours of their classes or targets.

    Parameters
    ----------
    plane : uint8 (G, G), as `core.figures.maps.boundary`
    domain : (x1 low, x1 high, x2 low, x2 high), the edges of the plane
    X : (m, 2) raw inputs of the batch's rows; y : (m,) classes, or targets
    chosen : the row, counted from 0, that is drawn larger
    classes : their number, 0 for regression
    limit : the target at which a colour is full
    theme : `light` or `dark`
    height : pixels
    """
    x_low, x_high, y_low, y_high = domain
    near, far = ("#ffffff", "#111417") if theme == "dark" else ("#111417", "#ffffff")
    G = len(plane)
    width, tall = (x_high - x_low) / G, (y_high - y_low) / G
    picture = {
        "type": "image",
        "z": _palette(classes, theme)[plane[::-1]],
        "colormodel": "rgb",
        "x0": x_low + width / 2,
        "dx": width,
        "y0": y_low + tall / 2,
        "dy": tall,
        "hoverinfo": "skip",
    }
    is_chosen = np.arange(len(X)) == chosen
    rows = {
        "type": "scatter",
        "x": X[:, 0],
        "y": X[:, 1],
        "mode": "markers",
        "marker": {
            "color": [_color(each, classes, limit) for each in y],
            "size": np.where(is_chosen, 14, 8),
            "line": {"width": np.where(is_chosen, 3, 1), "color": np.where(is_chosen, near, far).tolist()},
            "opacity": 1,
        },
        "hovertemplate": "%{x:.3g}, %{y:.3g}<extra></extra>",
    }
    span = {"visible": False, "showspikes": False, "constrain": "domain"}
    return chart(
        [picture, rows],
        height,
        hovermode="closest",
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis={"range": [x_low, x_high], **span},
        yaxis={
            "range": [y_low, y_high],
            "scaleanchor": "x",
            "scaleratio": (x_high - x_low) / (y_high - y_low),
            **span,
        },
    )


def _palette(classes: int, theme: str) -> np.ndarray:
    """The colour of each byte of a plane: uint8 (256, 3)."""
    neutral, bytes_ = NEUTRAL[theme], range(256)
    if classes > 2:
        colors = [mix(neutral, CLASSES[min(byte // 25, 9)], FAINT * min(byte % 25 / 24, 1)) for byte in bytes_]
    else:
        shares = [(byte - 127.5) / 127.5 for byte in bytes_]
        colors = [mix(neutral, POSITIVE if share > 0 else NEGATIVE, FAINT * abs(share)) for share in shares]
    return np.array([list(bytes.fromhex(color[1:])) for color in colors], np.uint8)


def _color(target: float, classes: int, limit: float) -> str:
    if classes:
        return CLASSES[int(target)]
    share = float(np.clip(target / limit, -1, 1))
    return mix("#c9ccd2", POSITIVE if share > 0 else NEGATIVE, abs(share))
