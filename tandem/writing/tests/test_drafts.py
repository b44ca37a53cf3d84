from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tandem.cases.audience import Audience
from tandem.kit import clock, files
from tandem.writing.models import Draft, NotYours, Typed


def test_what_sam_types_is_kept_and_is_one_draft_however_often_it_is_saved(case, sam):
    case.drafts.keep(Typed("We fo", save="1"), by=sam)
    case.drafts.keep(Typed("We found it", base="We fo", save="2"), by=sam)

    draft = case.drafts.get()
    assert (draft.body, draft.version, draft.audience) == ("We found it", 2, Audience.CUSTOMER)


def test_nothing_typed_is_no_draft(case, sam):
    assert case.drafts.keep(Typed("  \n"), by=sam).draft is None
    assert not case.drafts.exists()


def test_a_saving_that_comes_twice_counts_once(case, sam):
    for _time in range(2):
        case.drafts.keep(Typed("We found it", save="1"), by=sam)

    assert case.drafts.get().version == 1


def test_two_tabs_of_sam_are_joined(case, sam):
    case.drafts.keep(Typed("Hello Ana,\n\nwe look.", save="1"), by=sam)
    case.drafts.keep(Typed("Good morning Ana,\n\nwe look.", "Hello Ana,\n\nwe look.", save="2"), by=sam)

    kept = case.drafts.keep(Typed("Hello Ana,\n\nwe look at the log.", "Hello Ana,\n\nwe look.", save="3"), by=sam)

    assert kept.draft.body == "Good morning Ana,\n\nwe look at the log."
    assert not kept.both


def test_the_database_lets_each_have_one_open_draft_on_a_case(case, sam):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(case=case, author=sam, audience="support", based_on=0, body=draft.body)


def test_a_draft_is_its_authors_until_they_share_it(case, sam, erin, ana):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    assert list(Draft.objects.visible_to(erin)) == []

    draft.share(by=sam)

    assert list(Draft.objects.visible_to(erin)) == [draft]
    assert list(Draft.objects.visible_to(ana)) == []
    with pytest.raises(NotYours):
        draft.discard(by=erin)


def test_a_restricted_draft_is_shared_with_those_who_may_read_it(case, max, sam, ada):
    draft = case.drafts.keep(Typed("She is leaving.", audience="restricted"), by=max).draft
    draft.share(by=max)

    assert not Draft.objects.visible_to(sam).exists()
    assert Draft.objects.visible_to(ada).exists()


def test_what_is_discarded_comes_back_for_thirty_days(case, sam):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    draft.discard(by=sam)
    assert not case.drafts.begun().exists()

    with clock.at(clock.now() + timedelta(days=29)):
        draft.bring_back(by=sam)

    assert case.drafts.begun().get().body == "We found it"


def test_it_comes_back_below_what_was_begun_since(case, sam):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    draft.discard(by=sam)
    case.drafts.keep(Typed("Hello Ana,"), by=sam)

    draft.bring_back(by=sam)

    assert case.drafts.get().body == "Hello Ana,\n\nWe found it"


def test_what_nobody_brought_back_is_forgotten(case, sam):
    case.drafts.keep(Typed("We found it"), by=sam).draft.discard(by=sam)
    case.drafts.keep(Typed("Hello"), by=sam)
    with clock.at(clock.now() + timedelta(days=31)):
        Draft.objects.let_go()

    assert case.drafts.get().body == "Hello"


def test_what_erin_typed_while_sam_sent_becomes_a_draft_of_hers(case, sam, erin):
    draft = case.drafts.keep(Typed("We found it"), by=sam).draft
    draft.share(by=sam)
    draft.sent("We found it", by=sam)

    same = draft.take(Typed("We found it", "We found it", save="1"), by=erin)
    more = draft.take(Typed("We found it in the log", "We found it", save="2"), by=erin)

    assert same.is_closed
    assert (more.draft.author, more.draft.body) == (erin, "We found it in the log")


def test_files_stay_with_it(case, sam):
    file = files.store([b"row 10000"], name="trace.txt")
    draft = case.drafts.keep(Typed("", files=[file]), by=sam).draft

    assert draft.stored == [file]
    assert list(Draft.objects.begun()) == [draft]
