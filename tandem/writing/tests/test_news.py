from tandem.cases.audience import Audience
from tandem.writing import news


def _since(case, actor, seq):
    return [one.what if not one.message else f"{one.who}: {one.words}" for one in news.since(case, seq, actor=actor)]


def test_what_ana_wrote_since_is_news_and_what_one_did_oneself_is_not(case, sam, ana):
    case.refresh_from_db()
    seen = case.last_seq
    case.messages.write("It happens\nagain.", by=ana, audience=Audience.CUSTOMER)
    case.messages.write("I look.", by=sam, audience=Audience.SUPPORT)

    assert _since(case, sam, seen) == ["Ana Lima: It happens again."]
    assert "Ana Lima wrote at" in news.since(case, seen, actor=sam)[0].line


def test_a_new_owner_is_news_and_what_follows_from_it_is_not(case, sam, max, erin):
    case.refresh_from_db()
    seen = case.last_seq
    case.record("assignment.given", by=max, to="Erin Haas", part="technical")
    case.record("ball.passed", by=max, to="engineering")
    case.record("promise.warned")

    assert _since(case, sam, seen) == ["Erin Haas is technical owner"]
    assert _since(case, max, seen) == []


def test_what_one_may_not_read_is_no_news(case, sam, max):
    case.refresh_from_db()
    seen = case.last_seq
    case.messages.write("She is leaving.", by=max, audience=Audience.RESTRICTED)

    assert _since(case, sam, seen) == []


def test_what_was_said_on_a_case_merged_into_it_since_is_news(case, sam, ana):
    from tandem.cases.models import Case

    other = Case.objects.open_for(ana, title="The same again")
    case.refresh_from_db()
    seen = case.last_seq
    other.merges.join_to(case, by=sam)
    other.messages.write("And here.", by=ana, audience=Audience.CUSTOMER)

    assert _since(case, sam, seen) == ["Ana Lima: And here."]
