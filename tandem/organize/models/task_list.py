import re
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tandem.kit import clock
from tandem.kit.errors import Invalid
from tandem.people.called import called
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

LONGEST, MOST = 300, 60
FEWEST = 2  # words that somebody is called behind: “Ask @erin” is whom to ask
BEHIND = re.compile(r"@(?P<whom>\w[\w.+-]*(?:@[\w-]+(?:\.[\w-]+)+)?)|\+(?P<days>\d{1,3})d")


class NoList(Invalid):
    """A list has a name of its own and, on each line, something to do."""


class NoListChosen(Invalid):
    """Choose which list is to be added: none was chosen, or it was retired meanwhile."""


class Line(NamedTuple):
    """`must`: before the case is closed; `days`: within which it is due; `whom`: what one calls them, “” for nobody."""

    text: str
    must: bool
    days: int | None
    whom: str


class TaskListQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(retired_at=None)


class TaskListManager(models.Manager.from_queryset(TaskListQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def write(self, name: str, *, by: Any, body: str, also: "TaskList | None" = None) -> "TaskList":
        """TaskList.objects.write("Data loss", by=max, body="! Stop the writer\\nTell the account manager +1d").

        One of that name is changed by it. A line a task; “!” before it: it must be done before closing; behind it
        (two words or more) “@erin”: for her, and “+2d”: due within two days. `also` is one that takes this name. Raises `NoList`.
        """
        by.must_be_able_to(Can.ARRANGE)
        name, body = " ".join(name.split()), tidy(body)
        tasks = also or self.filter(name__iexact=name).first() or self.model()
        taken = self.filter(name__iexact=name).exclude(pk=tasks.pk).exists()
        if not name or len(name) > 80 or not body or taken:
            raise NoList(_("Another list has this name.") if taken else "")
        lines = read(body)
        if any(len(line.text) > LONGEST for line in lines) or len(lines) > MOST:
            raise NoList(_("A list has at most {n} tasks, of {most} characters each.").format(n=MOST, most=LONGEST))
        _must_be_known({line.whom for line in lines} - {""})
        tasks.name, tasks.body, tasks.changed_by, tasks.changed_at = name, body, by, clock.now()
        tasks.retired_by = tasks.retired_at = None
        tasks.save()
        return tasks


class TaskList(models.Model):
    """Tasks that belong together, added to a case as a whole. What was added stays as it was when this changes."""

    name = models.CharField(max_length=80, unique=True)
    body = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    retired_at = models.DateTimeField(null=True)

    objects = TaskListManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_by=None, retired_at=None) | Q(retired_by__isnull=False, retired_at__isnull=False),
                name="a_list_is_retired_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[Line]:
        return read(self.body)

    def retire(self, *, by: Any) -> None:
        by.must_be_able_to(Can.ARRANGE)
        self.retired_by, self.retired_at = by, clock.now()
        self.save(update_fields=["retired_by", "retired_at"])


def tidy(body: str) -> str:
    return "\n".join(" ".join(line.split()) for line in body.replace("\x00", "").splitlines() if line.strip(" !\t"))


def read(body: str) -> list[Line]:
    return [_read(line.strip()) for line in body.splitlines()]


def _read(line: str) -> Line:
    words, told = line.removeprefix("!").split(), dict[str, str]()
    while len(words) > 1 and (found := BEHIND.fullmatch(words[-1])):
        name = str(found.lastgroup)
        if name in told:
            break
        told[name] = found[name]
        words.pop()
    if len(words) < FEWEST and (whom := told.pop("whom", "")):
        words.append(f"@{whom}")
    days = int(told["days"]) if "days" in told else None
    return Line(" ".join(words), line.startswith("!"), days, told.get("whom", "").lower())


def _must_be_known(words: set[str]) -> None:
    if unknown := sorted(words - called(words).keys()):
        told = _("“@{word}” calls nobody here, or two of us: write their address, as @erin@example.com.")
        raise NoList(told.format(word=unknown[0][:80]))
