import re

import pytest
from django.db import connection
from django.urls import reverse

from tandem.kit.errors import NotAllowed
from tandem.people.models import Token, User
from tandem.people.roles import Can


def test_sam_comes_in_with_his_password(client, sam):
    answer = client.post(
        reverse("account_login"), {"login": "SAM@tandem.example", "password": "correct horse battery staple"}
    )

    assert answer.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == reverse("desk")


def test_ana_comes_in_with_a_code_sent_by_mail(client, ana, worker, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": ana.email})
    assert not mailoutbox
    worker()
    code = re.search(r"^\s+(\S+)\s*$", mailoutbox[0].body, re.M)[1]

    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert client.get("/").headers["Location"] == reverse("portal")


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "sam@tandem.example"])
def test_no_code_goes_to_strangers_nor_to_colleagues_and_nobody_can_tell(client, sam, ana, worker, mailoutbox, email):
    known = client.post(reverse("account_request_login_code"), {"email": ana.email})
    worker()
    mailoutbox.clear()
    client.cookies.clear()

    answer = client.post(reverse("account_request_login_code"), {"email": email})
    worker()

    assert (answer.status_code, answer.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert not mailoutbox


def test_a_code_stands_in_no_job_and_says_that_a_program_sent_it(client, ana, worker, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": ana.email})
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'people.send_mail'")
        [(arguments,)] = cursor.fetchall()
    worker()

    code = re.search(r"^\s+(\S+)\s*$", mailoutbox[0].body, re.M)[1]
    assert code not in arguments
    assert mailoutbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_nobody_fills_anas_mailbox_with_codes_however_they_write_her_address(client, ana, worker, mailoutbox):
    for n in range(9):
        client.cookies.clear()
        email = ana.email.upper() if n % 2 else ana.email
        client.post(reverse("account_request_login_code"), {"email": email}, headers={"X-Forwarded-For": f"10.0.0.{n}"})
    worker()

    assert len(mailoutbox) == 3


def test_who_mistyped_their_address_asks_for_another_code(client, ana, worker, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": "anna@northwind.example"})
    assert client.get(reverse("account_request_login_code")).status_code == 200

    client.post(reverse("account_request_login_code"), {"email": ana.email})
    worker()
    code = re.search(r"^\s+(\S+)\s*$", mailoutbox[0].body, re.M)[1]

    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get("/").headers["Location"] == reverse("portal")


def test_the_session_is_another_after_coming_in(client, sam):
    client.get(reverse("account_login"))
    before = client.session.session_key
    client.post(reverse("account_login"), {"login": sam.email, "password": "correct horse battery staple"})

    assert client.session.session_key != before


def test_a_token_is_shown_once_and_kept_as_a_hash(sam):
    token, secret = sam.tokens.issue(name="ci", scopes=["read"])

    assert secret not in str(Token.objects.values())
    assert Token.objects.owner_of(secret) == token
    assert Token.objects.owner_of(secret + "x") is None


def test_whoever_retires_comes_in_by_no_door(client, at_the_desk, sam):
    browser = at_the_desk(sam)
    _token, secret = sam.tokens.issue(name="ci", scopes=["read"])

    sam.retire()

    assert browser.get(reverse("desk")).status_code == 302
    assert Token.objects.owner_of(secret) is None
    client.post(reverse("account_login"), {"login": sam.email, "password": "correct horse battery staple"})
    assert client.get(reverse("desk")).status_code == 302


def test_a_role_says_what_one_cannot_do(erin):
    with pytest.raises(NotAllowed, match="As Engineer you cannot speak to customers"):
        erin.must_be_able_to(Can.SPEAK)


def test_one_address_is_one_person_whatever_its_case(sam):
    with pytest.raises(Exception, match="already exists"):
        User.objects.welcome("Sam@Tandem.example")


def test_whoever_has_no_password_is_told_so_instead_of_asked_for_the_old_one(at_the_desk, ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])

    answer = at_the_desk(ada).get(reverse("account_change_password"))

    assert answer.status_code == 409
    assert "You have no password" in answer.content.decode()


def test_sam_changes_his_password_and_comes_back_to_where_he_found_it(at_the_desk, sam):
    desk = at_the_desk(sam)
    page = desk.get(reverse("notice_settings")).content.decode()
    assert reverse("account_change_password") in page

    new = "a much longer sentence 42"
    words = {"oldpassword": "correct horse battery staple", "password1": new, "password2": new}
    answer = desk.post(reverse("account_change_password"), words)

    assert answer.headers["Location"] == reverse("notice_settings")
    sam.refresh_from_db()
    assert sam.check_password(new)


def test_what_a_password_must_be_is_read_in_sentences(at_the_desk, sam, ada):
    ada.set_unusable_password()
    ada.save(update_fields=["password"])

    for person, page in ((sam, "account_change_password"), (ada, "account_set_password")):
        told = at_the_desk(person).get(reverse(page)).text
        assert "at least 12 characters. Your password" in told
        assert "&lt;" not in told


def test_a_field_to_come_in_says_once_what_belongs_there(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "placeholder" not in page.partition("<main")[2].partition("</main>")[0]
