"""How long a page takes to show what a key did, in a real Chromium on a processor four times as slow.

What browsers call interaction to next paint: from the key to the frame that shows its effect, by their own clock.

python -m bench.paint
"""

import json
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, sync_playwright

from tests import chromium, scenes
from tests.running import Installation

SLOWER = 4
GOOD = 200  # ms
WATCH = """
window.slow = []
new PerformanceObserver((list) => {
  for (const event of list.getEntries()) if (event.interactionId) window.slow.push([event.name, event.duration])
}).observe({ type: "event", durationThreshold: 16, buffered: true })
"""


def main() -> None:
    path = chromium.find()
    with Installation() as tandem, sync_playwright() as playwright:
        tokens = json.loads(tandem.django("story_set_the_stage"))
        number = _stage(tandem, tokens)
        browser = playwright.chromium.launch(executable_path=path)
        page = browser.new_context(base_url=tandem.url, viewport={"width": 1440, "height": 900}).new_page()
        page.goto("/demo/in/sam/")
        page.locator("button[name=who]").click()
        page.add_init_script(WATCH)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for name, address, act in ACTS:
            print(f"{name:34}{_slowest(page, address.format(number=number), act):>8.0f} ms of {GOOD}", flush=True)
        browser.close()


def _stage(tandem: Installation, tokens: dict[str, str]) -> int:
    clients = {
        name: httpx.Client(base_url=f"{tandem.url}/api/v1/", headers={"Authorization": f"Bearer {token}"}, timeout=60)
        for name, token in tokens.items()
    }
    for nth in range(40):
        scenes.reported(clients.__getitem__, title=f"Export {nth} stops")
    return scenes.investigated(clients.__getitem__)


def _slowest(page: Page, address: str, act: Callable[[Page], None]) -> float:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.slow.length = 0")
    act(page)
    page.wait_for_timeout(1500)  # the browser tells of an event after its frame
    return max((duration for _name, duration in page.evaluate("window.slow")), default=0)


def _keys(*keys: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return press


def _words(*first: str) -> Callable[[Page], None]:
    def write(page: Page) -> None:
        _keys(*first)(page)
        page.keyboard.type("The export stops again.", delay=60)

    return write


ACTS = [
    ("queue: walk and choose", "/desk/queue/", _keys("j", "j", "x", "j", "x", "k")),
    ("queue: look into cases", "/desk/queue/", _keys("p", "j", "j", "Escape")),
    ("queue: ask", "/desk/queue/", _words("/")),
    ("case: write an answer", "/desk/cases/{number}/", _words("r")),
    ("case: open panels", "/desk/cases/{number}/", _keys("a", "Escape", "e")),
    ("palette", "/desk/", _words("Control+k")),
    ("search", "/desk/search/", _words("/")),
    ("triage: judge", "/desk/triage/", _keys("4", "u", "5")),
]

if __name__ == "__main__":
    main()
