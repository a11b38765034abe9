"""Branch here and Train on, in Chromium: from the epoch at which the stage rests, and again from their link."""

from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import Page, expect

from core.branch import forked, lengthened
from core.experiment import Experiment, changed
from core.link import Pair, View, from_query, to_query
from tests.browser.conftest import OpenPage, Server, Visit, expect_stage
from tests.browser.test_accessibility import serious
from tests.browser.test_compare import expect_finished, expect_rest, expected_numbers, numbers

A = changed(Experiment(), epochs=60, rows=200)
SAID = "B is A up to epoch 40, then learning rate 0.003 (A: 0.03)."


def query_of(page: Page) -> tuple[Pair, View, list[str]]:
    return from_query(parse_qs(urlparse(page.url).query, keep_blank_values=True))


def test_a_branch_at_epoch_40_with_a_tenth_of_the_rate_comes_back_from_its_link(
    cold_server: Server, open_page: OpenPage, visit: Visit, server: Server
) -> None:
    page = visit(f"/compare?{urlencode(to_query(Pair(A, A), View(hide=('charts',))))}")
    stage = expect_finished(page)
    stage.get_by_role("button", name="Edit", exact=True).click()
    stage.get_by_label("Epoch", exact=True).fill("40")
    expect(page.get_by_text("From epoch 40 on")).to_be_visible()
    page.get_by_role("button", name="Branch here").click()
    page.wait_for_url("**b.2.learning_rate=0.003&**")
    expect_finished(page)
    expect_stage(page, epoch="40", playing="false")  # where it was branched off
    expect(page.get_by_text(SAID)).to_be_visible()
    pair = Pair(A, forked(A, 40, learning_rate=0.003))
    assert query_of(page) == (pair, View(frame=40, edit=True, hide=("charts",)), [])

    receiver = open_page(urlparse(page.url)._replace(scheme="", netloc="").geturl(), at=cold_server)
    expect_finished(receiver)
    expect_stage(receiver, epoch="40", playing="false")
    expect(receiver.get_by_text(SAID)).to_be_visible()
    expect(receiver.get_by_text("From epoch 40 on")).to_be_visible()
    assert numbers(receiver) == numbers(page) == expected_numbers(pair)
    assert "Traceback" not in cold_server.log.read_text() + server.log.read_text()


def test_a_trains_on_and_back_undoes_it(visit: Visit) -> None:
    page = visit(f"/compare?{urlencode(to_query(Pair(A, A), View(edit=True, hide=('charts',))))}")
    expect_finished(page)
    page.get_by_role("button", name="Train on").click()
    page.wait_for_url("**&2.epochs=100&**")
    expect_finished(page)
    assert query_of(page)[0].a == lengthened(A)
    expect(page.get_by_text("Epochs 60 to 160: goes on unchanged")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Epochs 60 to 160")).to_have_count(0)
    expect_rest(page)
    expect_finished(page)


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_serious_in_the_row_and_nothing_beside_the_screen(visit: Visit, width: int) -> None:
    a = forked(forked(A, 10, learning_rate=1e-5, batch_size=100, l1=0.25, l2=0.125), 20, optimizer="nesterov")
    pair = Pair(a, forked(a, 40, learning_rate=0.003))
    page = visit(f"/compare?{urlencode(to_query(pair, View(frame=40, edit=True, tab='loss')))}", width=width)
    expect_finished(page)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row = page.locator(".st-key-course")
    assert row.evaluate(
        "row => [...row.querySelectorAll('*')].every((each) => each.scrollWidth <= row.clientWidth + 1)"
    )
