"""TensorFlow Playground's links in Chromium: pasted, read off the screen, and out and in again."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from core.playground_link import EPOCHS
from core.recording import schedule
from tests.browser.conftest import Visit, expect_stage
from tests.browser.test_home import LABEL

HOST = "https://playground.tensorflow.org/"
FIXTURE = json.loads((Path(__file__).parents[1] / "fixtures" / "tensorflow_playground.json").read_text())
CIRCLE, XOR = FIXTURE[0], FIXTURE[3]


def test_a_pasted_link_shows_the_losses_of_tensorflow_playground(visit: Visit) -> None:
    page = visit("/")
    page.get_by_label(LABEL).fill(HOST + "#" + CIRCLE["hash"])
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("**/compare?tfp=**")
    expect_losses(page, CIRCLE, 100)
    expect_losses(page, CIRCLE, 10)


def test_a_link_goes_out_and_in_again(visit: Visit) -> None:
    page = visit(f"/compare?tfp={quote(HOST + '#' + XOR['hash'], safe='')}")
    expect_losses(page, XOR, 50)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_role("link", name="Open A in TensorFlow Playground")
    expect(link).to_have_attribute("target", "_blank")
    there = link.get_attribute("href")
    assert there and there.startswith(HOST + "#")
    page = visit(f"/compare?tfp={quote(there, safe='')}")
    expect_losses(page, XOR, 50)


def test_what_a_link_hides_is_not_on_the_screen(visit: Visit) -> None:
    hidden = "".join(f"&{name}_hide=true" for name in ("learningRate", "noise", "dataset", "resetButton", "playButton"))
    page = visit(f"/compare?tfp={quote(HOST + '#' + XOR['hash'] + hidden, safe='')}")
    a = expect_finished(page)
    expect(page.get_by_text("Batch size", exact=True)).to_be_visible()
    for label in ("Learning rate", "Noise (%)", re.compile("^Data set")):
        expect(page.get_by_test_id("stSidebar").get_by_text(label, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Stop").click()  # of B, which would take a while
    for name in ("Stop", "New seed", "Reset", "Play", "Pause"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(a.get_by_role("slider").first).to_be_visible()


def expect_finished(page: Page) -> Locator:
    """The stage, once A is trained."""
    stage = page.get_by_test_id("stage")
    expect_stage(page, stateA="finished")
    return stage


def expect_losses(page: Page, fixture: dict[str, Any], epoch: int) -> None:
    """A's losses at an epoch, as the stage writes them: three digits."""
    stage = expect_finished(page)
    frame = schedule(EPOCHS).index(epoch)
    stage.get_by_role("slider", name="Epoch").fill(str(frame))
    _, train, test = next(row for row in fixture["loss"] if row[0] == epoch)
    said = re.compile(rf"at epoch {epoch}\. A, NumPy.*?training loss {train:.3g}, test loss {test:.3g}\.")
    expect(stage.get_by_role("application")).to_have_attribute("aria-label", said)
