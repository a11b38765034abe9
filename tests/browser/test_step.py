"""The tab Step in Chromium: ten batches without moving the pointer, and their link on a cold server."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server, Visit
from tests.browser.test_compare import QUICK, expect_finished

OPEN = f"{QUICK}&tab=step&frame=10&pick=w1:0:2"  # 100 training rows: 10 batches an epoch


def heading(page: Page) -> str:
    return page.get_by_text("after its update").inner_text()


def test_ten_batches_are_stepped_under_a_resting_pointer_and_opened_from_their_link(
    visit: Visit, cold_server: Server, open_page: OpenPage
) -> None:
    page = visit(OPEN)
    expect_finished(page)
    expect(page.get_by_text("Tried from")).to_be_visible()  # the last that makes the verdict longer
    expect(page.get_by_text("Epoch 11, batch 1 of 10")).to_be_visible()
    button = page.get_by_role("button", name="Step", exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for number in [*range(2, 11), 1]:
        page.mouse.down()
        page.mouse.up()
        expect(page.get_by_text(f"batch {number} of 10")).to_be_visible()
    page.wait_for_url("**&step=10&**")
    said = heading(page)
    assert said.startswith("Epoch 12, batch 1 of 10")
    formulas = page.locator(".st-key-step-lines").inner_text()
    assert "In agreement" in formulas

    again = open_page(page.url[page.url.index("/compare") :], at=cold_server)
    expect(again.get_by_text(said)).to_be_visible()
    lines = again.locator(".st-key-step-lines").element_handle()
    again.wait_for_function("([lines, formulas]) => lines.innerText === formulas", arg=[lines, formulas])


def test_no_line_is_cut_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(f"{QUICK}&tab=step&frame=10&hidden=8,8,8&dataset=blobs5&optimizer=adam&pick=w2:3:7")
    page.set_viewport_size({"width": 390, "height": 844})
    lines = page.locator(".st-key-step-lines")
    expect(lines.get_by_text("Update", exact=True)).to_be_attached()
    wide = lines.evaluate(
        "box => [...box.querySelectorAll('.katex-html .base')]"
        ".filter(part => part.getBoundingClientRect().right > box.getBoundingClientRect().right + 1).length"
    )
    assert wide == 0
