from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

HOUR = 3600
BERLIN = ZoneInfo("Europe/Berlin")
EVERY = (0, 1, 2, 3, 4)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def targets(first=HOUR, following=2 * HOUR, resolution=8 * HOUR):
    told = {"first_answer": first, "next_answer": following, "resolution": resolution}
    return {kind: dict.fromkeys(EVERY, length) for kind, length in told.items()}


def holds(rule, case):
    from tandem.clocks import rules

    [kept] = rules.kept([rule])
    return kept.holds(rules.facts(case, [kept]))


@pytest.fixture
def when(worker):
    """`with when("2026-11-24 11:00"): …` in Berlin; what reacts to it has reacted afterwards."""
    from tandem.kit import clock

    @contextmanager
    def told(text: str):
        with clock.at(berlin(text)):
            yield
            worker()

    return told


@pytest.fixture
def office(max):
    """Mornings and afternoons from Monday to Friday, and no holiday of Berlin."""
    from tandem.clocks.models import Calendar
    from tandem.clocks.tests.walking import of

    hours = of("09:00-12:00 13:00-17:00", zone="Europe/Berlin", country="DE", subdivision="BE")
    return Calendar.objects.write(name="Office Berlin", hours=hours, by=max)


@pytest.fixture
def standard(office, max):
    from tandem.clocks.models import Policy
    from tandem.kit import clock

    with clock.at(berlin("2026-11-01 09:00")):
        return Policy.objects.write(
            name="Standard",
            of="case",
            calendar=office,
            targets=targets(),
            pauses=["customer", "verification", "hold", "snoozed", "vendor"],
            by=max,
        )


@pytest.fixture
def of_team(office, max):
    from tandem.clocks.models import Policy
    from tandem.clocks.terms import CHOSEN_OF_TEAM
    from tandem.kit import clock

    told = {"accept": dict.fromkeys(EVERY, HOUR), "hand_back": dict.fromkeys(EVERY, 16 * HOUR)}
    with clock.at(berlin("2026-11-01 09:00")):
        return Policy.objects.write(
            name="Engineering", of="team", calendar=office, targets=told, pauses=CHOSEN_OF_TEAM, by=max
        )


@pytest.fixture
def exports(ana, production, standard, when):
    """Ana's case, opened on Tuesday at 11:00 in Berlin."""
    from tandem.cases.audience import Audience
    from tandem.cases.models import Case, Channel

    with when("2026-11-24 11:00"):
        case = Case.objects.open_for(ana, title="Nightly export stops at row 10,000", environment=production)
        case.messages.write("It stops.", by=ana, audience=Audience.CUSTOMER, channel=Channel.PORTAL)
    return case
