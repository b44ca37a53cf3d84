"""What the journeys through a running Tandem share. Each file has an installation of its own, one at a time."""

from collections.abc import Iterator

import pytest

from tests.running import Installation


@pytest.fixture(scope="module")
def tandem() -> Iterator[Installation]:
    """People, customers and components are there; nothing has happened to them yet."""
    with Installation() as running:
        running.django("story_set_the_stage")
        yield running
