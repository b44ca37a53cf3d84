"""What a first visit costs: bytes over the line, and nothing that moves under the reader's eyes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser

LIGHT = 150_000  # bytes, compressed, with all the page needs
PAGES = {
    "now": ("sam", "/desk/"),
    "queue": ("sam", "/desk/queue/"),
    "triage": ("sam", "/desk/triage/"),
    "case": ("sam", "/desk/cases/{case}/"),
    "search": ("sam", "/desk/search/?q=export"),
    "escalation": ("erin", "/desk/escalations/{escalation}/"),
    "portal": ("ana", "/portal/"),
    "portal-case": ("ana", "/portal/cases/{case}/"),
    "report": ("ana", "/portal/report/"),
}
# Moves that the reader did not cause, from the first moment on.
WATCH = """
window.moved = []
new PerformanceObserver((list) => {
  for (const move of list.getEntries()) if (!move.hadRecentInput) window.moved.push(move.value)
}).observe({ type: "layout-shift", buffered: true })
"""


@pytest.fixture(scope="module")
def scene(api_of) -> dict[str, int]:
    case, escalation = scenes.escalated(api_of)
    return {"case": case, "escalation": escalation}


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_is_light_and_nothing_moves(name, scene, page_of):
    who, address = PAGES[name]
    page = page_of(who)
    page.goto("about:blank")  # what the sign-in still loads is not this page's
    page.add_init_script(WATCH)
    # What others do meanwhile is not the first visit's: while the scene's last acts are still being told of, its panels come anew.
    page.route("**/live/**", lambda asked: asked.abort())
    weighed = _weigh(page)

    page.goto(address.format(**scene))
    page.wait_for_load_state("load")
    expect(page.locator("main")).to_be_visible()
    page.evaluate(
        "document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))"
    )

    assert weighed() <= LIGHT
    assert page.evaluate("window.moved.reduce((sum, move) => sum + move, 0)") < 0.01


def _weigh(page: Page) -> Callable[[], int]:
    """What came over the line since, without what a browser kept: this one has seen nothing of us but the sign-in."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    return lambda: sum(sizes)
