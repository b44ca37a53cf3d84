"""What each process does. One role each, for more than one machine; `tandem serve` starts them all on one."""

import gc
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, cast

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tandem.config import settings
from tandem.kit.leash import end_with_parent


def web(*, live: bool, migrate: bool) -> None:
    """Answer web requests; with `live` also the streams, which costs pure requests a third of their speed.

    With `migrate` it first brings the database to this version: one process less to wait for.
    """
    if migrate:
        _migrate()
    if live:
        _listen("tandem.config.asgi:application", Interfaces.ASGI)
    else:
        _listen("tandem.config.wsgi:application", Interfaces.WSGI, blocking_threads=settings.WEB_THREADS)


def live() -> None:
    """Only the streams."""
    _listen("tandem.config.asgi:live", Interfaces.ASGI)


def _migrate() -> None:
    from django.db import connections

    from tandem.config.migrate import migrate

    migrate()
    connections.close_all()  # the processes to come must not share them


def _listen(target: str, interface: Interfaces, **options: Any) -> None:
    # Loaded once, before the processes part: they share its memory, and a new one stands at once.
    _application(target)
    gc.freeze()
    Granian(
        target,
        address=settings.HOST,
        port=settings.PORT,
        interface=interface,
        workers=settings.WEB_PROCESSES,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        log_level=LogLevels.warning,
        **options,
    ).serve(target_loader=partial(_in_process, target), wrap_loader=False)


def _in_process(target: str) -> Callable[..., Any]:
    end_with_parent()
    return _application(target)


def _application(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def worker() -> None:
    """Do the jobs of all queues."""
    import django

    django.setup()
    from django.db import OperationalError
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import ConnectorException

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    try:
        with app.replace_connector(connector) as working:
            working.run_worker(concurrency=settings.WORKER_JOBS, shutdown_graceful_timeout=25)
    except ConnectorException as error:
        raise OperationalError(str(error.__cause__ or error)) from error


def mail_in() -> None:
    """Take in mail by SMTP."""
    import django

    django.setup()
    import_module("tandem.submit.smtp").main()
