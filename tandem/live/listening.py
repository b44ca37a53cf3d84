"""One connection to PostgreSQL that hears what `kit.live` says; it comes back by itself."""

import asyncio
import json
import logging
import random
from typing import Any

import psycopg
from django.db import connection

from tandem.kit.live import CHANNEL
from tandem.live.hub import Hub

log = logging.getLogger(__name__)

PULSE = 20.0  # seconds after which we make sure that the connection still is one
SHORTEST, LONGEST = 0.2, 5.0


class Listener:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.hears = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        pause = SHORTEST
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("The live streams lost the database and try again: %s", str(error).strip())
            pause = SHORTEST if self.hears.is_set() else min(pause * 2, LONGEST)
            self.hears.clear()
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            self.hub.reset()
            self.hears.set()
            while True:
                async for notice in listening.notifies(timeout=PULSE):
                    self.hub.spread(json.loads(notice.payload))
                await listening.execute("SELECT 1")


def _address() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {name: value for name, value in known.items() if name not in ("cursor_factory", "context")}
