"""For tests in a browser: a running Tandem with the stage set, a Chromium, and pages of each of the cast."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.running import Installation

PATIENCE = 30_000  # ms; a page on a busy machine
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def tandem() -> Iterator[Installation]:
    """One for all browser tests of this process; of cases there are only those that tests report."""
    with Installation(TANDEM_FETCH_ALLOW="127.0.0.1") as running:
        running.tokens = json.loads(running.django("story_set_the_stage"))
        yield running


# Not for the whole session: while Playwright runs, no other test of this process could use asyncio or Django's database.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "There is no Chromium; bin/browser gets one."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", "--disable-dev-shm-usage"])
        yield running
        running.close()


@pytest.fixture
def page_of(tandem: Installation, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser of their own with this person signed in: `page_of("sam")`; of a stranger: `page_of()`.

    A script of a page that breaks fails the test: the page would work without it, and nobody would notice.
    """
    opened, broken = [], []

    def open_page(name: str = "", **options: object) -> Page:
        context = browser.new_context(base_url=tandem.url, **options)
        opened.append(context)
        context.on("weberror", lambda error: broken.append(f"{error.page and error.page.url}: {error.error}"))
        page = context.new_page()
        if name:
            page.goto(f"/demo/in/{name}/")
            page.locator("button[name=who]").click()
        return page

    yield open_page
    for context in opened:
        context.close()
    assert broken == []


@pytest.fixture(scope="module")
def api_of(tandem: Installation) -> Iterator[Callable[[str], httpx.Client]]:
    """The API as this person's program sees it: `api_of("sam").post("cases/1/attempts", json={…})`. Fails unless 2xx."""
    opened: dict[str, httpx.Client] = {}

    def client_of(name: str) -> httpx.Client:
        if name not in opened:
            opened[name] = httpx.Client(
                base_url=f"{tandem.url}/api/v1/",
                headers={"authorization": f"Bearer {tandem.tokens[name]}"},
                event_hooks={"response": [_refuse_nothing]},
                timeout=30,
            )
        return opened[name]

    yield client_of
    for client in opened.values():
        client.close()


def _refuse_nothing(answer: httpx.Response) -> None:
    if answer.is_error:
        answer.read()
        raise AssertionError(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
