"""Every address × every person of the cast, on Ana's case: who comes in, who does not, and that a refusal changes nothing."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Event
from tandem.kit import clock, files
from tandem.kit.mailbox import Mailbox as Person
from tests.doors import ERIN, EVERYBODY, PAGES, SAM, Door

SIGN_IN = "/sign-in/"
OPEN = Door(EVERYBODY, EVERYBODY)
WORK = ("accounts", "cases", "components", "escalations", "notices", "queue", "search", "triage")
AT_WORK = re.compile(rf"/desk/($|({'|'.join(WORK)})/)")
LED_TO = re.compile(r'<a [^>]*?href="(/[^"?#]*)')
ACTED_ON = re.compile(
    r'<form (?=[^>]*method="post")[^>]*?action="(/[^"?#]*)|(?:formaction|hx-post|hx-delete)="(/[^"?#]*)'
)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p4ZyCwAAAABJRU5ErkJggg=="
)


def addresses(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.namespace != "api-1":
            yield from addresses(pattern.url_patterns)


class World:
    """Ana's case with one of everything an address can name."""

    def __init__(self, case: Any, ana: Any, sam: Any, erin: Any, ada: Any, platform: Any) -> None:
        from tandem.automate.models import Macro, Rule, Run
        from tandem.clocks.models import Calendar, Policy
        from tandem.clocks.worktime import ALWAYS, Hours
        from tandem.communicate.models import Template
        from tandem.customers.models import Contact
        from tandem.intake.models import Collector
        from tandem.learn.models import Article
        from tandem.notify.letters import less_link
        from tandem.notify.models import Notice
        from tandem.organize.models import Field, TaskList
        from tandem.queue.models import SavedView
        from tandem.shifts.models import HandOver
        from tandem.shifts.models.handover import Leaving
        from tandem.signals.models import Alert, Component, Hook
        from tandem.status.models import Publication
        from tandem.submit.models import Draft, Mailbox, MailingList, ReportTemplate, Submission, Unconfirmed, WidgetKey
        from tandem.writing.models import Typed

        self.case = case
        self.ana = case.participants.get(user=ana)
        self.follower = case.participants.join(Contact.objects.meet("bo@northwind.example").user, by=ana)
        self.message = case.messages.write("The log of the run.", by=ana, audience=Audience.CUSTOMER)
        self.attachment = self.message.attachments.keep(files.store([b"a line\n"], name="run.log"))
        self.colleague, self.contact = erin, ana.contact
        self.template, self.team = Template.objects.write(name="Hello", body="Hello.", by=ada), platform
        self.planned = case.planned_updates.plan("Tomorrow.", by=sam, leaves_at=clock.now() + timedelta(days=1))
        self.secret = case.messages.write("password: hunter2!", by=ana, audience=Audience.CUSTOMER).secrets.get()
        self.drawn = case.messages.write(
            "Look.", by=ana, audience=Audience.CUSTOMER, html="<p>Look.", files=[files.store([PIXEL], name="shot.png")]
        )
        self.drawn.attachments.get().previews.draw()
        self.question = case.questions.ask("Which browser?", by=sam)
        case.readbacks.share(by=sam)
        self.hypothesis = case.hypotheses.propose("Stale statistics", by=sam)
        self.attempt = case.attempts.note("Rebuilt the index", outcome="no_effect", by=sam)
        self.workaround = case.workarounds.offer("By week", by=sam, expires_at=clock.now() + timedelta(days=3))
        self.component = Component.objects.create(name="Exports", slug="exports")
        self.dependency = case.environment.dependencies.create(component=self.component)
        self.alert = Alert.objects.hear(
            source="test",
            fingerprint="f",
            starts_at=clock.now(),
            ends_at=None,
            labels={"component": "exports"},
            annotations={},
        )
        self.hook, _secret = Hook.objects.issue(name="monitoring", by=ada)
        self.reading = case.readings.create(message=self.message, answers={str(self.question.pk): "Firefox"}, doubt="?")
        self.collector = Collector.objects.set_up(by=ada, name="Billing", url="https://billing.example/", pointers={})
        hold = case.holds.ask(by=sam)
        self.snapshot = hold.looks.create(
            case=case, state="found", ended_at=clock.now(), digest="0", kept=b"{}", collector=self.collector
        )
        self.publication = Publication.objects.create(component=self.component, state="slow", words="Exports are late.")
        self.submission = Submission.objects.create(channel="mail", raw=b"From: x", state="quarantined")
        reached = {"host": "imap.example", "username": "support", "auth": "google", "client_id": "tandem"}
        self.mailbox = Mailbox.objects.set_up(by=ada, name="Support", address="support@tandem.example", **reached)
        same, other = (Case.objects.open_for(ana, title=title) for title in ("The same", "Another"))
        self.merge = same.merges.join_to(case, by=sam)
        self.move = case.moves.split([case.messages.write("And?", by=ana, audience=Audience.CUSTOMER)], by=sam)
        self.link = case.links.link_to(other, by=sam)
        doings = [{"act": "note", "with": {"text": "Their month ends."}}]
        self.run = Run.objects.do([case], doings, by=sam)
        self.macro = Macro.objects.write(name="Month's end", acts=doings, by=ada)
        self.rule = Rule.objects.write(name="Month's end", when="message.received", acts=doings, by=ada)
        self.rehearsal = self.rule.current.rehearsals.begin(by=ada)
        [self.proposal] = case.proposals.make([Person("Joe", "joe@northwind.example")], message=self.message)

        self.tagging = case.taggings.put_on("data-loss", by=ada)
        self.tag = self.tagging.tag
        self.tag_merge = type(self.tag).objects.make("rows-gone", by=ada).merge_into(self.tag, by=ada)

        case.snoozes.put_off(by=sam, on="customer")
        self.task = case.tasks.plan("Check the backup", by=sam)
        self.task_list = TaskList.objects.write("Data loss", by=ada, body="Stop the writer")
        self.child = Case.objects.open_for(ana, title="The weekly one").links.link_to(case, kind="child_of", by=sam)
        self.field = Field.objects.write("plan", by=ada, label="Plan", kind="text")
        self.escalation = case.escalations.raise_to(platform, by=sam, asking="Why does it stop?")
        self.article = Article.objects.draft_from(case, by=sam)
        self.article.publish(by=sam, names_are_harmless=True)
        self.submission = Submission.objects.accept_mail(b"From: x", sender="", recipients=["support@tandem.example"])

        self.assessment = case.assessments.judge(impact=3, urgency=3, by=sam)
        self.correction = case.time_corrections.correct(sam, minutes=5, why="A call", by=sam)
        self.handover = HandOver.objects.offer([Leaving(other)], to=erin, by=sam)
        case.waits.begin(words="The cloud provider", by=sam)
        self.calendar = Calendar.objects.write(name="Day and night", hours=Hours("UTC", ALWAYS), by=ada)
        self.policy = Policy.objects.write(
            name="Standard", of="case", calendar=self.calendar, targets={"resolution": {0: 3600}}, by=ada
        )
        self.mailing_list = MailingList.objects.create(list_id="help.tandem.example", let_in_by=sam)

        self.begun = case.drafts.keep(Typed("We found"), by=sam).draft
        draft = Draft.objects.keep({"title": "Exports st"}, by=ana, attached=[files.store([b"row"], name="row.txt")])
        self.draft_file = draft.draft_files.get()
        self.asked = ReportTemplate.objects.keep(ReportTemplate.objects.of("web"))
        self.told = Notice.objects.create(
            user=sam,
            case=case,
            event=case.events.first(),
            kind="note",
            reason="owner",
            at=clock.now(),
            desk=True,
            mail=False,
        )
        self.less = less_link(sam, "k.note").split("/")[-2]
        endpoint, where = "https://push.example/x", {"p256dh": "", "auth": "", "host": "push.example"}
        self.browser = sam.browsers.create(endpoint=endpoint, **where)
        self.widget_key = WidgetKey.objects.issue(case.account, name="app", hosts=["https://app.example"], by=ada)
        self.view = SavedView.objects.save_as("Late", text="is:late", by=sam, shared="all")
        self.deleted_view = SavedView.objects.save_as("Open", text="is:open", by=sam, shared="all")
        self.deleted_view.remove(by=sam)
        self.unconfirmed = Unconfirmed.objects.create(
            mail="new@example.com",
            template=self.asked,
            told={"title": "x", "body": "y", "realm": "web", "answers": {}, "facts": {}},
            mail_at=clock.now(),
        )

    def arguments(self, name: str, pattern: URLPattern) -> dict[str, Any]:
        named = {
            "number": self.case.number,
            "slug": "exports",
            "state": "slow",
            "key": self.field.key if name.startswith("own_field") else self.attachment.key,
        }
        named |= {"token": self.token(name), "name": "captured", "word": self.follower.word_to("stop")}
        named |= {"realm": "web", "version": self.asked.version, "provider": "postmark"}
        named |= {"public": self.widget_key.public, "of": "case", "place": 0, "kind": "waited"}
        named |= {"handed": self.handover.handed.get().pk}
        named |= {"at": clock.now().isoformat(), "keys": str(self.told.pk), "back": "kind.note.desk"}
        told = {word: named[word] for word in pattern.pattern.converters if word in named}
        if "pk" in pattern.pattern.converters:
            told["pk"] = self.noun(name).pk
        if name in ("demo_in", "hook_alertmanager_key"):
            told = {"name": "ana"} if name == "demo_in" else {"key": "wrong"}
        if name in ("help_article", "deflection"):
            told = {"slug": self.article.slug}
        if (name.startswith("account_") and "slug" in told) or name == "account":
            told["slug"] = self.case.account.slug
        if name == "less_link":
            told = {"word": self.less}
        return told | self.picture(name)

    def picture(self, name: str) -> dict[str, Any]:
        """What the addresses of a mail as it was sent, and of its pictures, are about."""
        word = self.drawn.frame_for(self.drawn.author).split("/")[2]
        about = {"as_sent": {"word": word}, "as_sent_picture": {"word": word, "nth": 1}}
        return {**about, "preview": {"key": self.drawn.attachments.get().key, "side": 320}}.get(name, {})

    def token(self, name: str) -> str:
        if name == "report_confirmation":
            return self.unconfirmed.link.rstrip("/").split("/")[-1]
        if not name.endswith("_link"):
            return ""
        participant = self.ana
        of = {"readback_link": self.case.readbacks.newest().pk}.get(name)
        return participant.link(name, of=of).rstrip("/").split("/")[-2]

    def noun(self, name: str) -> Any:
        for word in NOUNS:
            if name.startswith(word):
                return getattr(self, NOUNS[word])
        raise LookupError(f"Say in NOUNS which object “{name}” is about.")


NOUNS = {
    "account_leaving": "contact",
    "person": "colleague",
    "team": "team",
    "handover": "handover",
    "time_withdrawal": "correction",
    "triage_undo": "assessment",
    "saved_view_return": "deleted_view",
    "saved_view": "view",
    "calendar": "calendar",
    "policy": "policy",
    "task_act": "task",
    "task_list": "task_list",
    "child_removal": "child",
    "tag_removal": "tagging",
    "tag_settings": "tag",
    "tag_merge": "tag_merge",
    "draft_discard": "begun",
    "draft_return": "begun",
    "report_file": "draft_file",
    "widget_key": "widget_key",
    "raw_mail": "submission",
    "mailbox": "mailbox",
    "secret": "secret",
    "release": "submission",
    "mail_": "submission",
    "list_end": "mailing_list",
    "vouch": "submission",
    "proposal": "proposal",
    "rejection": "submission",
    "escalation": "escalation",
    "article": "article",
    "answer": "question",
    "question": "question",
    "attempt": "attempt",
    "hypothesis": "hypothesis",
    "workaround": "workaround",
    "dependency": "dependency",
    "alert": "alert",
    "hook": "hook",
    "collect": "collector",
    "reading": "reading",
    "snapshot": "snapshot",
    "publication": "publication",
    "participant": "ana",
    "planned": "planned",
    "unmerge": "merge",
    "move_undo": "move",
    "link": "link",
    "template": "template",
    "signature": "team",
    "run": "run",
    "notice": "told",
    "browser": "browser",
    "macro": "macro",
    "rule": "rule",
    "rehearsal": "rehearsal",
}


@pytest.fixture
def world(case, ana, sam, erin, ada, platform, mallorys_case, max):
    return World(case, ana, sam, erin, ada, platform)


def come_in(request: pytest.FixtureRequest, person: str) -> Client:
    browser = Client(raise_request_exception=True)
    if person != "anonymous":
        browser.force_login(request.getfixturevalue(person))
    return browser


def is_let_in(response: Any) -> bool:
    """The sign-in pages send each other around; that is their way of letting in."""
    if response.status_code in (301, 302):
        asked, sent = response.request["PATH_INFO"], response.headers["Location"]
        return asked.startswith(SIGN_IN) or not sent.startswith(SIGN_IN)
    return response.status_code not in (401, 403, 404, 405)


def knock(browser: Client, verb: str, address: str) -> tuple[Any, int]:
    """What is answered, and how many lines it wrote to the ledger; without consequences for the next."""
    with transaction.atomic():
        before = Event.objects.count()
        answer = getattr(browser, verb)(address)
        changes = Event.objects.count() - before
        transaction.set_rollback(True)
    return answer, changes


def test_every_address_says_who_may_come_in():
    unknown = {pattern.name for pattern in addresses()} ^ set(PAGES)
    assert not unknown, f"Say in tests/doors.py who may read and act at {sorted(map(str, unknown))}."


@pytest.mark.parametrize("person", sorted(EVERYBODY))
def test_who_comes_in(request, world, person):
    wrong, browser = [], come_in(request, person)
    for pattern in addresses():
        door, address = PAGES[pattern.name], reverse(pattern.name, kwargs=world.arguments(pattern.name, pattern))
        for verb, welcome in (("get", door.reads), ("post", door.acts)):
            if pattern.name.startswith("account_"):
                browser = come_in(request, person)
            answer, changes = knock(browser, verb, address)
            found = f"{person}: {verb} {pattern.name} answered {answer.status_code}"
            # What is allowed may still have nothing to act on: nothing stands to be reopened.
            if person in welcome and not is_let_in(answer) and not (verb == "post" and answer.status_code == 404):
                wrong.append(f"{found}, and should let in")
            if person not in welcome and is_let_in(answer):
                wrong.append(f"{found}, and should not let in")
            if changes and (person not in welcome or verb == "get"):
                wrong.append(f"{found}, and something changed")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [SAM, ERIN])
def test_no_page_about_the_work_offers_what_would_be_refused(request, world, person):
    wrong, browser = set(), come_in(request, person)
    for pattern in addresses():
        address = reverse(pattern.name, kwargs=world.arguments(pattern.name, pattern))
        if person in PAGES[pattern.name].reads and AT_WORK.match(address):
            page, _changes = knock(browser, "get", address)
            wrong |= {f"{pattern.name} offers {door}" for door in refused(page, person)}
    assert not wrong, "\n".join(sorted(wrong))


def refused(page: Any, person: str) -> Iterator[str]:
    """Where it leads, and what its forms and buttons ask for, if this person may not."""
    words = page.text if "text/html" in page.headers.get("Content-Type", "") else ""
    yield from (door for door in LED_TO.findall(words) if person not in door_of(door).reads)
    yield from (door for door in map("".join, ACTED_ON.findall(words)) if person not in door_of(door).acts)


def door_of(address: str) -> Door:
    try:
        return PAGES.get(resolve(address).url_name or "", OPEN)
    except Resolver404:  # a file
        return OPEN


@pytest.mark.parametrize("name", ["questions_link", "readback_link", "verify_link", "rate_link"])
def test_a_link_opens_only_what_it_was_made_for_and_only_whole(client, world, name):
    participant = world.ana
    link = participant.link(name)
    other = participant.link("rate_link" if name != "rate_link" else "verify_link").rstrip("/").split("/")[-2]
    token = link.rstrip("/").split("/")[-2]

    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase(), other, "x"):
        assert client.get(reverse(name, args=[bad])).status_code == 404


def test_a_link_ends_when_its_person_takes_part_no_more(client, world):
    participant = world.ana
    link = participant.link("questions_link").removeprefix("http://127.0.0.1:8000")
    participant.left_at = clock.now()
    participant.save()

    assert client.get(link).status_code == 404


@pytest.mark.parametrize("person", ["mallory", "ana"])
def test_no_page_of_a_stranger_tells_of_somebody_elses_case(request, world, mallorys_case, person):
    """Whatever one may open without naming a case, the other is not named on it."""
    theirs = "Northwind" if person == "mallory" else "Mallory"
    browser = come_in(request, person)
    for pattern in addresses():
        if not pattern.pattern.converters and person in PAGES[pattern.name].reads:
            assert theirs.encode() not in browser.get(reverse(pattern.name), follow=True).content, pattern.name
