"""Colleagues are welcomed, get other roles, retire and come back; somebody can always administer."""

import re
import threading

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.urls import reverse

from tandem.kit.errors import NotAllowed
from tandem.people.commands import person
from tandem.people.models import Token, User
from tandem.people.models.user import CustomersAddress, LastAdministrator, NotLikeThat, Oneself, SomebodysAddress


@pytest.fixture
def kim(ada, support):
    return User.objects.invite("Kim@tandem.example", name="Kim O'Roy", role="support", teams=[support], by=ada)


def told_of(user) -> list[tuple]:
    return list(user.role_changes.order_by("pk").values_list("kind", "was", "role", "changed_by__name"))


def code_for(client, email, worker, mailoutbox) -> str:
    mailoutbox.clear()
    client.post(reverse("account_request_login_code"), {"email": email})
    worker()
    return re.search(r"^\s+(\S+)\s*$", mailoutbox[0].body, re.M)[1]


def test_the_first_administrator_is_made_at_the_command_line_and_comes_in_by_a_code(db, client, worker, mailoutbox):
    done = CliRunner().invoke(
        person, ["welcome", "Ada@tandem.example", "--name", "Ada Novak", "--role", "administrator"]
    )

    assert "Ada Novak comes in as Administrator at http://127.0.0.1:8000/sign-in/code/" in done.output
    worker()
    assert "you come in as Administrator" in mailoutbox[0].body
    code = code_for(client, "ada@tandem.example", worker, mailoutbox)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get(reverse("people")).status_code == 200
    assert told_of(User.objects.get()) == [("welcomed", "", "administrator", None)]


def test_where_no_mail_leaves_yet_the_first_administrator_has_a_password(db, client):
    words = ["welcome", "ada@tandem.example", "--name", "Ada Novak", "--role", "administrator", "--password"]
    weak = CliRunner().invoke(person, words, input="short\nshort\n")
    assert weak.exit_code == 1
    assert "too short" in weak.output

    CliRunner().invoke(person, words, input="correct horse battery\n" * 2)

    client.post(reverse("account_login"), {"login": "ada@tandem.example", "password": "correct horse battery"})
    assert client.get(reverse("people")).status_code == 200


def test_the_command_line_lists_gives_roles_and_retires(ada, sam):
    def say(*words: str) -> str:
        return CliRunner().invoke(person, words).output

    assert say("role", "sam@tandem.example", "engineer") == "Sam Okafor: Engineer.\n"
    assert say("retire", "sam") == "Sam Okafor comes in no more.\n"
    assert say("list").splitlines() == [
        "ada@tandem.example\tAda Novak\tadministrator",
        "sam@tandem.example\tSam Okafor\tengineer, retired",
    ]
    assert isinstance(CliRunner().invoke(person, ["retire", "ada"]).exception, LastAdministrator)


def test_a_new_colleague_is_mailed_a_sentence_and_the_way_in_and_no_secret(kim, worker, mailoutbox):
    worker()

    [mail] = mailoutbox
    assert mail.to == ["kim@tandem.example"]
    assert "Welcome, Kim: you come in as Support with a code that is sent to this address." in mail.body
    assert mail.body.strip().endswith("http://127.0.0.1:8000/sign-in/code/")
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


def test_whoever_chose_a_password_comes_in_with_it_and_no_more_by_a_code(kim, client, worker, mailoutbox, at_the_desk):
    answer = at_the_desk(kim).post(
        reverse("account_set_password"), {"password1": "a much longer sentence", "password2": "a much longer sentence"}
    )
    assert answer.headers["Location"] == reverse("notice_settings")
    worker()
    mailoutbox.clear()

    client.post(reverse("account_request_login_code"), {"email": kim.email})
    worker()
    assert not mailoutbox
    client.post(reverse("account_login"), {"login": kim.email, "password": "a much longer sentence"})
    assert client.get(reverse("desk")).status_code == 200


def test_a_lost_password_is_forgotten_and_the_way_in_sent_again(sam, ada, client, worker, mailoutbox):
    sam.show_the_way_in(by=ada)
    worker()

    assert "with a code" in mailoutbox[0].body
    client.post(reverse("account_login"), {"login": sam.email, "password": "correct horse battery staple"})
    assert client.get(reverse("desk")).status_code == 302
    client.post(reverse("account_confirm_login_code"), {"code": code_for(client, sam.email, worker, mailoutbox)})
    assert client.get(reverse("desk")).status_code == 200
    assert told_of(sam) == [("password", "", "support", "Ada Novak")]


def test_an_address_belongs_to_one(ada, ana, sam):
    with pytest.raises(CustomersAddress, match="another address"):
        User.objects.invite("ANA@northwind.example", name="Ana Lima", role="support", by=ada)
    with pytest.raises(SomebodysAddress, match="Sam Okafor has this address already"):
        User.objects.invite(sam.email, name="Sam", role="support", by=ada)
    sam.retire(by=ada)
    with pytest.raises(SomebodysAddress, match="bring them back"):
        User.objects.invite(sam.email, name="Sam", role="support", by=ada)
    with pytest.raises(NotLikeThat, match="valid email"):
        User.objects.invite("nonsense", name="Kim", role="support", by=ada)
    with pytest.raises(NotLikeThat):
        User.objects.invite("kim@tandem.example", name="Kim", role="contact", by=ada)


def test_roles_and_comings_and_goings_are_remembered(ada, kim):
    kim.take_role("engineer", by=ada)
    kim.retire(by=ada)
    kim.retire(by=ada)
    kim.bring_back(by=ada)

    assert told_of(kim) == [
        ("welcomed", "", "support", "Ada Novak"),
        ("role", "support", "engineer", "Ada Novak"),
        ("retired", "", "engineer", "Ada Novak"),
        ("back", "", "engineer", "Ada Novak"),
    ]


def test_the_last_administrator_neither_retires_nor_becomes_something_else(ada, kim):
    with pytest.raises(LastAdministrator):
        ada.take_role("manager", by=ada)
    with pytest.raises(Oneself):
        ada.retire(by=ada)
    with pytest.raises(LastAdministrator):
        ada.retire()
    kim.take_role("administrator", by=ada)
    ada.take_role("manager", by=kim)

    with pytest.raises(LastAdministrator):
        kim.change(by=kim, name="Kim Roy", role="support", teams=[])
    kim.refresh_from_db()
    assert (kim.name, kim.role) == ("Kim O'Roy", "administrator")


def test_only_an_administrator_decides_about_others(max, sam):
    for act in (
        lambda: sam.retire(by=max),
        lambda: sam.bring_back(by=max),
        lambda: sam.take_role("manager", by=max),
        lambda: sam.show_the_way_in(by=max),
        lambda: sam.change(by=max, name="Sam", role="support", teams=[]),
        lambda: User.objects.invite("kim@tandem.example", name="Kim", role="support", by=max),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_leave_one(ada):
    """Whoever comes second waits for the first, and then finds that they decide no more."""
    kim = User.objects.invite("kim@tandem.example", name="Kim Roy", role="administrator", by=ada)
    refused, held, goes_on = [], threading.Event(), threading.Event()

    def second() -> None:
        held.wait(30)
        goes_on.set()
        try:
            User.objects.get(pk=ada.pk).take_role("support", by=User.objects.get(pk=kim.pk))
        except NotAllowed as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        kim.take_role("support", by=ada)
        held.set()
        goes_on.wait(30)
    thread.join(30)

    assert refused
    assert list(User.objects.filter(role="administrator")) == [ada]


def test_a_token_of_whoever_retired_stays_closed_when_they_come_back(ada, sam):
    _row, secret = sam.tokens.issue(name="ci", scopes=["read"])

    sam.retire(by=ada)
    sam.bring_back(by=ada)

    assert Token.objects.owner_of(secret) is None


def test_who_has_no_password_is_led_to_one(kim, ana, at_the_desk):
    assert reverse("account_set_password") in at_the_desk(kim).get(reverse("notice_settings")).content.decode()
    assert reverse("account_set_password") in at_the_desk(kim).get(reverse("account_change_password")).content.decode()
    assert at_the_desk(ana).get(reverse("account_set_password")).status_code == 404


@pytest.mark.parametrize("end", ["retired and back", "shown the way in"])
def test_an_open_session_ends_for_ever(at_the_desk, kim, ada, end):
    lost = at_the_desk(kim)
    assert lost.get(reverse("desk")).status_code == 200
    if end == "retired and back":
        kim.retire(by=ada)
        kim.bring_back(by=ada)
    else:
        kim.show_the_way_in(by=ada)

    assert lost.get(reverse("desk")).status_code == 302


def test_a_program_trusted_with_less_does_not_become_an_administrators(kim, ada):
    kim.tokens.issue(name="old", scopes=["write"])
    kim.take_role("engineer", by=ada)
    assert kim.tokens.standing().count() == 1

    kim.take_role("administrator", by=ada)
    assert kim.tokens.standing().count() == 0


def test_who_retired_while_their_code_was_under_way_stays_outside(client, kim, ada, worker, mailoutbox):
    worker()
    code = code_for(client, kim.email, worker, mailoutbox)
    kim.retire(by=ada)

    answer = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert (answer.status_code, answer.url) == (302, reverse("account_request_login_code"))
    assert client.get(reverse("desk")).status_code == 302


def test_who_was_retired_meanwhile_welcomes_nobody(ada, kim):
    kim.take_role("administrator", by=ada)
    stale = User.objects.get(pk=kim.pk)
    kim.retire(by=ada)

    with pytest.raises(NotAllowed):
        User.objects.invite("lee@tandem.example", name="Lee", role="administrator", by=stale)
