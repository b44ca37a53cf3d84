import pytest

from tandem.signals.tests.telling import message


@pytest.fixture
def exports(production, sam, platform):
    """The export queue, which Northwind's production depends on, and what it means when it is slow."""
    from tandem.signals.models import Component, State

    component = Component.objects.create(name="Exports", slug="exports", description="Files you order arrive by mail.")
    component.dependents.create(environment=production)
    component.effects.word(
        State.SLOW,
        by=sam,
        sentence="Exports arrive up to 2 h late; nothing is lost.",
        callers_say="“My export is not there.”",
        answer="It will come by itself; there is no need to order it again.",
        who_knows=platform,
    )
    return component


@pytest.fixture
def hook(db):
    from tandem.signals.models import Hook

    return Hook.objects.issue(name="prometheus")


@pytest.fixture
def told(hook, worker):
    """Monitoring tells us, and we have read it: `told(alert(), alert(status="resolved"))`."""

    def tell(*alerts: dict) -> None:
        hook[0].calls.take(message(*alerts))
        worker()

    return tell
