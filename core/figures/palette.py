"""The colours of every figure: classes, signs, layers, quantities.

Orange and blue are TensorFlow Playground's pair for -1 and +1. The other eight class colours are those of Paul Tol's
and of Okabe and Ito's qualitative schemes that, with these two, lie furthest apart under red-green blindness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from plotly.colors import sequential as plotly_scales

Stops = list[tuple[float, str]]  # (share of the way from the lowest to the highest value, colour)

NEGATIVE, POSITIVE = "#f08a18", "#0877bd"
CLASSES = (
    NEGATIVE,
    POSITIVE,
    "#009e73",
    "#882255",
    "#f0e442",
    "#332288",
    "#88ccee",
    "#cc3311",
    "#bbbbbb",
    "#ddcc77",
)
NEUTRAL = {"light": "#eceef1", "dark": "#23272f"}
GREY = "#8a8f9c"  # theory, levels, what is there to compare with
# Runs that reached a threshold, and those that did not. Both are at 4:1 or better on the light and on the dark ground,
# so that neither stands out; under red-green blindness they lie far from each other and from orange and blue.
REACHED, MISSED = "#0f8a61", "#8a4fff"
LAYER_STOPS = ("#5b4fc4", "#8d56c9", "#c05bb6", "#e0709a", "#ec9482")


@dataclass(frozen=True)
class Quantity:
    """What the labs measure of a gradient on its way back, as figures call it and in the colour that it has in all."""

    label: str
    color: str


QUANTITIES = {
    "delta": Quantity("delta", POSITIVE),
    "weight_gradient": Quantity("dL/dW", NEGATIVE),
    "weight_factor": Quantity("weight factor", "#cc3311"),
    "slope_factor": Quantity("slope factor", "#9048f0"),
    "both": Quantity("both", "#009e73"),
}


def mix(low: str, high: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from `low` to `high`, both `#rrggbb`."""
    pairs = zip(_channels(low), _channels(high), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def color_scale(colors: Sequence[str]) -> Stops:
    """Two colours or more, evenly spaced, as a colour scale; of a bare list of colours the browser draws none."""
    return [(i / (len(colors) - 1), color) for i, color in enumerate(colors)]


def sequential(theme: str, share: float = 1.0) -> Stops:
    """From nothing to much for the theme `light` or `dark`; the end is `share` of the way from neutral to blue."""
    return color_scale([NEUTRAL[theme], mix(NEUTRAL[theme], POSITIVE, share)])


def faint(color: str, opacity: float) -> str:
    """A colour `#rrggbb` for a band that lies over others."""
    return f"rgba({', '.join(map(str, _channels(color)))}, {opacity})"


def diverging(theme: str, share: float = 1.0) -> Stops:
    """Negative, neutral, positive for the theme `light` or `dark`; the ends are `share` of the way from neutral."""
    low, high = (mix(NEUTRAL[theme], end, share) for end in (NEGATIVE, POSITIVE))
    return color_scale([low, NEUTRAL[theme], high])


VIRIDIS = color_scale(plotly_scales.Viridis)


def layer_colors(count: int) -> list[str]:
    """One colour for each of `count` layers, in order from the first to the output."""
    last = len(LAYER_STOPS) - 1
    places = [last * i / max(count - 1, 1) for i in range(count)]
    return [mix(LAYER_STOPS[int(p)], LAYER_STOPS[min(int(p) + 1, last)], p % 1) for p in places]


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
