"""Thirty days at a fictional company, told into an empty database."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.test import override_settings

from tandem.cases.journey import Stage
from tandem.cases.models import Case
from tandem.kit import clock
from tandem.measure.models import Baseline
from tandem.recall.learning import learn_words
from tandem.story import agreements, automation, order, shelf, shift, stage, systems
from tandem.story.cases import Telling
from tandem.story.plots import DAYS, plots
from tandem.story.weather import deploys, trouble, watch


def tell() -> int:
    """Tell the whole story into an empty database. Returns how many cases it has."""
    with override_settings(SMTP_URL="file:outbox"), systems.answering():
        with clock.at(clock.real() - timedelta(days=DAYS + 1)):
            who = stage.people()
            installations = stage.customers()
            stage.words(who["max"])
            agreements.agree(who["max"])
            order.shape(by=who["max"])
            automation.rules(who)
            stage.dependencies_of(installations, by=who["erin"])
            stage.mailbox(by=who["ada"])
            shelf.keep(who)
            systems.set_up(by=who["ada"])
            Baseline.objects.get_or_create(
                goal="escalation-time",
                defaults={"value": 9.5 * 86400, "source": "the year before", "frozen_by": who["max"]},
            )
        deploys(who["erin"])
        for plot in plots(installations):
            Telling(plot, who).tell()
        trouble(who)
        watch()
        order.put_in_order(who)
        learn_words()
        for person in who.values():
            _read_what_is_old(person)
        shift.suggestions()
        shift.hand_over(who)
        automation.rehearsed(who)
        automation.macro(who)
    return Case.objects.count()


def _read_what_is_old(person: Any) -> None:
    """Whoever works here has read by now what they were told before yesterday, or of cases that are closed."""
    old = person.notices.unread().filter(Q(at__lt=clock.real() - timedelta(days=1)) | Q(case__stage=Stage.CLOSE))
    person.notices.read(keys=old.values_list("pk", flat=True))
