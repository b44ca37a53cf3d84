"""The floor for incoming mail: the same SMTP server, one INSERT and commit a message, nothing else."""

import asyncio
import os
import sys

import psycopg
from aiosmtpd.controller import Controller


class Store:
    def __init__(self) -> None:
        self.connection = psycopg.connect(os.environ["TANDEM_DATABASE_URL"], autocommit=True)
        self.connection.execute("CREATE TABLE IF NOT EXISTS bench_mail (id bigserial PRIMARY KEY, raw bytea NOT NULL)")

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        await asyncio.to_thread(self._keep, envelope.content)  # type: ignore[attr-defined]
        return "250 kept"

    def _keep(self, raw: bytes) -> None:
        self.connection.execute("INSERT INTO bench_mail (raw) VALUES (%s)", (raw,))


if __name__ == "__main__":
    controller = Controller(Store(), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    sys.stdin.read()
