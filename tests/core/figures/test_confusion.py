import numpy as np
import pytest
from plotly.colors import hex_to_rgb
from sklearn import metrics

from core.figures.confusion import FULL, TEXT, confusion_matrix, describe_confusion, row_shares
from core.figures.palette import NEUTRAL, POSITIVE, mix

COUNTS = np.array([[120, 5], [12, 113]])
NAMES = ("class 0", "class 1")


def test_a_row_is_a_true_class_and_the_first_is_on_top() -> None:
    true, predicted = [0, 0, 0, 1], [0, 1, 1, 1]
    figure = confusion_matrix(metrics.confusion_matrix(true, predicted), NAMES, "light", "A", 200)
    cells = figure.data[0]
    assert cells.text == (["1<br>33%", "2<br>67%"], ["0<br>0%", "1<br>100%"])
    assert np.allclose(cells.z, metrics.confusion_matrix(true, predicted, normalize="true"))
    assert cells.customdata[0][1] == "2 of 3 rows of class 0<br>classified as class 1"
    assert figure.layout.xaxis.range == (-0.5, 1.5) and figure.layout.yaxis.range == (1.5, -0.5)
    assert tuple(figure.layout.xaxis.ticktext) == tuple(figure.layout.yaxis.ticktext) == NAMES
    assert (cells.zmin, cells.zmax) == (0, 1)


@pytest.mark.parametrize(("classes", "text"), [(5, "3<br>100%"), (6, "3")])
def test_many_classes_show_counts_alone(classes: int, text: str) -> None:
    figure = confusion_matrix(3 * np.eye(classes, dtype=int), "abcdef"[:classes], "dark", "A", 200)
    assert figure.data[0].text[4][4] == text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_full_row_is_blue_and_an_empty_cell_neutral(theme: str) -> None:
    cells = confusion_matrix(COUNTS, NAMES, theme, "A", 200).data[0]
    (low, empty), (high, full) = cells.colorscale
    assert (low, empty, high, full) == (0, NEUTRAL[theme], 1, mix(NEUTRAL[theme], POSITIVE, FULL))
    assert cells.textfont.color == TEXT[theme]


def test_a_class_without_rows_is_not_divided_by_zero() -> None:
    counts = np.array([[2, 0, 0], [0, 0, 0], [0, 1, 3]])
    assert np.isnan(row_shares(counts)[1]).all()
    figure = confusion_matrix(counts, ("a", "b", "c"), "light", "A", 200)
    assert figure.data[0].text[1] == ["–", "–", "–"]
    assert np.isfinite(figure.data[0].z).all()


def test_markup_in_class_names_stays_text() -> None:
    figure = confusion_matrix(COUNTS, ('<a href="x">a</a>', "b & c"), "light", "A", 200)
    assert figure.layout.xaxis.ticktext == ('&lt;a href="x"&gt;a&lt;/a&gt;', "b &amp; c")
    assert "<a" not in figure.to_json()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("share", [0, 0.25, 0.5, 0.75, 1])
def test_text_is_readable_on_every_cell(theme: str, share: float) -> None:
    lighter, darker = sorted(
        (luminance(TEXT[theme]), luminance(mix(NEUTRAL[theme], POSITIVE, FULL * share))), reverse=True
    )
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, success criterion 1.4.3


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = np.array(hex_to_rgb(color)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_description_names_the_commonest_mistake() -> None:
    assert describe_confusion(COUNTS, NAMES) == (
        "233 of 250 rows are classified correctly; the commonest mistake is class 1 taken for class 0 (12)."
    )
    assert describe_confusion(np.diag([3, 4]), NAMES) == "7 of 7 rows are classified correctly."
