"""Ana and her colleague Bo: who gets what we write, who gets what the other writes, and how Bo stops it."""

from datetime import timedelta
from email.utils import getaddresses

import pytest

from tandem.cases.audience import Audience
from tandem.communicate.models import Delivery, State
from tandem.communicate.models.addressing import NobodyAddressed, NotHearing, Place, chosen
from tandem.customers.models import Contact
from tandem.kit import clock, files

BO = "bo@northwind.example"


@pytest.fixture
def bo(case, sam, northwind):
    user = Contact.objects.meet(BO, name="Bo Berg", account=northwind).user
    return case.participants.join(user, by=sam)


def _by_reader(mails) -> dict:
    """Each mail by the one real address it stands at."""
    known = {}
    for mail in mails:
        people = getaddresses(mail.get_all("To") + mail.get_all("Cc", []))
        [reader] = [address for _name, address in people if not address.startswith("reply+")]
        assert reader not in known
        known[reader] = mail
    return known


def test_each_gets_it_once_and_sees_who_else_did(case, sam, ana, bo, worker, outbox):
    case.updates.send("We found the limit.", by=sam)
    worker()

    mails = _by_reader(outbox())
    hers, his = mails[ana.email], mails[BO]
    ana_at = case.participants.get(user=ana)
    assert hers["To"] == "Ana Lima <ana@northwind.example>"
    assert hers["Cc"] == f"Bo Berg <reply+{ana_at.word}@reply.tandem.example>"
    assert his["To"] == f"Ana Lima <reply+{bo.word}@reply.tandem.example>"
    assert his["Cc"] == "Bo Berg <bo@northwind.example>"


def test_reply_to_all_reaches_us_once_and_carries_nobody_elses_secret(case, sam, ana, bo, worker, outbox):
    case.updates.send("We found the limit.", by=sam)
    worker()

    hers = _by_reader(outbox())[ana.email]
    everybody = {address for _name, address in getaddresses([hers["Reply-To"], hers["To"], hers["Cc"]])}
    assert everybody - {ana.email} == {f"reply+{case.participants.get(user=ana).word}@reply.tandem.example"}
    assert bo.word not in hers.as_string()


def test_sam_leaves_somebody_out_of_one_message(case, sam, ana, bo, worker, outbox):
    case.updates.send("Only you, Ana.", by=sam, addressed=chosen(case, [ana.email], []))
    worker()

    assert [*_by_reader(outbox())] == [ana.email]


def test_whoever_is_not_in_the_case_is_never_written_to(case, sam, ana, bo, mallory):
    with pytest.raises(NotHearing, match="mallory@globex.example does not take part"):
        chosen(case, [mallory.email], [])
    with pytest.raises(NobodyAddressed):
        chosen(case, [], [])


def test_what_ana_says_reaches_bo_as_hers_and_not_herself(case, ana, bo, worker, outbox):
    case.messages.write("It also stops for June.", by=ana, audience=Audience.CUSTOMER)
    worker()

    [mail] = [mail for mail in outbox() if "June" in mail.as_string()]
    assert mail["From"] == "Ana Lima via Tandem <support@tandem.example>"
    assert mail["Cc"] == "Bo Berg <bo@northwind.example>"
    assert mail["Reply-To"] == f"reply+{bo.word}@reply.tandem.example"
    assert (mail["Precedence"], mail["List-Id"]) == ("list", f"<case-{case.number}.reply.tandem.example>")


def test_files_are_passed_on_without_their_secrets(case, ana, bo, worker, outbox):
    log = files.store([b"password: hunter2!Sommer"], name="run.log")
    message = case.messages.write("The log.", by=ana, audience=Audience.CUSTOMER, files=[log])
    Delivery.objects.relay(message)
    delivery = message.relays.get()

    delivery.go()
    assert outbox() == []  # the search goes first
    worker()
    with clock.at(clock.now() + timedelta(minutes=1)):
        worker()

    [mail] = outbox()
    [enclosed] = [part for part in mail.walk() if part.get_filename() == "run.log"]
    assert enclosed.get_payload(decode=True) == b"password: [hidden]"


def test_what_is_searched_for_long_holds_no_mail_up(case, ana, bo, outbox):
    log = files.store([b"rows: 7"], name="run.log")
    message = case.messages.write("The log.", by=ana, audience=Audience.CUSTOMER, files=[log])
    Delivery.objects.relay(message)

    with clock.at(clock.now() + timedelta(minutes=11)):
        message.relays.get().go()

    assert len(outbox()) == 1


def test_a_word_is_passed_on_once_however_often_the_job_runs(case, ana, bo, worker):
    message = case.messages.write("It also stops for June.", by=ana, audience=Audience.CUSTOMER)
    Delivery.objects.relay(message)
    Delivery.objects.relay(message)

    assert message.relays.count() == 1


def test_who_got_it_from_ana_herself_gets_no_second(case, ana, bo, worker, outbox):
    message = case.messages.write("See below, Bo.", by=ana, audience=Audience.CUSTOMER)
    case.mail_references.create(message=message, mail_id="<hers@northwind.example>", also_got=[BO])
    worker()

    assert not message.relays.exists()


def test_our_answer_to_bo_names_the_mail_ana_sent_him(case, sam, ana, bo, worker, outbox):
    message = case.messages.write("See below, Bo.", by=ana, audience=Audience.CUSTOMER)
    case.mail_references.create(message=message, mail_id="<hers@northwind.example>", also_got=[BO])
    case.updates.send("Thank you both.", by=sam)
    worker()

    assert _by_reader(outbox())[BO]["In-Reply-To"] == "<hers@northwind.example>"


def test_only_who_follows_may_stop_and_one_click_does_it(case, sam, ana, bo, client, worker, outbox):
    case.updates.send("We found the limit.", by=sam)
    worker()
    mails = _by_reader(outbox())
    assert mails[ana.email]["List-Unsubscribe"] is None

    address = mails[BO]["List-Unsubscribe"].strip("<> \r\n").removeprefix("http://127.0.0.1:8000")
    assert client.get(address).status_code == 200
    bo.refresh_from_db()
    assert bo.no_mail_since is None
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert "no more mail" in answer.text
    case.updates.send("It is lifted.", by=sam)
    worker()
    assert [mail["To"] for mail in outbox() if "lifted" in mail.as_string()] == ["Ana Lima <ana@northwind.example>"]
    assert case.messages.visible_to(bo.user).filter(body="It is lifted.").exists()
    client.post(address, {"again": "1"})
    bo.refresh_from_db()
    assert bo.no_mail_since is None


def test_a_word_made_for_answering_stops_nothing(case, ana, bo, client):
    assert client.post(f"/stop/{bo.word}/").status_code == 404
    assert client.post(f"/stop/{case.participants.get(user=ana).word_to('stop')}/").status_code == 404


def test_what_comes_back_twice_is_tried_no_more_until_somebody_says_so(case, sam, ana, worker, outbox, at_the_desk):
    for _time in range(2):
        case.updates.send("We found the limit.", by=sam).deliveries.get().bounce("550: no such user")
    update = case.updates.send("Are you there?", by=sam)
    worker()

    delivery = update.deliveries.get()
    assert (delivery.state, outbox()) == (State.WITHHELD, [])
    assert delivery.error == "No mail goes to ana@northwind.example. It came back 2 times: 550: no such user"
    assert case.events.filter(verb="contact.mail_stopped").exists()
    people = f"/desk/cases/{case.number}/participants/"
    assert "No mail goes there. It came back 2 times" in at_the_desk(sam).get(people).text

    at_the_desk(sam).post(f"{people}{delivery.participant_id}/mail/")
    worker()
    [mail] = outbox()
    assert mail["Message-ID"] == delivery.message_id


def test_a_complaint_stops_our_mail_at_once(case, sam, ana):
    case.updates.send("We found the limit.", by=sam).deliveries.get().complain()

    ana.contact.refresh_from_db()
    assert ana.contact.no_mail_since


def test_the_places_are_those_one_expects(case, sam, ana, bo):
    update = case.updates.send("We found the limit.", by=sam)

    told = update.deliveries.values_list("address", "place")
    assert [*told] == [(ana.email, Place.TO), (BO, Place.CC)]
