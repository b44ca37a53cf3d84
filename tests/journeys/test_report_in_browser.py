"""A report without JavaScript; Northwind's own page shows our form."""

import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).parents[2] / "var" / "screens"


def test_it_works_without_javascript(page_of):
    page: Page = page_of("ana", java_script_enabled=False)
    page.goto("/portal/report/?realm=api")
    page.locator("[name=title]").fill("Calls are refused")
    page.locator("[name=body]").fill("With 503, since noon.")
    page.locator("[name=endpoint]").fill("GET /api/v1/exports")
    page.locator("[name=status]").fill("503")
    page.get_by_role("button", name="Send the report").click()

    expect(page.locator("main")).to_contain_text("we have a few more questions")
    page.locator("[name=request_id]").fill("r-1")
    page.get_by_role("button", name="Send the report").click()

    expect(page).to_have_url(re.compile(r"/portal/cases/\d+/"))


@pytest.fixture
def host() -> Iterator[tuple[str, dict[str, str]]]:
    """A page of Northwind's own product at another origin, and what it is to say."""
    page: dict[str, str] = {"html": ""}

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page["html"].encode())

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", page
    server.shutdown()


def test_a_page_of_northwind_shows_our_form_and_signs_for_ana(tandem, host, page_of):
    address, page = host
    public, context = issued(page_of("ada"), address)
    page["html"] = (
        f"<h1>Our product</h1><script src='{tandem.url}/widget.js' data-key='{public}' data-context='{context}'></script>"
    )
    visitor: Page = page_of()
    visitor.goto(address)

    visitor.get_by_role("button", name="Report a problem").click()
    frame = visitor.frame_locator("iframe")
    expect(frame.locator("#report")).to_contain_text("You write as Ana Lima, ana@northwind.example.")
    frame.locator("[name=title]").fill("The chart is empty")
    frame.locator("[name=body]").fill("It was full yesterday.")
    visitor.screenshot(path=SCREENS / "widget.png")
    frame.get_by_role("button", name="Send the report").click()

    expect(frame.locator("main")).to_contain_text("We have it as case")


def issued(ada: Page, address: str) -> tuple[str, str]:
    """A key for these pages, as Ada makes it, and a context as Northwind's server signs it."""
    from tandem.kit import clock
    from tandem.submit import passes

    ada.goto("/desk/widgets/")
    ada.locator("[name=account]").select_option(label="Northwind Analytics")
    ada.locator("[name=name]").fill("product")
    ada.locator("[name=hosts]").fill(address)
    ada.get_by_role("button", name="Make a key").click()
    told = ada.locator(".note").inner_text()
    public = re.search(r'data-key="([^"]+)"', told)
    secret = re.search(r"\b[0-9a-f]{64}\b", told)
    assert public
    assert secret
    claims: dict[str, object] = {"aud": "tandem-report", "sub": "ana@northwind.example", "name": "Ana Lima"}
    claims |= {"jti": "from-the-test", "exp": int(clock.now().timestamp()) + 600}
    return public[1], passes.sign(claims, secret[0])
