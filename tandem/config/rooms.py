"""The commands rooms bring along, and loading them late: Django takes a second that `tandem --help` should not."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from tandem.config.endings import TEMPORARY_FAILURE, said_plainly

ASKED = "tandem.command"


class RoomCommand(NamedTuple):
    module: str
    sentence: str
    # The exit code of whatever goes wrong, where the caller must be told to try again.
    trouble: int | None = None


# The command `tandem NAME` is the click command of that name among the module's `commands`.
COMMANDS = {
    "token": RoomCommand("tandem.people.commands", "API tokens."),
    "person": RoomCommand(
        "tandem.people.commands", "Colleagues: the first administrator, and whoever has no page to hand."
    ),
    "listeners": RoomCommand("tandem.cases.commands", "Who reacts to what happens to a case."),
    "check-files": RoomCommand("tandem.cases.commands", "Read every attachment and compare it with what came."),
    "story": RoomCommand("tandem.cases.commands", "The ledger of one case, readable."),
    "hook": RoomCommand("tandem.signals.commands", "Doors through which monitoring systems tell us of alerts."),
    "mail": RoomCommand("tandem.submit.commands", "Incoming mail.", TEMPORARY_FAILURE),
    "clocks": RoomCommand(
        "tandem.clocks.commands",
        "Replay the clocks of all open cases, or of one, and name every row that says something else.",
    ),
    "settings": RoomCommand("tandem.automate.commands", "Settings as one YAML file, out and in."),
    "seed": RoomCommand("tandem.story.commands", "Bulk data, for measuring."),
}


class Rooms(click.Group):
    """Knows its commands by name and sentence, and sets up Django only for the one that is called."""

    def invoke(self, context: click.Context) -> Any:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tandem.config.settings")
        try:
            return super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if (told := _ending(error, context.meta.get(ASKED, ""))) is None:
                raise
            sentence, code = told
            click.echo(sentence, err=True)
            context.exit(code)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        context.meta[ASKED] = args[0]
        return super().resolve_command(context, args)

    def list_commands(self, context: click.Context) -> list[str]:
        return [*super().list_commands(context), *(name for name in COMMANDS if _exists(COMMANDS[name].module))]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return super().get_command(context, name) or (_load(name) if name in COMMANDS else None)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        own = {name: command.get_short_help_str(200) for name, command in self.commands.items() if not command.hidden}
        rooms = {name: COMMANDS[name].sentence for name in self.list_commands(context) if name in COMMANDS}
        with formatter.section("Commands"):
            formatter.write_dl(list((own | rooms).items()))


def _ending(error: Exception, name: str) -> tuple[str, int] | None:
    told = said_plainly(error)
    trouble = COMMANDS[name].trouble if name in COMMANDS else None
    return told if trouble is None else (told[0] if told else repr(error), trouble)


def _exists(module: str) -> bool:
    room = module.rpartition(".")[0]
    return find_spec(room) is not None and find_spec(module) is not None


def _load(name: str) -> click.Command | None:
    if not _exists(COMMANDS[name].module):
        return None
    import django

    django.setup()
    return {command.name: command for command in import_module(COMMANDS[name].module).commands}.get(name)
