"""Colours stay apart for readers with red-green blindness, simulated after Machado, Oliveira and Fernandes (2009)."""

from itertools import combinations

import numpy as np
import pytest

from core.figures import palette

SIMULATIONS = {
    "normal": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(color: str) -> np.ndarray:
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 0.001, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eye", SIMULATIONS)
def test_ten_classes_are_told_apart(eye: str) -> None:
    seen = [lab(np.array(SIMULATIONS[eye]) @ linear(color)) for color in palette.CLASSES]
    distances = [float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)]
    assert len(seen) == 10
    assert min(distances) > 15  # 2.3 is just noticeable side by side; points lie apart


@pytest.mark.parametrize("eye", SIMULATIONS)
def test_quantities_are_told_apart(eye: str) -> None:
    seen = [lab(np.array(SIMULATIONS[eye]) @ linear(row.color)) for row in palette.QUANTITIES.values()]
    distances = [float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)]
    assert len(seen) == 5 and min(distances) > 15


@pytest.mark.parametrize("eye", SIMULATIONS)
def test_runs_that_reached_it_are_told_from_those_that_did_not_and_from_the_two_classes(eye: str) -> None:
    colors = (palette.REACHED, palette.MISSED, palette.NEGATIVE, palette.POSITIVE)
    seen = [lab(np.array(SIMULATIONS[eye]) @ linear(color)) for color in colors]
    distances = [float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)]
    assert distances[0] > 60 and min(distances) > 30


@pytest.mark.parametrize("ground", ["#fcfdfe", "#12161c"])
@pytest.mark.parametrize("color", [palette.REACHED, palette.MISSED])
def test_a_run_is_seen_on_light_and_on_dark(color: str, ground: str) -> None:
    dark, light = sorted(float(TO_XYZ[1] @ linear(each)) for each in (color, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_density_begins_at_the_ground_and_ends_in_blue(theme: str) -> None:
    assert palette.sequential(theme) == [(0, palette.NEUTRAL[theme]), (1, palette.POSITIVE)]
    assert palette.sequential(theme, 0.0)[1][1] == palette.NEUTRAL[theme]


def test_a_faint_colour_is_the_same_colour() -> None:
    assert palette.faint("#0877bd", 0.2) == "rgba(8, 119, 189, 0.2)"


def test_class_0_is_orange_and_class_1_blue() -> None:
    red, _, blue = linear(palette.CLASSES[0])
    assert red > 5 * blue
    red, _, blue = linear(palette.CLASSES[1])
    assert blue > 5 * red


@pytest.mark.parametrize(("theme", "ground"), [("light", "#ffffff"), ("dark", "#12161c")])
def test_the_neutral_lies_near_the_ground_of_its_theme(theme: str, ground: str) -> None:
    assert np.linalg.norm(lab(linear(palette.diverging(theme)[1][1])) - lab(linear(ground))) < 12


def test_layers_run_through_all_stops() -> None:
    assert palette.layer_colors(1) == [palette.LAYER_STOPS[0]]
    assert palette.layer_colors(2) == [palette.LAYER_STOPS[0], palette.LAYER_STOPS[-1]]
    assert palette.layer_colors(5) == list(palette.LAYER_STOPS)
    assert palette.layer_colors(9)[1] == palette.mix(*palette.LAYER_STOPS[:2], 0.5)


@pytest.mark.parametrize("count", [1, 2, 5, 11])
def test_layers_get_different_colours_that_grow_lighter(count: int) -> None:
    lightness = [lab(linear(color))[0] for color in palette.layer_colors(count)]
    assert len(set(palette.layer_colors(count))) == count
    assert lightness == sorted(lightness)


def test_mix() -> None:
    assert palette.mix("#000000", "#ffffff", 0.2) == "#333333"
