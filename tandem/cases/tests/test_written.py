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


def test_a_row_is_changed_but_for_what_was_left_out(ana):
    user = User.objects.defer("role").get(pk=ana.pk)
    User.objects.filter(pk=ana.pk).update(role="support")

    user.name = "Ana of Northwind"
    written.update(user)

    assert User.objects.values_list("name", "role").get(pk=ana.pk) == ("Ana of Northwind", "support")


def test_what_the_table_refuses_is_refused(ana):
    with pytest.raises(IntegrityError, match="already exists"), transaction.atomic():
        written.insert(User(email=ana.email, name="Ana again"))

    assert User.objects.filter(email=ana.email).count() == 1
