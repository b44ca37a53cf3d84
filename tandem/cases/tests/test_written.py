import pytest
from django.db import IntegrityError, transaction

from tandem.cases.models import Case
from tandem.kit import written
from tandem.people.models import User


def test_a_row_is_as_if_saved(ana):
    case = written.insert(Case(title="Export", reporter=ana))

    kept = Case.objects.get(pk=case.pk)
    assert (kept.number, kept.title, kept.reporter, kept.stage) == (case.number, "Export", ana, "submit")
    assert kept.in_queue


def test_what_is_named_is_changed_if_nobody_was_faster(ana):
    mine, theirs = User.objects.get(pk=ana.pk), User.objects.get(pk=ana.pk)

    theirs.name, theirs.role = "Ana of Northwind", "support"
    assert written.update(theirs, "name", was={"name": ana.name})
    mine.name = "Ana again"
    assert not written.update(mine, "name", was={"name": ana.name})

    assert User.objects.values_list("name", "role").get(pk=ana.pk) == ("Ana of Northwind", "contact")


def test_what_the_table_refuses_is_refused(ana):
    with pytest.raises(IntegrityError, match="already exists"), transaction.atomic():
        written.insert(User(email=ana.email, name="Ana again"))

    assert User.objects.filter(email=ana.email).count() == 1
