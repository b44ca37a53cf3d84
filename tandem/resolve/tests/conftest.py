from datetime import timedelta

import pytest


@pytest.fixture
def tried(case, erin, sam):
    """Erin rebuilt the index, which did nothing and is still there, and recalculated the statistics, which helped."""
    case.reflect(customer_owner=sam)
    case.enter("triage", by=sam)
    case.enter("investigate", by=sam)
    rebuilt = case.attempts.note("Rebuilt the index", outcome="no_effect", still_in_place=True, by=erin)
    case.attempts.note("Recalculated the statistics", outcome="helped", still_in_place=True, by=erin)
    return rebuilt


@pytest.fixture
def resolution(case, tried, erin):
    return case.resolutions.propose(
        words="The export chose a slow way and gave up after 10,000 rows.",
        changed="We recalculated the statistics of your tables.",
        cause="Stale planner statistics after the bulk load.",
        by=erin,
    )


@pytest.fixture
def asked(resolution, erin, sam):
    """Checked by us, and put to Ana."""
    resolution.verify_ours(verdict="works", how="Ran the export: 48,211 rows.", by=erin)
    resolution.ask_customer(by=sam)
    return resolution


@pytest.fixture
def friday():
    from tandem.kit import clock

    return clock.now() + timedelta(days=3)
