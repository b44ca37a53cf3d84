"""Nobody reads a customer's password by chance; who has a reason sees it, and what is erased is gone everywhere."""

import pytest
from django.db import connection
from psycopg import sql

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.cases.models.erasure import TooShort
from tandem.cases.models.secret import ErasedAlready, NoReason
from tandem.kit.sealed import CannotOpen

pytestmark = pytest.mark.django_db

PASSWORD = "hunter2!Sommer"


@pytest.fixture
def told(case, ana):
    """Ana's message with her password in it."""
    return case.messages.write(f"My password is {PASSWORD} please try", by=ana, audience=Audience.CUSTOMER)


def test_a_password_is_covered_before_anybody_reads_it(case, told, at_the_desk, sam):
    assert told.body == "My password is [password hidden] please try"
    assert PASSWORD not in at_the_desk(sam).get(f"/desk/cases/{case.number}/").content.decode()
    assert case.events.get(verb="secret.hidden").facts == {"kinds": "password", "count": 1}


def test_it_is_hidden_in_what_is_quoted_and_marked_up_too(case, ana):
    message = case.messages.write(
        f"password: {PASSWORD}", by=ana, audience=Audience.CUSTOMER, quoted=f"> {PASSWORD}", html=f"<b>{PASSWORD}</b>"
    )
    assert PASSWORD not in message.quoted + message.html
    assert case.secrets.count() == 1


def test_a_subject_may_hold_one(ana):
    case = Case.objects.open_for(ana, title=f"Login fails, password: {PASSWORD}")
    assert case.title == "Login fails, password: [password hidden]"
    assert case.secrets.get().opened() == PASSWORD


def test_what_a_colleague_tells_the_customer_is_not_covered(case, sam):
    words = f"Your new password is {PASSWORD}"
    assert case.messages.write(words, by=sam, audience=Audience.CUSTOMER).body == words
    assert PASSWORD not in case.messages.write(words, by=sam, audience=Audience.SUPPORT).body


def test_it_is_sealed_in_the_database(told):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_secret WHERE sealed LIKE %s", [f"%{PASSWORD}%"])
        assert cursor.fetchone() == (0,)
    assert told.secrets.get().opened() == PASSWORD


def test_sam_says_why_and_sees_it_and_the_ledger_knows(case, told, at_the_desk, sam):
    page = f"/desk/secrets/{told.secrets.get().pk}/"
    sams = at_the_desk(sam)
    assert PASSWORD not in sams.get(page).content.decode()

    answer = sams.post(page, {"why": "To try the login she describes"})

    assert PASSWORD in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert case.events.get(verb="secret.shown").by == sam
    assert "To try the login she describes" in sams.get(page).content.decode()


def test_without_a_reason_nobody_sees_it(told, at_the_desk, sam):
    answer = at_the_desk(sam).post(f"/desk/secrets/{told.secrets.get().pk}/", {"why": "  "})
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    with pytest.raises(NoReason):
        told.secrets.get().show(to=sam, why=" x ")


def test_what_was_among_restricted_words_is_for_their_readers(case, erin, max, at_the_desk):
    note = case.messages.write(f"password: {PASSWORD}", by=max, audience=Audience.RESTRICTED)
    page = f"/desk/secrets/{note.secrets.get().pk}/"
    assert at_the_desk(erin).get(page).status_code == 404
    assert at_the_desk(max).get(page).status_code == 200


def test_an_erased_secret_can_never_be_seen(case, told, sam):
    secret = told.secrets.get()
    case.erasures.erase_secret(secret, by=sam, why="She changed it")
    secret.refresh_from_db()
    with pytest.raises(ErasedAlready):
        secret.show(to=sam, why="One more look")


def test_a_short_secret_is_forgotten_and_words_that_mean_no_harm_stay(case, ana, sam):
    case.messages.write("Row 1234 is missing.", by=ana, audience=Audience.CUSTOMER)
    case.facts.note("password", "1234", by=ana)

    case.erasures.erase_secret(case.secrets.get(), by=sam, why="She changed it")

    assert case.secrets.get().is_erased
    assert case.messages.filter(body="Row 1234 is missing.").exists()


def test_a_text_nobody_recognized_is_erased_from_messages_facts_and_history(case, ana, sam):
    words = "our vault opens with correct horse battery"
    case.messages.write(f"Look: {words}.", by=ana, audience=Audience.CUSTOMER)
    case.facts.note("vault", words, by=ana)
    case.questions.ask("What opens it?", by=sam).answer(words, by=ana)

    erasure = case.erasures.erase(words, by=sam, why="Pasted by mistake")

    assert erasure.rows >= 4
    assert case.messages.filter(body="Look: ██████.").exists()
    assert _rows_with(words) == []


def test_erasing_says_what_it_was_but_never_the_words(case, told, sam):
    case.erasures.erase(told.body, by=sam, why="Pasted by mistake")
    facts = case.events.get(verb="case.erased").facts
    assert facts["what"] == f"a text of {len(told.body)} characters"
    assert facts["why"] == "Pasted by mistake"


def test_with_another_key_a_case_still_takes_messages_and_erases(case, told, ana, sam, settings):
    case.facts.note("password", "Sommer 2024!", by=ana)
    settings.SECRET_KEY = "another"

    again = case.messages.write(f"My password is {PASSWORD}", by=ana, audience=Audience.CUSTOMER)
    case.erasures.erase(PASSWORD, by=sam, why="Pasted by mistake")

    assert again.body == "My password is [password hidden]"
    assert again.secrets.get().is_erased


def test_what_was_sealed_with_another_key_may_be_what_is_erased_and_goes_too(
    case, mallorys_case, told, ana, mallory, sam, settings
):
    other = mallorys_case.messages.write(f"password: {PASSWORD}", by=mallory, audience=Audience.CUSTOMER)
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(CannotOpen, match="another TANDEM_SECRET_KEY"):
        told.secrets.get().show(to=sam, why="To try the login she describes")
    case.messages.write("My password is Sommer2024", by=ana, audience=Audience.CUSTOMER)

    case.erasures.erase(PASSWORD, by=sam, why="Pasted by mistake")

    settings.SECRET_KEY = key
    assert told.secrets.get().is_erased
    assert case.secrets.exclude(sealed="").count() == 1
    assert other.secrets.get().opened() == PASSWORD
    what = case.events.get(verb="case.erased").facts["what"]
    assert what == f"a text of {len(PASSWORD)} characters, and 1 sealed with another key"


def test_too_little_to_erase_is_refused(case, sam):
    with pytest.raises(TooShort):
        case.erasures.erase("abc", by=sam, why="Pasted by mistake")


def test_a_reason_does_not_repeat_what_is_erased(case, sam):
    with pytest.raises(NoReason):
        case.erasures.erase("hunter22", by=sam, why="hunter22 was pasted")


def test_other_cases_keep_their_words(case, mallorys_case, mallory, ana, sam):
    for one, author in ((case, ana), (mallorys_case, mallory)):
        one.messages.write("The tea is green", by=author, audience=Audience.CUSTOMER)
    case.erasures.erase("tea is green", by=sam, why="Pasted by mistake")
    assert mallorys_case.messages.get().body == "The tea is green"


def test_messages_still_never_change_otherwise(told):
    with pytest.raises(Exception, match="never changed"):
        type(told).objects.filter(pk=told.pk).update(body="x")


def _rows_with(words: str) -> list[str]:
    """Every table that still says it, in any column."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            every_row = sql.SQL("SELECT count(*) FROM {} AS r WHERE r::text LIKE {}")
            cursor.execute(every_row.format(sql.Identifier(table), sql.Literal(f"%{words}%")))
            found += [table] * bool(cursor.fetchone()[0])
    return found
