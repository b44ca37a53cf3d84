"""Prepared readings answer like the querysets they were made of, and refuse what would be the same for ever."""

from datetime import datetime, timedelta

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, Q, QuerySet, Value

from tandem.cases.models import Case, Event
from tandem.kit import clock, prepared
from tandem.people.models import Team

NUMBERS: ArrayField = ArrayField(BigIntegerField())


@prepared.found
def titled(*, title: str) -> QuerySet:
    return Case.objects.filter(title=title).select_related("reporter").order_by("pk")


@prepared.listed
def numbers(view: str, *, before: datetime) -> QuerySet:
    rows = Case.objects.filter(Q(opened_at__lt=before), ~Q(title__contains="100%")).order_by("pk")
    return (rows if view == "all" else rows.none()).values_list("number", "opened_at")


@prepared.gathered
def gathered(*, case: int) -> dict[str, QuerySet]:
    return {
        "none": Case.objects.none().values("pk"),
        "verbs": Event.objects.filter(case=case).order_by("seq").values("verb", "facts"),
    }


def test_what_is_filled_in_is_filled_in_anew_each_time(case, mallorys_case, django_assert_num_queries):
    with django_assert_num_queries(2):
        mine, [hers] = titled(title=case.title), titled(title=mallorys_case.title)

    assert (mine, hers, hers.reporter.name) == ([case], mallorys_case, mallorys_case.reporter.name)
    assert titled(title="Nobody's") == titled(title="'; DROP TABLE cases_case; --") == []


def test_rows_come_as_the_database_has_them(case, mallorys_case):
    both = [(row.number, row.opened_at) for row in (case, mallorys_case)]

    assert numbers("all", before=clock.now()) == both
    assert numbers("all", before=case.opened_at - timedelta(days=1)) == numbers("none", before=clock.now()) == []


def test_what_nobody_else_asks_is_asked_again_with_other_values(case, mallorys_case):
    late = Case.objects.filter(opened_at__lte=clock.now(), title__in=[case.title, mallorys_case.title])
    among = prepared.repeated(
        lambda numbers, upto: (
            late.alias(numbers=Value(numbers, output_field=NUMBERS))
            .filter(pk__lte=upto, numbers__contains=[F("number")])
            .order_by("pk")
            .values_list("number")
        )
    )
    both = [case.number, mallorys_case.number]

    assert among(numbers=both, upto=mallorys_case.pk) == [(number,) for number in both]
    assert among(numbers=both, upto=case.pk) == among(numbers=both[:1], upto=mallorys_case.pk) == [(case.number,)]
    assert prepared.repeated(lambda upto: late.none().filter(pk__lte=upto).values_list("pk"))(upto=case.pk) == []


def test_several_queries_take_one_round_trip(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        told = gathered(case=case.pk)

    assert told["none"] == []
    assert [row["verb"] for row in told["verbs"]] == list(case.events.order_by("seq").values_list("verb", flat=True))
    assert told["verbs"][0]["facts"] == case.events.order_by("seq").first().facts


def test_counting_stops_at_the_most(case, mallorys_case):
    counted = prepared.counted(
        lambda *, case: {"all": Case.objects.all(), "one": Case.objects.filter(pk=case), "none": Case.objects.none()},
        most=1,
    )

    assert counted(case=case.pk) == {"all": 1, "one": 1, "none": 0}


def test_what_can_find_nothing_asks_nothing(case, django_assert_num_queries):
    nothing = prepared.found(lambda *, title: Case.objects.none().filter(title=title))

    with django_assert_num_queries(0):
        assert nothing(title=case.title) == []


@pytest.mark.django_db(transaction=True)
def test_a_column_that_was_widened_meanwhile_is_read_again(sam):
    names = prepared.listed(lambda *, pk: Team.objects.filter(pk=pk).values_list("name"))
    team = sam.teams.get().pk
    assert [names(pk=team) for _time in range(3)] == [[("Support",)]] * 3

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_team ALTER COLUMN name TYPE varchar(90)")
    try:
        assert names(pk=team) == [("Support",)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE people_team ALTER COLUMN name TYPE varchar(80)")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda *, at: Case.objects.filter(opened_at__lt=at - timedelta(hours=1)), {"at": clock.real()}),
        (lambda: Case.objects.filter(opened_at__lt=clock.now()), {}),
        (lambda *, case: Case.objects.filter(pk=case + 1), {"case": 1}),
        (lambda *, title: Case.objects.filter(title=title.upper()), {"title": "Export"}),
        (lambda *, title: Case.objects.filter(title__startswith=title), {"title": "Export"}),
        (lambda *, case: Case.objects.all(), {"case": 1}),
        (lambda *, priority: Case.objects.filter(priority=priority), {"priority": 1}),
    ],
    ids=[
        "an hour before a time",
        "the time of compiling",
        "the next case",
        "in capitals",
        "the start",
        "not at all",
        "small",
    ],
)
def test_what_would_be_the_same_for_ever_is_refused(build, told):
    with pytest.raises(TypeError):
        prepared.listed(lambda **slots: build(**slots).values_list("pk"))(**told)
