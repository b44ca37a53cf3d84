"""Files chosen, dropped and pasted, on the desk and on the portal: each seen before it travels, and there afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p4ZyCwAAAABJRU5ErkJggg=="
GIVE = """(form, [kind, name, picture]) => {
    const held = new DataTransfer()
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))
    held.items.add(new File([bytes], name, { type: "image/png" }))
    const options = { bubbles: true, cancelable: true }
    const event = kind === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: held })
                                   : new DragEvent(kind, { ...options, dataTransfer: held })
    form.querySelector("textarea").dispatchEvent(event)
}"""


@pytest.fixture(scope="module")
def number(api_of) -> int:
    return scenes.judged(api_of)


def give(form, kind: str, name: str) -> None:
    form.evaluate(GIVE, [kind, name, PIXEL])


def log(name: str, size: int = 20) -> dict:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def begun(page: Page, form: str):
    page.locator(form).locator("textarea").fill("Here is what I see.")
    return page.locator(form)


@pytest.mark.parametrize(
    ("who", "path", "form", "shown"),
    [
        ("sam", "/desk/cases/{}/", "#composer", "#panel-conversation"),
        ("ana", "/portal/cases/{}/", "#card-message form", "#card-message"),
    ],
)
def test_files_are_chosen_dropped_and_pasted_and_then_they_are_there(number, page_of, who, path, form, shown):
    page = page_of(who)
    page.goto(path.format(number))
    form = begun(page, form)

    form.locator("[type=file]").set_input_files([log(f"{who}-run.log"), log("wrong.log")])
    give(form, "drop", f"{who}-drawn.png")
    give(form, "paste", "image.png")

    names = form.locator(".chosen li span")
    expect(names).to_have_text(
        [f"{who}-run.log", "wrong.log", f"{who}-drawn.png", re.compile(r"screenshot-[\d-]+\.png")]
    )
    form.get_by_role("button", name="Leave out wrong.log").click()
    form.locator("button:not([type=button], [formaction])").click()

    there = page.locator(shown).locator(".msg").last
    expect(there).to_contain_text(f"{who}-run.log")
    expect(there).to_contain_text(f"{who}-drawn.png")
    expect(there).not_to_contain_text("wrong.log")
    expect(page.locator(".chosen")).to_have_count(0)


def test_sam_keeps_files_with_his_draft_by_a_button_and_is_told_so(number, page_of):
    sam = page_of("sam")
    sam.goto(f"/desk/cases/{number}/")
    form = begun(sam, "#composer")
    form.locator("[type=file]").set_input_files([log("later.log")])
    expect(form.locator(".attach")).to_contain_text("To keep them with the draft")

    form.get_by_role("button", name="Keep for later").click()
    expect(form.locator("label:has([name=kept])")).to_have_text("later.log")
    expect(form.locator(".loose")).to_have_count(0)
    form.locator("textarea").focus()
    form.get_by_role("button", name="Discard").click()
    expect(form.locator("textarea")).to_have_value("")


def test_too_much_is_said_before_it_is_sent(number, page_of):
    page = page_of("ana")
    page.route("**/live/**", lambda route: route.abort())  # the limit stays as it is set below
    page.goto(f"/portal/cases/{number}/")
    form = begun(page, "#card-message form")

    form.locator("[type=file]").evaluate("field => field.dataset.largest = 1000")
    form.locator("[type=file]").set_input_files([log("small.log"), log("large.log", 1001)])

    expect(page.locator("#flash")).to_contain_text("“large.log” is larger than")
    expect(form.locator(".chosen li span")).to_have_text(["small.log"])


def test_a_report_that_is_refused_keeps_its_words_and_its_files(page_of):
    page = page_of("ana")
    page.goto("/portal/report/")
    page.locator("[name=title]").fill("The export stops")
    page.locator("[name=body]").fill("At row 10,000.")
    page.locator("form [type=file]").set_input_files([log("run.log")])
    page.locator("[name=title]").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(201) }"
    )

    page.get_by_role("button", name="Send the report").click()

    expect(page.locator(".wrongs")).to_be_visible()
    expect(page.get_by_role("list", name="Files that go with it")).to_contain_text("run.log")
    page.locator("[name=title]").fill("The export stops early")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("h1")).to_have_text("The export stops early")
    expect(page.locator("#card-message")).to_contain_text("run.log")


def test_while_it_travels_one_sees_how_far_it_is(number, page_of):
    page = page_of("ana")
    page.goto(f"/portal/cases/{number}/")
    form = begun(page, "#card-message form")
    form.locator("[type=file]").set_input_files([log("big.log", 3_000_000)])

    page.evaluate(
        """() => {
            window.seen = []
            const note = () => window.seen.push(document.querySelector(".attach progress")?.max)
            document.addEventListener("htmx:xhr:progress", note)
        }"""
    )

    form.locator("button:not([type=button], [formaction])").click()

    expect(page.locator("#card-message .msg").last).to_contain_text("big.log")
    assert max(size or 0 for size in page.evaluate("window.seen")) > 3_000_000
