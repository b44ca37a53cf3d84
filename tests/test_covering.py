"""A password that somebody types into whichever field, or says into whichever door, is covered before it is kept."""

from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel
from tandem.close.models import Reason
from tandem.communicate.models import Direction
from tandem.intake.models import Asking, LineVerdict, Source
from tandem.resolve.models import Verdict
from tandem.submit.models import Submission

pytestmark = pytest.mark.django_db

PASSWORD = "hunter2!Sommer"
SAID = f"My password is {PASSWORD}"


def test_a_fact_that_is_told_or_measured(case, ana, worker):
    case.facts.note("login", SAID, by=ana)
    case.facts.note("connection", f"postgres://app:{PASSWORD}@db/prod", by=None, source=Source.MEASURED)

    assert case.facts.get(key="login").value == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_what_stands_under_a_telling_name_is_one_by_itself(case, ana, worker):
    case.facts.note("password", PASSWORD, by=ana)

    assert case.facts.get().value == "[password hidden]"
    _is_kept_for_a_reason(case, worker)


WHOLE = [
    "12345678",
    "correct horse battery staple",
    "Sommer 2024!",
    "hunter2! two",
    "abcdefghijkl",
    "1234",
    "no way 4711",
]


@pytest.mark.parametrize("value", WHOLE)
@pytest.mark.parametrize("name", ["password", "API key", "dbPassword", "client_secret", "Kennwort", "old db token"])
def test_under_a_telling_name_the_whole_is_one_whatever_it_looks_like(case, name, value):
    told = case.secrets.cover({"answers": {name: [value, f" {value} "], "steps": f"I typed {value}, then export"}})

    assert told["answers"][name] == ["[password hidden]"] * 2
    assert (value in told["answers"]["steps"]) == (len(value) < 8)  # as short it stands in words that mean no harm
    assert [secret.opened() for secret in case.secrets.all()] == [value]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "no"),
        ("Password", "Nein."),
        ("password", "No, I did not change it"),
        ("password", "No, I didn’t change it!"),
        ("token", ""),
        ("token", True),
        ("token", None),
        ("password reset works?", "since Monday not"),
        ("password_changed_at", "12 November"),
        ("token expired", "on Monday"),
        ("compass", "north by east"),
        ("which password do they use", "the old one"),
        ("password", "[password hidden]"),
    ],
)
def test_what_only_asks_about_one_is_read(case, name, value):
    assert case.secrets.cover({name: value}) == {name: value}
    assert not case.secrets.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "yes, it is hunter2!"),
        ("password", "no, Tr0ub4dor&3"),
        ("password", "OK: S0mmer!"),
        ("password", "OK: sommer"),
        ("password", "ok, sommer"),
        ("password", "Yes, it is openSesame"),
        ("password", "Yes. horse\nx9!k"),
        ("api key", "Missing. I use 9f8a7c6d5e"),
        ("password", "[x!9k]"),
        ("password", "[password hidden] x!9k"),
    ],
)
def test_a_common_word_before_one_hides_nothing_less(case, name, value):
    assert case.secrets.cover({name: value}) == {name: "[password hidden]"}
    assert case.secrets.get().opened() == value


def test_a_number_may_be_one(case):
    assert case.secrets.cover({"password": 12345678, "rows": 12345678}) == {
        "password": "[password hidden]",
        "rows": 12345678,
    }


def test_who_does_not_know_the_password_says_so_in_the_clear(case, ana, sam):
    question = case.questions.ask_together([Asking("Which password opens it?", key="password")], by=sam)[0]

    question.answer("I do not know", by=ana)

    assert (question.answer_text, question.is_unknown) == ("I do not know", True)
    assert not case.secrets.exists()


def test_a_long_fact_stays_a_fact_though_hiding_makes_it_longer(case, ana):
    case.facts.note("login", f"{'x' * 480} pwd=abc12d", by=ana)

    assert len(case.facts.get().value) <= 500


def test_an_answer_on_the_portal(case, ana, sam, at_the_desk, worker):
    question = case.questions.ask_together([Asking("How do you log in?", key="login")], by=sam)[0]

    at_the_desk(ana).post(f"/portal/cases/{case.number}/questions/", {f"answer_{question.pk}": SAID})

    assert case.questions.get().answer_text == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_answers_by_mail(case, ana, sam, worker):
    case.questions.ask("How do you log in?", by=sam)
    worker()
    case.messages.write(f"1. {SAID}", by=ana, audience=Audience.CUSTOMER, channel=Channel.MAIL)
    worker()

    assert case.questions.get().answer_text == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_a_correction_of_a_read_back(case, ana, sam, worker):
    case.facts.note("login", "by name", by=sam)
    readback = case.readbacks.share(by=sam)

    readback.answer({line.pk: (LineVerdict.WRONG, SAID) for line in readback.lines.all()}, by=ana)

    assert readback.lines.first().correction == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_what_is_said_on_the_phone(case, ana, sam, worker):
    case.logged_calls.log(f"She says: {SAID}", by=sam, direction=Direction.IN, who=ana.contact)

    assert case.messages.get(author=sam).body == "She says: My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_what_a_form_asks(ana, worker):
    told = {"answers": {"steps": [SAID, "Then export"], "token": "tok-12345-abc"}, "facts": {"login": SAID}}
    submission = Submission.objects.report(ana, title="Exports stop", body="At row 10,000.", **told)
    worker()

    assert submission.answers == {
        "steps": ["My password is [password hidden]", "Then export"],
        "token": "[password hidden]",
    }
    assert submission.case.facts.get(key="login").value == "My password is [password hidden]"
    _is_kept_for_a_reason(submission.case, worker)


def test_the_subject_of_a_mail(ana, worker):
    mail = f"From: {ana.email}\r\nTo: support@tandem.example\r\nSubject: {SAID}\r\n\r\nPlease help\r\n"
    Submission.objects.accept_mail(mail.encode(), sender=ana.email, recipients=["support@tandem.example"])
    worker()

    case = Case.objects.get()
    assert case.submissions.get().subject_told == case.title == "My password is [password hidden]"
    assert case.secrets.count() == 1
    _is_kept_for_a_reason(case, worker)


def test_what_they_say_of_the_resolution(case, ana, sam, worker):
    case.reflect(customer_owner=sam)
    case.enter("triage", by=sam)
    case.enter("investigate", by=sam)
    told = {"words": "The table was stale.", "changed": "We rebuilt it.", "cause": "A bulk load."}
    resolution = case.resolutions.propose(**told, by=sam)
    resolution.verify_ours(verdict=Verdict.WORKS, how="Ran the export.", by=sam)
    resolution.ask_customer(by=sam)

    made = resolution.verify_customer(verdict=Verdict.WORKS, by=ana, note=SAID)

    assert made.note == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def test_what_they_say_of_how_it_went(case, ana, sam, worker):
    closure = case.closures.close(by=sam, reason=Reason.HANDED_OFF)

    rating = closure.ratings.give(stars=4, comment=SAID, by=ana)

    assert rating.comment == "My password is [password hidden]"
    _is_kept_for_a_reason(case, worker)


def _is_kept_for_a_reason(case: Any, worker: Any) -> None:
    worker()
    assert PASSWORD in [secret.opened() for secret in case.secrets.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            every_row = sql.SQL("SELECT count(*) FROM {} AS r WHERE r::text LIKE {}")
            cursor.execute(every_row.format(sql.Identifier(table), sql.Literal(f"%{PASSWORD}%")))
            assert cursor.fetchone() == (0,), table
