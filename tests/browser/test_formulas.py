"""Formulas as Chromium shows them: rendered in tables, derivations and tooltips, and whole on a phone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from core.formulas import FORMULAS
from tests.browser.conftest import Theme, Visit, expect_stage

# Of all text outside KaTeX's own: dollar signs or commands that were not rendered; and formulas that are cut off.
UNRENDERED = r"""within => { const clone = within.cloneNode(true);
  clone.querySelectorAll(".katex").forEach((each) => each.remove());
  return clone.textContent.match(/\$|\\[a-z]+/g) ?? []; }"""
CUT = """within => [...within.querySelectorAll(".katex")].filter((each) => {
  if (!each.getClientRects().length) return false;
  const formula = each.getBoundingClientRect();
  for (let box = each.parentElement; box && within.contains(box); box = box.parentElement) {
    if (getComputedStyle(box).overflowX === "visible") continue;
    const room = box.getBoundingClientRect();
    if (formula.right > room.right + 1 || formula.left < room.left - 1) return true;
  }
  return formula.right > innerWidth || formula.left < 0;
}).map((each) => each.textContent)"""
at_widths = pytest.mark.parametrize("width, theme", [(1400, "light"), (390, "dark")])


@at_widths
def test_help_has_all_formulas_rendered_and_whole(visit: Visit, width: int, theme: Theme) -> None:
    page = visit("/help", width, theme)
    fold = page.get_by_test_id("stExpander").filter(has_text="Formulas: ")
    fold.locator("summary").click()
    tables = fold.get_by_role("table")
    expect(tables).to_have_count(len(FORMULAS))
    expect(tables.last.locator(".katex").last).to_be_visible()
    rows = sum(len(of.registry) for of in FORMULAS.values())
    assert fold.locator("tbody tr").count() == rows <= fold.locator("tbody .katex").count()
    assert fold.locator(".katex-error").count() == 0
    assert fold.evaluate(UNRENDERED) == [] == fold.evaluate(CUT)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    fold.locator("summary").click()


@at_widths
def test_derivations_are_whole(visit: Visit, width: int, theme: Theme) -> None:
    page = visit("/activations?question=P3&activations=logistic&x=0", width, theme)
    fold = page.get_by_test_id("stExpander").filter(has_text="Derivations (proofs)")
    expect(fold.locator(".katex-display")).to_have_count(18)
    assert fold.locator(".katex-error").count() == 0
    assert fold.evaluate(UNRENDERED) == [] == fold.evaluate(CUT)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_help_beside_a_control_is_rendered(visit: Visit, theme: Theme) -> None:
    page = visit("/compare?activation=gelu_tanh&epochs=5", 1400, theme)
    expect_stage(page, stateA="finished")
    label = page.get_by_test_id("stSidebar").get_by_test_id("stWidgetLabel").filter(has_text="Activation")
    label.get_by_test_id("stTooltipHoverTarget").first.hover()
    told = tooltip(page)
    expect(told.locator(".katex")).to_have_count(6)
    assert told.locator(".katex-error").count() == 0 and told.evaluate(UNRENDERED) == []
    # An exponent is smaller than what it stands on, though Streamlit gives all of a tooltip one size.
    sizes = """told => [...told.querySelectorAll(".mord.mtight")].filter((each) => !each.children.length)
      .map((each) => parseFloat(getComputedStyle(each).fontSize))"""
    full = float(told.locator(".katex").first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)"))
    assert 0 < max(told.evaluate(sizes)) < 0.8 * full
    page.mouse.move(700, 5)


def tooltip(page: Page) -> Locator:
    """What is shown of a help."""
    told = page.get_by_test_id("stTooltipContent")
    expect(told).to_be_visible()
    return told


def test_a_top_is_flat_and_not_saturated(visit: Visit) -> None:
    page = visit("/activations?activations=gaussian,sine,tanh&x=0")
    curve = page.get_by_test_id("curve").first
    expect(curve.get_by_role("row", name="Gaussian")).to_contain_text("0.0 %")
    expect(curve.get_by_text("saturated", exact=True)).to_have_count(0)
    curve = visit("/activations?activations=gaussian,sine,tanh&x=5").get_by_test_id("curve").first
    expect(curve.get_by_role("row", name="Gaussian")).to_contain_text("saturated")
    expect(curve.get_by_role("row", name="Tanh")).to_contain_text("saturated")
    expect(curve.get_by_text("saturated", exact=True)).to_have_count(2)
