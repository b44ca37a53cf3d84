"""For operators: `tandem hook create --name prometheus`."""

import click
from django.conf import settings
from django.urls import reverse

from tandem.signals.models import Hook


@click.group()
def hook() -> None:
    """Doors through which monitoring systems tell us of alerts."""


@hook.command()
@click.option("--name", required=True, help="What you call the monitoring system, for instance “prometheus”.")
def create(name: str) -> None:
    """Make a hook for Alertmanager and print its address, once."""
    _hook, secret = Hook.objects.issue(name=name)
    click.echo(settings.BASE_URL + reverse("hook_alertmanager_key", args=[secret]))


commands = [hook]
