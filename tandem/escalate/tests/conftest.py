import pytest


@pytest.fixture
def owned(case, sam):
    """Ana's case, which Sam keeps the promises of."""
    from tandem.triage.models import Part

    case.assignments.give(Part.CUSTOMER, to=sam, by=sam)
    return case


@pytest.fixture
def escalation(owned, sam, platform):
    return owned.escalations.raise_to(platform, by=sam, asking="Why do exports stop at 10,000 rows?")


@pytest.fixture
def database(db):
    """Another engineering team."""
    from tandem.people.models import Team

    return Team.objects.create(name="Database", slug="database", kind="engineering")


@pytest.fixture
def dora(database):
    """An engineer of that other team."""
    from tandem.people.models import User

    user = User.objects.welcome("dora@tandem.example", name="Dora Lind", role="engineer")
    user.teams.add(database)
    return user
