"""Home in Chromium, narrow and dark: the replay moves, and the field for links opens one or says why not."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit, expect_stage

LABEL = "An address copied in Compare, or of TensorFlow Playground"


def test_the_replay_moves_and_a_pasted_address_opens(visit: Visit) -> None:
    page = visit("/", width=390, theme="dark", moving=True)
    stage = page.get_by_test_id("stage")
    expect_stage(page, stateA="finished")
    expect_stage(page, playing="true")
    epoch = stage.get_attribute("data-epoch")
    assert epoch
    expect(stage).not_to_have_attribute("data-epoch", epoch)
    expect(page.get_by_text("checks hold").first).to_be_visible()  # verdicts come without a click
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth") <= 0

    page.get_by_label(LABEL).fill("nonsense")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("An address must have a query")).to_be_visible()
    expect(page.get_by_label(LABEL)).to_have_value("nonsense")

    page.set_viewport_size({"width": 1400, "height": 900})
    page.get_by_label(LABEL).fill("https://example.org/compare?dataset=xor&seed=12&epochs=20&b.activation=relu")
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/compare?**seed=12**")
    expect(page.get_by_label("Seed", exact=True)).to_have_value("12")
    expect_stage(page, stateB="finished")
