"""“Did you mean …”, from the words people use here."""

import pytest

from tandem.cases.audience import Audience
from tandem.cases.models import Case
from tandem.recall import learning
from tandem.recall.models import Word
from tandem.recall.searching import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def learnt(ana, max):
    """Words said three times, and words of few."""
    for n in range(3):
        case = Case.objects.open_for(ana, title=f"Webhook deliveries arrive twice ({n})")
        case.messages.write("The scheduler retries them.", by=ana, audience=Audience.CUSTOMER)
        case.messages.write("Dismissal of somebody.", by=max, audience=Audience.RESTRICTED)
    learning.learn_words()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("webhok", "webhook"),
        ("webhoook", "webhook"),
        ("wehbook", "webhook"),
        ("webhonk", "webhook"),
        ("Delivreies twice", "deliveries twice"),
        ("shceduler retreis", "scheduler retries"),
        ("webhok is:any", "webhook is:any"),
        ("webhook", ""),
        ("zebra", ""),
        ('"webhok"', ""),
        ("dismisal", ""),
    ],
)
def test_a_slip_is_told_from_a_word(learnt, sam, typed, meant):
    assert search(typed, sam).meant == meant


def test_it_offers_only_what_finds_something_for_who_asks(learnt, sam, mallory):
    assert search("webhok invoice", sam).meant == ""
    assert search("webhok", mallory).meant == ""


def test_it_counts_each_text_once_and_goes_on_where_it_was(learnt, ana):
    assert dict(Word.objects.filter(word__in=["webhook", "scheduler"]).values_list("word", "count")) == {
        "webhook": 3,
        "scheduler": 3,
    }
    Case.objects.open_for(ana, title="Webhook, webhook")
    learning.learn_words()
    learning.learn_words()

    assert Word.objects.get(word="webhook").count == 4


def test_words_of_an_erased_text_are_forgotten(learnt, sam):
    case = Case.objects.first()
    case.erasures.erase("scheduler retries", by=sam, why="A name of somebody")

    assert not Word.objects.filter(word__in=["scheduler", "retries"]).exists()
    assert Word.objects.filter(word="webhook").exists()


def test_when_there_are_too_many_the_rare_ones_go(learnt, monkeypatch):
    Word.objects.learn(["rare"])
    monkeypatch.setattr(learning, "MOST_WORDS", 3)
    learning.learn_words()

    assert not Word.objects.filter(word="rare").exists()
    assert Word.objects.filter(word="webhook").exists()


def test_the_page_says_what_may_be_meant(learnt, sam, at_the_desk):
    page = at_the_desk(sam).get("/desk/search/?q=webhok").content.decode()

    assert 'Did you mean <a href="/desk/search/?q=webhook">webhook</a>?' in page
