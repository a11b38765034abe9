"""What was tried, in Chromium: a run at rest gets its final verdict, and a button opens what helps as B."""

from urllib.parse import urlencode

from playwright.sync_api import expect

from core.experiment import Experiment, beside, changed
from core.link import Pair, from_query, query_of, to_query
from core.remedies import label, tried
from core.training import train
from tests.browser.conftest import Visit
from tests.browser.test_compare import expect_finished

STUCK = changed(Experiment(), dataset="xor")


def test_a_button_opens_what_helps_as_b_and_back_leads_back(visit: Visit) -> None:
    found = tried(train(STUCK))
    best = found.outcomes[0]
    page = visit(f"/compare?{urlencode(to_query(Pair(STUCK, beside(STUCK, engine='sklearn'))))}")
    expect(page.get_by_text(found.diagnosis.sentence)).to_be_visible()
    page.get_by_role("button", name=label(best)).click()
    page.wait_for_url("**&b.hidden=*")
    expect_finished(page)
    pair = from_query(query_of(page.url))[0]
    assert (pair.a, pair.b) == (STUCK, best.remedy.experiment)
    page.go_back()
    expect(page.get_by_role("button", name=label(best))).to_be_visible()
