import pytest

from tandem.signals.models import Publishes, State
from tandem.signals.tests.telling import alert
from tandem.status.models import AlreadyDecided, Publication
from tandem.status.reactions import propose_to_the_public


@pytest.fixture
def by_hand(exports):
    exports.publishes = Publishes.BY_HAND
    exports.save(update_fields=["publishes"])
    return exports


def read_by_the_public() -> list[tuple[str, str]]:
    return list(Publication.objects.standing().values_list("state", "words"))


def test_by_itself_the_public_reads_what_is_true(exports, told):
    told(alert())

    assert read_by_the_public() == [("slow", "Exports arrive up to 2 h late; nothing is lost.")]

    told(alert(status="resolved"))
    assert read_by_the_public() == [("ok", "")]


def test_by_hand_an_alert_only_proposes(by_hand, told, sam):
    told(alert())
    assert read_by_the_public() == []

    Publication.objects.waiting().get().publish(by=sam)

    assert read_by_the_public() == [("slow", "Exports arrive up to 2 h late; nothing is lost.")]
    assert Publication.objects.standing().get().published_by == sam


def test_a_person_may_find_better_words(by_hand, told, sam):
    told(alert())

    Publication.objects.waiting().get().publish(by=sam, words="Exports take longer today.")

    assert read_by_the_public() == [("slow", "Exports take longer today.")]


def test_what_is_over_before_anybody_published_it_is_proposed_no_more(by_hand, told):
    told(alert())
    told(alert(status="resolved"))

    assert not Publication.objects.waiting().exists()
    assert read_by_the_public() == []


def test_a_newer_state_takes_the_place_of_the_proposal(by_hand, told):
    told(alert())
    told(alert(fingerprint="bad", severity="critical"))

    assert Publication.objects.waiting().get().state == State.DOWN


def test_what_was_set_aside_is_not_proposed_again_for_the_same_reason(by_hand, told, sam):
    told(alert())
    Publication.objects.waiting().get().set_aside(by=sam)

    propose_to_the_public(by_hand.pk)
    assert not Publication.objects.waiting().exists()

    told(alert(status="resolved"), alert(after=60))
    told(alert(after=60, status="resolved"))
    told(alert(after=120))
    assert Publication.objects.waiting().get().state == State.SLOW


def test_hearing_twice_proposes_once(by_hand, told):
    told(alert())
    propose_to_the_public(by_hand.pk)

    assert Publication.objects.count() == 1


def test_what_was_decided_cannot_be_decided_again(by_hand, told, sam):
    told(alert())
    proposal = Publication.objects.waiting().get()
    proposal.publish(by=sam)

    with pytest.raises(AlreadyDecided):
        proposal.set_aside(by=sam)


def test_better_words_for_a_standing_state_are_published_too(exports, told, sam, worker):
    told(alert())

    exports.effects.word(State.SLOW, by=sam, sentence="Exports arrive up to 4 h late.")
    worker()

    assert read_by_the_public() == [("slow", "Exports arrive up to 4 h late.")]


def test_a_component_gone_meanwhile_is_no_trouble(db):
    propose_to_the_public(404)


def test_sam_publishes_at_the_desk(by_hand, told, sam, at_the_desk):
    told(alert())
    proposal = Publication.objects.waiting().get()
    browser = at_the_desk(sam)
    assert "To be published" in browser.get("/desk/components/").content.decode()

    browser.post(f"/desk/publications/{proposal.pk}/", {"words": "Exports take longer today."})

    assert read_by_the_public() == [("slow", "Exports take longer today.")]
    assert browser.post(f"/desk/publications/{proposal.pk}/", {"words": "x"}).status_code == 409


def test_sam_sets_aside_at_the_desk(by_hand, told, sam, at_the_desk):
    told(alert())
    proposal = Publication.objects.waiting().get()

    at_the_desk(sam).post(f"/desk/publications/{proposal.pk}/aside/")

    assert not Publication.objects.waiting().exists()


def test_who_does_not_speak_to_customers_does_not_publish(by_hand, told, erin, ana, at_the_desk, by_api):
    told(alert())
    proposal = Publication.objects.waiting().get()

    assert at_the_desk(erin).post(f"/desk/publications/{proposal.pk}/", {"words": "x"}).status_code == 403
    assert at_the_desk(ana).post(f"/desk/publications/{proposal.pk}/", {"words": "x"}).status_code == 404
    address = f"/api/v1/publications/{proposal.pk}/approval"
    assert by_api(erin).post(address, {}, "application/json").status_code == 403
    assert by_api(ana).get("/api/v1/publications").json() == []


def test_a_program_publishes_and_sets_aside(by_hand, told, sam, by_api):
    told(alert())
    program = by_api(sam)
    (proposal,) = program.get("/api/v1/publications").json()
    assert proposal["component"] == "exports"

    assert program.post(f"/api/v1/publications/{proposal['id']}/approval", {}, "application/json").status_code == 204
    assert read_by_the_public() == [("slow", "Exports arrive up to 2 h late; nothing is lost.")]

    told(alert(status="resolved"))
    (proposal,) = program.get("/api/v1/publications").json()
    assert program.delete(f"/api/v1/publications/{proposal['id']}").status_code == 204
    assert program.get("/api/v1/publications").json() == []
