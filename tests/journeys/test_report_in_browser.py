"""Ana begins a report in one browser and finishes it in another, and corrects what we understood; Northwind's own page shows our form."""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests import scenes

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).parents[2] / "var" / "screens"
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one pixel
)
PASTE = """(content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }))
    document.querySelector("[name=body]").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }))
}"""


def test_ana_begins_in_one_browser_and_finishes_in_another(api_of, page_of):
    scenes.published(api_of)
    first: Page = page_of("ana")
    first.goto("/portal/report/")
    first.get_by_label("What does not work?").fill("The export stops at row 10,000")
    expect(first.locator("#suggestions")).to_contain_text("Is it one of these?")
    first.get_by_label("Web application").check()
    first.get_by_label("an error message").check()
    expect(first.locator("[name=error]")).to_be_visible()
    expect(first.get_by_label("an error message")).to_be_checked()
    first.locator("[name=error]").fill("E42: the page is stale")
    first.evaluate(PASTE, PICTURE)
    expect(first.locator("#report-draft")).to_contain_text("screenshot-")
    expect(first.locator("p[data-saved]")).to_be_visible()
    first.screenshot(path=SCREENS / "report-begun.png", full_page=True)

    other: Page = page_of("ana")
    other.goto("/portal/report/")
    expect(other.get_by_label("What does not work?")).to_have_value("The export stops at row 10,000")
    expect(other.locator("[name=error]")).to_have_value("E42: the page is stale")
    expect(other.locator("#report-draft")).to_contain_text("screenshot-")
    other.locator("[name=body]").fill("Since this morning, whatever I click.")
    other.locator("[name=version]").fill("4.1")
    other.locator("[name=environment]").select_option(label="production")
    other.get_by_role("button", name="Send the report").click()
    expect(other).to_have_url(re.compile(r"/portal/cases/\d+/"))
    number = other.url.rstrip("/").rsplit("/", 1)[1]

    sam: Page = page_of("sam")
    sam.goto(f"/desk/cases/{number}/?open=facts")
    expect(sam.locator("body")).to_contain_text("They see 4.1, the server runs 4.3: a cached page?", timeout=30_000)


@pytest.fixture
def releases() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """A system of the company's that knows what runs where: its address, what it was asked, and what it answers."""
    asked: list[str] = []
    told = {"version": "4.3", "build": "20261"}

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked, told
    server.shutdown()


def test_ana_corrects_what_we_read_back_and_what_depended_on_it_runs_again(api_of, page_of, releases):
    address, asked, told = releases
    pointers = {"version": "/version", "build": "/build"}
    service = {"name": "Releases", "url": f"{address}/runs/{{account.slug}}", "pointers": pointers}
    api_of("ada").post("collectors", json={**service, "secret": "between us"})
    ana: Page = page_of("ana")
    ana.goto("/portal/report/?realm=web")
    ana.locator("[name=title]").fill("The dashboard stays grey")
    ana.locator("[name=body]").fill("Since this morning, for everybody.")
    ana.locator("[name=version]").fill("4.1")
    ana.locator("[name=browser]").fill("Firefox")
    ana.locator("[name=environment]").select_option(label="production")
    ana.get_by_role("button", name="Send the report").click()
    expect(ana).to_have_url(re.compile(r"/portal/cases/\d+/"))
    number = ana.url.rstrip("/").rsplit("/", 1)[1]

    sam: Page = page_of("sam")
    sam.goto(f"/desk/cases/{number}/?open=readback")
    facts = sam.locator("#panel-facts")
    amber = facts.locator("tbody.doubtful")
    expect(amber.filter(has_text="They see 4.1, the server runs 4.3: a cached page?")).to_be_visible(timeout=30_000)
    expect(amber.filter(has_text=re.compile("They say Firefox, the report came from .*Chrom"))).to_be_visible()
    expect(facts).to_contain_text("20261", timeout=30_000)
    sam.screenshot(path=SCREENS / "contradiction.png", full_page=True)
    sam.get_by_role("button", name="Read back to Ana").click()
    expect(sam.locator("#panel-readback")).to_contain_text("waiting")

    told.update(version="4.3.1", build="20277")
    ana.goto(f"/portal/cases/{number}/")
    lines = ana.locator("#card-readback .read-back > li")
    for line in lines.all():
        line.locator("label.right").click()
    version = lines.filter(has_text="Product version")
    version.locator("label.wrong").click()
    version.locator(".correction input").fill("4.3")
    ana.screenshot(path=SCREENS / "correction.png", full_page=True)
    ana.locator("#card-readback").get_by_role("button", name="Send").click()
    expect(ana.locator("#card-readback")).to_contain_text("You checked this")

    expect(facts).to_contain_text("20277", timeout=30_000)
    expect(facts).to_contain_text("4.3.1")
    expect(amber.filter(has_text="They see 4.1")).to_have_count(0)
    expect(facts).to_contain_text("1 line corrected")
    assert asked == ["/runs/northwind", "/runs/northwind"]


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


def test_what_ana_types_while_the_questions_are_asked_anew_stays(page_of):
    ana: Page = page_of("ana")
    ana.goto("/portal/report/?realm=web")
    on_their_way: list[Route] = []
    ana.route("**/questions/", lambda route: on_their_way.append(route))

    ana.locator("[name=version]").fill("4.1")
    with ana.expect_request("**/questions/"):
        ana.locator("[name=version]").blur()
    ana.locator("[name=browser]").fill("Firefox")
    ana.evaluate("document.addEventListener('htmx:afterSettle', () => (document.title = 'settled'))")
    on_their_way[0].continue_()

    expect(ana).to_have_title("settled")
    expect(ana.locator("[name=browser]")).to_have_value("Firefox")
    expect(ana.locator("[name=browser]")).to_be_focused()
    expect(ana.locator("[name=version]")).to_have_value("4.1")
