"""What a case taught, drafted from its ledger; acceptance story: both attempts stand in the article."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.close.models import Reason
from tandem.learn.models import SECTIONS, Article, State
from tandem.resolve.models import Verdict


@pytest.fixture
def draft(case, asked, tried, ana, sam, worker):
    """Closed as confirmed; the rebuilt index is not required."""
    tried.settle(needed="no", by=sam)
    asked.verify_customer(verdict=Verdict.WORKS, by=ana)
    case.closures.close(by=sam, reason=Reason.FIXED_CONFIRMED)
    worker()
    return Article.objects.get(case=case)


def test_closing_drafts_an_article_by_itself(case, draft):
    assert (draft.state, draft.drafted_by) == (State.DRAFT, None)
    assert draft.symptom.startswith("> Since this morning the export ends after 10,000 rows")
    assert "4.3" in draft.environment
    assert draft.cause == "Stale planner statistics after the bulk load."
    assert "We recalculated the statistics of your tables." in draft.resolution
    assert case.events.filter(verb="article.drafted").count() == 1


def test_it_keeps_what_was_tried_and_did_not_help_beside_what_did(draft):
    assert draft.tried.splitlines() == [
        "- **Rebuilt the index**: did not help, still in place, not required.",
        "- **Recalculated the statistics**: helped.",
    ]


@pytest.mark.parametrize("reason", [Reason.DUPLICATE, Reason.NOT_A_FAULT, Reason.HANDED_OFF, Reason.NO_ANSWER])
def test_a_case_that_taught_nothing_drafts_nothing(case, tried, sam, worker, reason):
    case.closures.close(by=sam, reason=reason)
    worker()

    assert not Article.objects.exists()


def test_a_workaround_that_was_accepted_is_the_resolution(case, tried, sam, friday, worker):
    case.workarounds.offer("Export month by month.", by=sam, expires_at=friday)
    case.closures.close(by=sam, reason=Reason.WORKAROUND_ACCEPTED)
    worker()

    assert "Export month by month." in Article.objects.get().resolution


def test_what_was_proposed_and_did_not_help_is_no_resolution(case, asked, ana):
    asked.verify_customer(verdict=Verdict.NO, by=ana)

    draft = Article.objects.draft_from(case)

    assert draft.resolution == ""
    assert "**We recalculated the statistics of your tables**: did not help, still in place" in draft.tried


def test_without_a_resolution_the_cause_is_what_engineering_handed_back(case, tried, sam, erin, platform):
    escalation = case.escalations.raise_to(platform, by=sam, asking="Why 10,000?")
    escalation.accept(by=erin)
    escalation.hand_back(cause="A page size nobody raised.", tell_customer="A limit was too low.", by=erin)

    assert Article.objects.draft_from(case).cause == "A page size nobody raised."


def test_what_is_hidden_from_the_customer_is_not_drafted(case, tried, sam, max):
    case.messages.write("CANARY-SUPPORT they may leave us.", by=sam, audience=Audience.SUPPORT)
    case.messages.write("CANARY-RESTRICTED legal is in.", by=max, audience=Audience.RESTRICTED)

    draft = Article.objects.draft_from(case)

    assert "CANARY" not in "".join(draft.sections.values())


def test_closed_again_it_drafts_anew_what_nobody_touched(case, draft, ana, erin, sam, worker):
    case.closures.standing().get().reopen(by=ana, why="Again")
    case.refresh_from_db()
    case.attempts.note("Raised the memory", outcome="helped", by=erin)
    case.closures.close(by=sam, reason=Reason.FIXED_UNCONFIRMED)
    worker()

    draft.refresh_from_db()
    assert "Raised the memory" in draft.tried
    assert draft.article_versions.count() == 2


def test_what_a_person_wrote_is_not_drafted_over(case, draft, sam):
    draft.revise(cause="Better words.", by=sam)

    assert Article.objects.draft_from(case).cause == "Better words."


CANARIES = {
    "the account": "We at Northwind Analytics close tonight.",
    "its short name": "northwind cannot work.",
    "its name in a host": "See https://northwind-prod.example.net/export/9",
    "its name in a name": "The job nightly_northwind_export ends early.",
    "its domain": "Mails from northwind.example do not arrive.",
    "a mail address": "Write to books@another.example please.",
    "a person": "Regards, Ana Lima",
    "a first name": "Ana here again.",
    "a colleague": "Hi Sam, thank you.",
    "a person in capitals": "ANA LIMA, CONTROLLER",
    "a customer number": "Our customer number is KD-4711.",
    "an account number": "Account no. 99-17-X",
    "a long number": "Contract 20260017734 of last year.",
    "a phone number": "Call me: +49 171 555 0199 today.",
    "a bank account": "IBAN DE89 3704 0044 0532 0130 00",
    "a key": "It says token sk_live_51H8x0aBcDeFgHiJkLmNoPqRsTuVwXyZ012345 expired.",
    "an address of a machine": "The server 203.0.113.77 answers.",
}
SECRETS = [
    "northwind", "books@", "ana lima", "ana ", "sam", "kd-4711", "99-17-x", "20260017734", "555", "3704", "sk_live",
    "203.0.113",
]  # fmt: skip


@pytest.mark.parametrize("told", CANARIES.values(), ids=CANARIES.keys())
def test_no_draft_says_who_the_customer_is(ana, production, sam, told):
    case = Case.objects.open_for(ana, title=f"Export: {told}"[:200], environment=production)
    case.messages.write(told, by=ana, audience=Audience.CUSTOMER)
    case.attempts.note(told, outcome="no_effect", effect=told, by=sam)
    case.resolutions.propose(words=told, changed=told, cause=told, by=sam)
    case.workarounds.offer(told, by=sam, expires_at=case.opened_at.replace(year=2100, day=1))
    case.facts.note("error", told, by=sam)

    draft = Article.objects.draft_from(case)

    said = "\n".join([*draft.sections.values(), draft.slug]).lower()
    assert "[" in said
    assert not [secret for secret in SECRETS if secret in said]
    assert not draft.names_a_customer


def test_what_is_nobodys_name_stays(ana, production, sam):
    case = Case.objects.open_for(ana, title="Export stops at row 10,000 in 4.3", environment=production)
    told = "Since 2026-11-20 02:00 the export to /var/out ends after 10,000 rows with ERR-1017 in production."
    case.messages.write(told, by=ana, audience=Audience.CUSTOMER)

    draft = Article.objects.draft_from(case)

    assert draft.symptom == f"> {told}"
    assert draft.title == "Export stops at row 10,000 in 4.3"


def test_all_sections_are_drafted(draft):
    assert all(draft.sections[name] for name in SECTIONS)
