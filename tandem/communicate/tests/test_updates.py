import pytest

from tandem.cases.audience import Audience
from tandem.communicate.models import Direction, Kind, State, Update


def test_it_writes_what_the_customer_reads(case, sam, ana):
    update = case.updates.send("We found the row limit.", by=sam)

    assert update.message in case.messages.visible_to(ana)
    assert update.message.author == sam


def test_it_plans_one_delivery_for_each_standing_participant(case, sam, ana, mallory):
    case.participants.join(mallory, by=sam)
    case.participants.filter(user=mallory).update(left_at=case.opened_at)

    update = case.updates.send("We found the row limit.", by=sam)

    assert [delivery.address for delivery in update.deliveries.all()] == [ana.email]


def test_every_message_id_is_its_own(case, sam):
    first = case.updates.send("One.", by=sam).deliveries.get()
    second = case.updates.send("Two.", by=sam).deliveries.get()

    assert first.message_id != second.message_id
    assert first.message_id.endswith("@reply.tandem.example>")


def test_it_stands_in_the_ledger_for_the_customer_too(case, sam, ana):
    update = case.updates.send("We found the row limit.", by=sam, kind=Kind.WORKAROUND)

    event = case.events.visible_to(ana).get(verb="update.sent")
    assert event.facts == {"update": update.pk, "message": update.message_id, "kind": "workaround"}


def test_strangers_see_no_updates(case, sam, ana, mallory):
    update = case.updates.send("We found the row limit.", by=sam)

    assert update in Update.objects.visible_to(ana)
    assert not Update.objects.visible_to(mallory).exists()


@pytest.mark.parametrize("audience", [Audience.SUPPORT, Audience.RESTRICTED])
def test_what_is_not_for_the_customer_is_never_delivered(case, sam, audience):
    case.messages.write("Not for Ana.", by=sam, audience=audience)

    assert not case.updates.exists()
    assert State.QUEUED == "queued"


def test_its_history_tells_a_reply_and_a_call_once_and_a_note_too(case, sam, ana, at_the_desk):
    case.updates.send("We found the row limit.", by=sam)
    case.logged_calls.log("She sees it in June, too.", by=sam, direction=Direction.IN, who=ana.contact)
    case.messages.write("Who knows the export job?", by=sam, audience=Audience.SUPPORT)

    for page in ("ledger", "history"):
        told = at_the_desk(sam).get(f"/desk/cases/{case.number}/{page}/").text
        assert told.count("Update sent to the customer") == 1
        assert told.count("Spoke with Ana Lima") == 1
        assert told.count("Note written") == 1
        assert "Message to the customer" not in told
