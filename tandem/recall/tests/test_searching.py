import functools
import html
import re
from datetime import timedelta

import pytest
from django.db import connection

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Message
from tandem.cases.models.searchable import BATCH
from tandem.kit import clock
from tandem.kit.bounded import TooMuchToSearch, bounded
from tandem.learn.models import Article
from tandem.recall import ranking, searching
from tandem.recall.candidates import newest, newest_few, newest_matching, query_of
from tandem.recall.highlights import BEGIN, END, Piece, around, pieces
from tandem.recall.learning import learn_words
from tandem.recall.listing import having
from tandem.recall.searching import BadPlace, search
from tandem.signals.models import Component


def titles(found):
    return [hit.case.title for hit in found.cases]


def said(hit):
    return "".join(f"*{piece.text}*" if piece.hit else piece.text for piece in hit.excerpt)


def opened(ana, title, message="", *, days_ago=0):
    with clock.at(clock.now() - timedelta(days=days_ago)):
        case = Case.objects.open_for(ana, title=title)
        if message:
            case.messages.write(message, by=ana, audience=Audience.CUSTOMER)
    return case


def test_it_finds_a_case_by_its_title_and_by_what_was_said(case, ana, sam):
    opened(ana, "Login page is blank", "Nothing to see after the redirect.")

    assert titles(search("nightly exports", sam)) == [case.title]
    found = search("redirect", sam)
    assert titles(found) == ["Login page is blank"]
    assert said(found.cases[0]) == "Nothing to see after the *redirect*"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("timeout token", {"A"}),
        ("timeout or invoice", {"A", "B", "C"}),
        ("timeout -token", {"B"}),
        ('"token timeout"', {"A"}),
        ('"timeout token"', set()),
    ],
)
def test_one_types_as_into_a_search_engine(ana, sam, words, expected):
    opened(ana, "A", "A token timeout.")
    opened(ana, "B", "A timeout of the disk.")
    opened(ana, "C", "The invoice is wrong.")

    assert set(titles(search(words, sam))) == expected


def test_a_title_weighs_more_than_a_mention_and_the_newer_of_two_alike_comes_first(ana, sam):
    opened(ana, "Old import", days_ago=400)
    opened(ana, "New import")
    opened(ana, "Another thing", "We also saw it after the import of last week, with many other words around it.")

    assert titles(search("import", sam)) == ["New import", "Old import", "Another thing"]


@pytest.mark.parametrize("typed", ["{}", "#{}", " {} "])
def test_a_number_finds_its_case_first(case, ana, sam, typed):
    opened(ana, "Mentions", f"As in case {case.number} of last year")

    found = search(typed.format(case.number), sam)

    assert titles(found) == [case.title, "Mentions"]


def test_accounts_and_people_are_found_by_the_beginning_of_their_names(case, ana, sam, globex, mallory):
    assert [account.name for account in search("north", sam).accounts] == ["Northwind Analytics"]
    assert [person.name for person in search("lim", sam).people] == ["Ana Lima"]
    assert [person.name for person in search("mallory@glob", sam).people] == ["Mallory Quinn"]
    assert [person.name for person in search("ana", sam).people] == ["Ana Lima"]


def test_articles_are_found_in_any_state_but_retired(sam):
    article = Article.objects.write(by=sam, title="Exports stop early", symptom="> The export ends early")

    hit = search("export", sam).articles[0]
    assert (hit.article, said(hit)) == (article, "*export* ends early")
    article.publish(by=sam)
    article.retire(by=sam)
    assert not search("export", sam).articles


def test_an_excerpt_says_where_the_text_goes_on(case, ana, sam):
    case.messages.write(f"The export ends early. {'Every night it is the same. ' * 20}", by=ana, audience="customer")
    [hit] = search("early", sam).cases
    assert said(hit).endswith(" …")

    case.messages.write("Of the import", by=ana, audience="customer")
    [hit] = search("import", sam).cases
    assert said(hit) == "*import*"


def test_an_excerpt_that_ends_with_a_sentence_says_it_too():
    found = around(f"The export ends {BEGIN}early{END}.", "The export ends early. Every night it is the same.")

    assert "".join(piece.text for piece in found) == "The export ends early. …"


def test_a_restricted_note_is_found_only_by_who_may_read_it(case, sam, erin, max, ada):
    case.messages.write("CANARY7 legal is involved.", by=max, audience=Audience.RESTRICTED)

    assert titles(search("canary7", max)) == titles(search("canary7", ada)) == [case.title]
    for person in (sam, erin):
        assert search("canary7", person).is_empty
        assert not Case.objects.filter(having("canary7", person))
    case.reflect(customer_owner=sam)
    assert titles(search("canary7", sam)) == [case.title]


def test_an_excerpt_never_comes_from_a_message_one_may_not_read(case, sam, max):
    case.messages.write("The export, and CANARY7.", by=max, audience=Audience.RESTRICTED)

    assert "CANARY7" not in str(search("export", sam))


def test_customers_find_only_what_is_theirs(case, mallorys_case, mallory, ana, sam):
    case.messages.write("CANARY8 note", by=sam, audience=Audience.SUPPORT)

    assert search("export", mallory).is_empty
    assert titles(search("export", ana)) == [case.title]
    assert search("canary8", ana).is_empty
    assert search(str(case.number), mallory).is_empty
    assert not search("globex or lima", ana).accounts


def test_a_word_left_out_stands_nowhere_in_what_is_found(ana, sam, max):
    opened(ana, "Nightly export", "It stops")
    said = opened(ana, "Export", "The export stops")
    said.messages.write("In the nightly run only.", by=sam, audience=Audience.SUPPORT)
    legal = opened(ana, "Legal export", "The export stops")
    legal.messages.write("A nightly matter.", by=max, audience=Audience.RESTRICTED)
    opened(ana, "Weekly export", "The export stops")

    assert set(titles(search("export -nightly", sam))) == {"Weekly export", "Legal export"}
    assert titles(search("export -nightly -legal", sam)) == ["Weekly export"]
    assert set(titles(search("-nightly", sam))) == {"Weekly export", "Legal export"}
    assert titles(search("-nightly -legal", sam)) == ["Weekly export"]
    assert titles(search("nothing -nightly", sam)) == []


def test_where_a_word_takes_away_all_that_was_ranked_the_rest_stands_in_the_queue(ana, sam, at_the_desk, monkeypatch):
    opened(ana, "Old", "The export stops")
    busy = opened(ana, "Busy", "A timeout")
    for _nth in range(3):
        busy.messages.write("The export again", by=ana, audience=Audience.CUSTOMER)
    monkeypatch.setattr(ranking, "MESSAGES_RANKED", 3)

    page = at_the_desk(sam).get("/desk/search/", {"q": "export -timeout"}).text

    assert "Nothing" not in page.partition('id="found-says"')[2]
    link = re.search(r'href="([^"]+)">All of them, in the queue', page)
    assert "Old" in at_the_desk(sam).get(html.unescape(link[1])).text


def test_pages_follow_each_other_without_a_gap_and_what_is_new_does_not_disturb_them(ana, sam, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 2)
    for n in range(5):
        opened(ana, f"Export {n}", days_ago=5 - n)

    first = search("export", sam)
    opened(ana, "Export new")
    second = search("export", sam, cursor=first.next)
    third = search("export", sam, cursor=second.next)

    assert [*titles(first), *titles(second), *titles(third)] == [f"Export {n}" for n in (4, 3, 2, 1, 0)]
    assert third.next is None
    assert [*second.people, *second.accounts, *second.articles] == []


@pytest.mark.parametrize("cursor", ["x", "WzFd:bad", "WzFd"])
def test_a_cursor_of_somebody_else_is_refused(sam, cursor):
    with pytest.raises(BadPlace):
        search("export", sam, cursor=cursor)


@pytest.mark.parametrize("between", [1, BATCH, 10 * BATCH, 200 * BATCH])
def test_what_is_old_is_found_however_much_was_said_since(ana, sam, messages_later, between):
    for n in range(8):
        opened(ana, f"Case {n}", "The walrus" if n in (0, 4, 7) else "Something else", days_ago=9 - n)
        messages_later(between)

    assert titles(search("walrus", sam)) == ["Case 7", "Case 4", "Case 0"]
    found = newest_matching(Message.objects, query_of("walrus"), most=2, upto=newest(Message))
    assert [Message.objects.get(pk=pk).case.title for pk in found] == ["Case 7", "Case 4"]


@pytest.fixture
def messages_later(db):
    """As if so many messages had been written meanwhile."""
    with connection.cursor() as cursor:
        last = cursor.execute("SELECT last_value FROM cases_message_id_seq").fetchone()[0]
        yield lambda many: cursor.execute(
            "SELECT setval('cases_message_id_seq', nextval('cases_message_id_seq') + %s)", [many]
        )
        cursor.execute("SELECT setval('cases_message_id_seq', %s)", [last])


def test_only_the_newest_are_ranked(ana, sam, monkeypatch):
    monkeypatch.setattr(ranking, "TITLES_RANKED", 2)
    for n in range(4):
        opened(ana, f"Export {n}")

    assert set(titles(search("export", sam))) == {"Export 3", "Export 2"}


def test_what_takes_too_long_is_refused_in_a_sentence(db, monkeypatch):
    monkeypatch.setattr("tandem.kit.bounded.PATIENCE", 1)
    with pytest.raises(TooMuchToSearch, match="One more word"), bounded(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 100000000)")


@pytest.mark.parametrize(
    "typed", ["", "   ", "the", "\x00", "'", '"', "!!", "a" * 3000, "<b>", "🙂", "& | !", ":*", "99999999999999999999"]
)
def test_it_answers_whatever_is_typed(case, sam, typed):
    assert search(typed, sam).cases == []


def test_pieces_are_the_text_again():
    marked = f"the {BEGIN}export{END} and {BEGIN}stops{END}"

    assert pieces(marked) == [Piece("the ", False), Piece("export", True), Piece(" and ", False), Piece("stops", True)]
    assert pieces(f"a{END}b{BEGIN}") == [Piece("ab", False)]


def test_the_queue_filters_by_title_message_and_number(case, ana, sam, at_the_desk):
    other = opened(ana, "Login", "blank page")

    assert [*Case.objects.filter(having("blank", sam))] == [other]
    assert [*Case.objects.filter(having(str(case.number), sam))] == [case]
    page = at_the_desk(sam).get("/desk/queue/?q=blank").content.decode()
    assert "Login" in page
    assert case.title not in page


def test_it_makes_few_queries_however_much_is_found(case, ana, sam, django_assert_max_num_queries):
    with django_assert_max_num_queries(19):
        search("export", sam)
    for n in range(10):
        opened(ana, f"Export {n}", "The export of the night")
    with django_assert_max_num_queries(18):
        search("export", sam)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("export is:closed", set()),
        ("export account:northwind", {"A", "B"}),
        ("export -account:northwind", {"C"}),
        ("export (account:northwind or account:globex) -is:closed", {"A", "B", "C"}),
        ("account:globex", {"C"}),
        ("(export or invoice) night account:northwind", {"A"}),
    ],
)
def test_words_of_the_query_language_narrow_the_cases(ana, mallory, sam, words, expected):
    opened(ana, "A", "The export of the night.")
    opened(ana, "B", "The export of the day.")
    opened(mallory, "C", "Another export.")

    found = search(words, sam)
    assert set(titles(found)) == expected
    assert (found.accounts, found.people) == ([], [])


def test_many_cases_are_narrowed_by_their_rows_and_not_one_by_one(ana, mallory, sam, monkeypatch):
    monkeypatch.setattr("tandem.recall.asking.FEW", 1)
    for title in "AB":
        opened(ana, title, "The export.")
    opened(mallory, "Export")

    assert set(titles(search("export account:northwind", sam))) == {"A", "B"}


@pytest.mark.parametrize(
    ("typed", "all_of_them"),
    [("account:northwind", 4), ("account:northwind or account:globex", 5), ("account:northwind is:open", 3)],
)
def test_what_is_only_narrowed_goes_on_in_the_queue(
    ana, mallorys_case, sam, at_the_desk, monkeypatch, typed, all_of_them
):
    for n in range(4):
        case = opened(ana, f"Export {n}")
    case.closures.close(by=sam, reason="not_a_fault")
    assert len(search(typed, sam).cases) == all_of_them
    monkeypatch.setattr(searching, "PAGE", 2)

    page = at_the_desk(sam).get("/desk/search/", {"q": typed}).text

    assert "2 found, and more." in page
    link = re.search(r'href="([^"]+)">All of them, in the queue', page)
    assert at_the_desk(sam).get(html.unescape(link[1])).text.count("<li data-row") == all_of_them


@pytest.mark.parametrize("typed", ["export", '"the export" -login', "export reporter:ana@northwind.example"])
def test_what_matches_and_was_not_ranked_stands_in_the_queue(ana, sam, at_the_desk, monkeypatch, typed):
    for n in range(5):
        opened(ana, f"Case {n}", "The export of the night")
    desk = at_the_desk(sam)
    assert "in the queue" not in desk.get("/desk/search/", {"q": typed}).text
    monkeypatch.setattr(ranking, "MESSAGES_RANKED", 3)

    page = desk.get("/desk/search/", {"q": typed}).text

    assert "3 found, and more." in page
    link = re.search(r'href="([^"]+)">All of them, in the queue', page)
    assert desk.get(html.unescape(link[1])).text.count("<li data-row") == 5


def test_where_the_newest_are_enough_nobody_looks_further_back(ana, messages_later):
    opened(ana, "Old", "The walrus")
    messages_later(10 * BATCH)
    for n in range(2):
        opened(ana, f"New {n}", "The walrus")
    upto = newest(Message)
    few = functools.partial(newest_few, Message.objects, query_of("walrus"), most=8, upto=upto)

    assert (len(few(enough=2)[0]), few(enough=2)[1]) == (2, True)
    assert (len(few(enough=3)[0]), few(enough=3)[1]) == (3, False)


def test_what_is_not_understood_finds_nothing_and_says_why(case, sam):
    found = search("export promise:soon", sam)

    assert found.is_empty
    assert "“promise:soon” is no time" in found.doubts[0]


@pytest.mark.parametrize("typed", ["expo", "nightly exp", "row 10", "exporting", "nightly export"])
def test_while_one_types_a_beginning_is_enough(case, sam, typed):
    assert titles(search(typed, sam, is_begun=True)) == [case.title]


def test_among_very_many_messages_words_people_use_complete_a_beginning(case, sam, monkeypatch):
    monkeypatch.setattr("tandem.recall.asking.SMALL", -1)
    assert titles(search("expo", sam, is_begun=True)) == []
    learn_words()

    assert titles(search("nightly expo", sam, is_begun=True)) == [case.title]


def test_a_beginning_alone_finds_nothing_for_a_program(case, sam):
    assert titles(search("expo", sam)) == []


def test_it_finds_what_is_broken_by_its_name_and_by_what_that_means(sam):
    exports = Component.objects.create(name="Nightly jobs", slug="jobs")
    exports.effects.word("slow", by=sam, sentence="Exports arrive up to 2 h late.", callers_say="Where are my rows?")
    Component.objects.create(name="Export files", slug="files")
    assert not search("export", sam).troubles

    exports.take_state("slow")

    for words in ("exports late", "nightly", "rows"):
        [found] = search(words, sam).troubles
        assert (found.component, found.says) == (exports, "Exports arrive up to 2 h late.")
    assert not search("invoice", sam).troubles


def test_a_case_that_others_wait_for_or_that_has_a_way_around_says_so(case, ana, sam):
    other = opened(ana, "Weekly summary stops")
    other.links.link_to(case, kind="child_of", by=sam)
    [hit] = search("nightly export", sam).cases
    assert (hit.is_parent, hit.has_workaround) == (True, False)

    case.workarounds.offer("Ask for a week at a time.", by=sam, expires_at=clock.now() + timedelta(days=2))

    assert next(hit for hit in search("nightly", sam).cases if hit.case == case).has_workaround
    for typed in (str(case.number), "is:open"):
        hit = next(hit for hit in search(typed, sam).cases if hit.case == case)
        assert (hit.is_parent, hit.has_workaround) == (True, True)


def test_articles_beyond_the_first_few_are_all_in_the_knowledge(sam, at_the_desk):
    for n in range(6):
        Article.objects.write(title=f"Walrus {n}", resolution="Feed it.", by=sam).publish(by=sam)

    found = search("walrus", sam)
    assert (len(found.articles), found.more_articles) == (5, True)
    page = at_the_desk(sam).get("/desk/search/?q=walrus").text
    assert '/desk/knowledge/?q=walrus"' in page
    assert "Walrus 0" in at_the_desk(sam).get("/desk/knowledge/?q=walrus").text
