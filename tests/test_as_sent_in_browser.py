"""Every payload we know, in a real browser: in the frame, alone, as text and as markdown; nothing runs, nothing is asked of us."""

import re
import smtplib
from base64 import b64decode
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from tandem.kit import as_sent, html
from tandem.kit.tests.payloads import ACTS
from tests.running import eventually
from tests.test_files_in_browser import PIXEL

pytestmark = pytest.mark.browser
EVERY = [act for acts in ACTS.values() for act in acts]
SHOWN = re.compile(r"/mail/[0-9a-z-]+/(picture/\d+)?$|/static/kit/css/mail\.css$|/mark\.svg$|/favicon\.ico$")


def letter(to: str, number: int) -> EmailMessage:
    """One mail with all of them, a screenshot pasted in, and a picture from elsewhere."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@northwind.example", to, f"Export stops ({number})"
    mail["Message-ID"] = f"<hostile-{number}@northwind.example>"
    mail.set_content("It stops here, see the picture.")
    shown = (
        '<h2>It stops here</h2><img src="cid:shot" alt="The end"><img src="https://else.example/pixel.gif" alt="far">'
    )
    link = '<p><a href="https://docs.example/">the docs</a></p>'
    mail.add_alternative(shown + link + "<hr>".join(EVERY), "html")
    mail.get_payload()[1].add_related(b64decode(PIXEL), "image", "png", cid="<shot>")
    return mail


@pytest.fixture(scope="module")
def number(tandem, api_of) -> int:
    with smtplib.SMTP("127.0.0.1", tandem.mail_port) as server:
        server.send_message(letter("support@tandem.example", 1), to_addrs=["support@tandem.example"])

    def opened() -> int:
        """The mail has become a case."""
        cases = api_of("sam").get("cases").json()["items"]
        return next((case["number"] for case in cases if "Export stops (1)" in case["title"]), 0)

    return eventually(opened)


class Watch:
    """What a page does that it should not: dialogs, words on the console, errors, requests."""

    def __init__(self, page: Page) -> None:
        self.page, self.seen, self.asked = page, [], []
        page.context.on("dialog", lambda dialog: (self.seen.append(dialog.message), dialog.dismiss()))
        page.context.on("console", lambda said: self.seen.append(said.text) if "alert" in said.text else None)
        page.context.on("request", lambda request: self.asked.append((request.url, request.frame)))

    def of_us(self, *, but_by: Frame | None = None) -> list[str]:
        """What was asked of our own server, but for what the frame is made of, and by that frame."""
        host = urlsplit(self.page.url).netloc
        asked = [url for url, frame in self.asked if frame != but_by and urlsplit(url).netloc == host]
        return [url for url in asked if not SHOWN.search(urlsplit(url).path)]


@pytest.mark.parametrize(("who", "path"), [("sam", "/desk/cases/{}/messages/"), ("ana", "/portal/cases/{}/")])
def test_the_mail_is_seen_as_it_was_sent_and_does_nothing(number, page_of, who, path):
    page = page_of(who)
    page.goto(path.format(number))
    watch = Watch(page)

    page.get_by_text("Show as it was sent").click()

    frame = page.frame_locator(".as-sent iframe")
    expect(frame.locator("h2")).to_have_text("It stops here")
    picture = frame.get_by_alt_text("The end")
    eventually(lambda: picture.evaluate("image => image.complete && image.naturalWidth"))
    assert not [url for url, _frame in watch.asked if "else.example" in url or "evil.example" in url]
    assert not watch.of_us(but_by=page.main_frame)
    assert watch.seen == []
    acting = "script, style, form, iframe, svg, math, [style], [id], [name], [class]"
    assert frame.locator("main").locator(acting).count() == 0


def test_on_a_page_of_its_own_it_may_do_as_little(number, page_of):
    page = page_of("ana")
    page.goto(f"/portal/cases/{number}/")
    address = page.locator(".as-sent iframe").get_attribute("src")
    alone = page.context.new_page()
    watch = Watch(alone)

    alone.goto(address)

    expect(alone.locator("h2")).to_have_text("It stops here")
    assert alone.evaluate("window.origin") == "null"
    assert not watch.of_us()
    assert watch.seen == []


def test_pictures_from_elsewhere_come_when_asked_for_and_links_open_elsewhere(number, page_of):
    page = page_of("ana")
    page.context.route("https://else.example/**", lambda route: route.fulfill(status=204))
    page.context.route(
        "https://docs.example/**", lambda route: route.fulfill(body="<h1>Docs</h1>", content_type="text/html")
    )
    page.goto(f"/portal/cases/{number}/")
    page.get_by_text("Show as it was sent").click()
    frame = page.frame_locator(".as-sent iframe")

    with page.expect_request("https://else.example/pixel.gif") as asked:
        frame.get_by_role("link", name="Show them").click()
    assert "referer" not in asked.value.headers

    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="the docs").click()
    expect(opened.value.locator("h1")).to_have_text("Docs")
    assert opened.value.evaluate("[window.opener, document.referrer]") == [None, ""]
    expect(page).to_have_url(re.compile("/portal/cases/"))


def test_without_javascript_it_is_there_too(number, page_of):
    page = page_of("ana", java_script_enabled=False)
    page.goto(f"/portal/cases/{number}/")
    page.get_by_text("Show as it was sent").click()

    expect(page.frame_locator(".as-sent iframe").locator("h2")).to_have_text("It stops here")
    expect(page.get_by_role("link", name="On a page of its own")).to_be_visible()


@pytest.mark.parametrize(("who", "path"), [("sam", "/desk/cases/{}/messages/"), ("ana", "/portal/cases/{}/")])
def test_what_programs_say_is_text(api_of, page_of, who, path):
    told = {"title": EVERY[4], "body": "\n\n".join(EVERY)}
    number = api_of("ana").post("cases", json=told).json()["number"]
    page = page_of(who)
    watch = Watch(page)

    page.goto(path.format(number))

    expect(page.locator(".said").first).to_contain_text("<script>alert(1)</script>")
    page.wait_for_load_state("load")
    assert watch.seen == []
    assert not [
        url for url, _frame in watch.asked if "evil.example" in url or "/leak" in url or url.endswith(("/x", "/y"))
    ]


def test_no_payload_runs_where_text_becomes_markup(tandem, page_of):
    """Without any policy that would stop it: what is left of each is harmless by itself."""
    page = page_of()
    page.goto("/sign-in/")  # a page that hears nothing live: it would ask for that anew while we watch
    watch = Watch(page)
    page.route("**/bare/", lambda route: route.fulfill(body=bare, content_type="text/html"))
    makers = [
        html.sanitize,
        html.linkify,
        html.markdown,
        lambda told: as_sent.clean(told, pictures={"shot": 1}, but_not_from=[]),
    ]

    for make in makers:
        bare = "<!doctype html><meta charset=utf-8><body>" + "<hr>".join(str(make(act)) for act in EVERY)
        page.goto("/bare/")
        page.wait_for_load_state("networkidle")
        page.evaluate("document.body.innerHTML = document.body.innerHTML")

    ours = [url for url in watch.of_us() if not url.endswith(("/bare/", "/bare/picture/1"))]
    assert (ours, watch.seen) == ([], [])
    assert page.locator("[id], [name], [style], [class]").count() == 0
