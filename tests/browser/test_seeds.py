"""The tab "Over seeds" in Chromium: opened by its link on a cold server, a dot pressed, stopped, dark, on a phone."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from core.experiment import Experiment, beside, changed
from core.link import Pair, View, from_query, to_query
from core.reach import Seeds
from core.seeds import in_words, train
from tests.browser.conftest import OpenPage, Server, Theme, Visit, expect_stage
from tests.browser.test_compare import expect_finished, expect_rest

A = changed(Experiment(), dataset="xor", rows=200, epochs=60)
PAIR = Pair(A, beside(A, hidden=(4,)))
SEEDS = Seeds(20, threshold="test_accuracy>=0.9")


def link(pair: Pair = PAIR, seeds: Seeds = SEEDS) -> str:
    return f"/compare?{urlencode(to_query(pair, View(tab='seeds', seeds=seeds)))}"


def said(pair: Pair = PAIR) -> list[str]:
    """What is to stand over the charts of A and of B."""
    return [
        f"{name} · {in_words(train(each, SEEDS))}".replace("*", "")
        for name, each in zip("AB", (pair.a, pair.b), strict=True)
    ]


def expect_drawn(page: Page, sentences: list[str]) -> None:
    for sentence in sentences:
        expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)


def dots(page: Page) -> Locator:
    return page.locator("[class*=st-key-][class*=strip] .points path")


def test_a_link_with_seeds_opens_on_a_cold_server(cold_server: Server, open_page: OpenPage) -> None:
    page = open_page(link(), at=cold_server)
    expect_drawn(page, said())
    expect(dots(page)).to_have_count(40)
    assert "seeds.reach=test_accuracy%3E%3D0.9" in page.url


def test_a_dot_opens_its_seed_and_back_leads_back(visit: Visit) -> None:
    page = visit(link())
    expect_drawn(page, said())
    dots(page).nth(26).click(force=True)  # Plotly listens on a layer above the dots
    page.wait_for_url("**&seed=7&data_seed=1&**")
    expect_finished(page)
    pair = from_query(dict(parameter.split("=") for parameter in page.url.partition("?")[2].split("&")))[0]
    assert pair.a.seed == pair.b.seed == 7
    page.go_back()
    expect_drawn(page, said())


def test_the_keyboard_opens_a_seed_too(visit: Visit) -> None:
    page = visit(link())
    expect_drawn(page, said())
    page.get_by_role("combobox", name="Open a seed").focus()
    page.keyboard.type("B, seed 12")
    page.keyboard.press("Enter")
    page.wait_for_url("**&seed=12&data_seed=1&**")


def test_stop_keeps_what_is_through_and_go_on_does_the_rest(open_page: OpenPage) -> None:
    slow = changed(A, epochs=1500, engine="sklearn", seed=3)
    page = open_page(link(Pair(A, slow), Seeds(5)))
    expect_finished(page)
    through = page.get_by_text("Seeds that are through: A 5 of 5, B 1 of 5")
    expect(through).to_be_visible()
    page.locator(".st-key-tabs").get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. What was measured so far is kept.")).to_be_visible()
    expect(page.get_by_text("of 1 seeds that are through (of 5) reach it")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Seeds that are through: A 5 of 5, B 2 of 5")).to_be_visible()
    page.locator(".st-key-tabs").get_by_role("button", name="Stop").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_it_fits_in_both_themes_and_on_a_phone(visit: Visit, width: int, theme: Theme) -> None:
    page = visit(link(), width=width, theme=theme)
    expect_drawn(page, said())
    expect_rest(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    for name in "AB":
        charts = [page.locator(f".st-key-seeds-{name}-{what}").bounding_box() for what in ("curves", "plane")]
        assert all(box and box["width"] > 150 for box in charts)


def test_the_table_is_a_file_too(visit: Visit) -> None:
    page = visit(link())
    expect_drawn(page, said())
    page.get_by_role("button", name="Table").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 41 and lines[0].startswith("side,seed,data_seed,")
    assert lines[1].rpartition(",")[2].startswith(f"{page.url.partition('?')[0]}?v=1&dataset=xor&")
    page.keyboard.press("Escape")
    expect_stage(page)
