from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.kit import clock, live, tokens
from tandem.kit.errors import Invalid, Refused
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.submit.reporting import Template, Unreadable, read
from tandem.submit.reporting.shipped import OTHER, sources

BIRTH = 7_213_455  # the lock that orders births of versions
KEPT = timedelta(seconds=15)


class NotATemplate(Invalid):
    """This is no template yet."""


class NothingNew(Refused):
    """This is what is asked already; change something first."""


class NoSuchTemplate(Invalid):
    """There is no template of this name. A name is small letters, digits and dashes."""


class Changed(Refused):
    """Somebody published another version while you wrote. Look at theirs first; what you wrote is still here."""


class ReportTemplateQuerySet(VisibleTo):
    def of_people(self) -> Self:
        """Those a person published; the others were shipped and kept because a report was made with them."""
        return self.filter(published_by__isnull=False)

    def newest(self) -> Self:
        """Of each realm the last that a person published."""
        return self.of_people().order_by("realm", "-version").distinct("realm")


class ReportTemplateManager(models.Manager.from_queryset(ReportTemplateQuerySet)):  # type: ignore[misc]
    # Asked on nearly every page, changed once in a while: each process keeps it a few seconds.
    _known: tuple[datetime, dict[str, Template]] | None = None

    def known(self) -> dict[str, Template]:
        """What is asked now, by realm, as of at most 15 seconds ago."""
        held, now = ReportTemplateManager._known, clock.real()
        if held is None or now - held[0] > KEPT:
            found = {realm: row.template for realm, row in self.current().items()}
            held = ReportTemplateManager._known = (now, found)
        return held[1]

    @staticmethod
    def forget() -> None:
        """Read them anew next time."""
        ReportTemplateManager._known = None

    def current(self) -> dict[str, "ReportTemplate"]:
        """What is asked now, by realm, in the order a form offers it; those never kept are not in the database yet."""
        shipped = {realm: ReportTemplate(realm=realm, version=0, source=source) for realm, source in sources().items()}
        own = {template.realm: template for template in self.newest()}
        realms = [*(realm for realm in shipped if realm != OTHER), *sorted(own.keys() - shipped.keys()), OTHER]
        return {realm: own.get(realm) or shipped[realm] for realm in realms}

    def of(self, realm: str, *, version: int | None = None) -> "ReportTemplate":
        """The one that is asked now, or was at this version. Raises `NoSuchTemplate`."""
        found = self.current().get(realm) if version in (None, 0) else self.filter(realm=realm, version=version).first()
        if found is None:
            raise NoSuchTemplate
        return found

    @transaction.atomic
    def publish(self, realm: str, *, source: str, by: Any, because: str = "", after: int | None = None) -> Any:
        """ReportTemplate.objects.publish("web", source="label: …", by=max): a new version, asked from now on.

        `after` is the version one began from. Raises `NotATemplate`, `NothingNew`, `NoSuchTemplate`, `Changed`.
        """
        by.must_be_able_to(Can.SHAPE)
        source = source.replace("\r\n", "\n").strip() + "\n"
        try:
            read(source)
        except Unreadable as error:
            raise NotATemplate(str(error)) from None
        if not _is_name(realm):
            raise NoSuchTemplate
        _one_at_a_time()
        now = self.current().get(realm)
        if now and now.source.strip() == source.strip():
            raise NothingNew
        if after is not None and after != (now.version if now else 0):
            raise Changed
        made = self._make(realm, source=source, published_by=by, because=because[:300])
        self.forget()
        transaction.on_commit(self.forget)  # what another thread read meanwhile is the old
        live.announce("report_templates", audience="support")
        return made

    @transaction.atomic
    def keep(self, template: "ReportTemplate") -> "ReportTemplate":
        """The row of this template; of a shipped one made now, because a report is made with it."""
        if template.pk:
            return template
        _one_at_a_time()
        kept = self.filter(realm=template.realm, published_by=None, fingerprint=_print(template.source)).first()
        return kept or self._make(template.realm, source=template.source)

    def _make(self, realm: str, *, source: str, **more: Any) -> "ReportTemplate":
        last = self.filter(realm=realm).aggregate(last=Max("version"))["last"] or 0
        return self.create(realm=realm, version=last + 1, source=source, fingerprint=_print(source), **more)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BIRTH])


def _is_name(realm: str) -> bool:
    words = realm.split("-")
    return len(realm) <= 40 and all(word.isascii() and word.isalnum() and word.islower() for word in words)


def _print(source: str) -> str:
    return tokens.fingerprint_of(source.encode())


class ReportTemplate(models.Model):
    """What a report of one realm asks, in one version. Never changed; what is made with it keeps it."""

    realm = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    source = models.TextField()
    fingerprint = models.CharField(max_length=64, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(default=clock.now, editable=False)
    because = models.CharField(gettext_lazy("why"), max_length=300, blank=True)

    objects = ReportTemplateManager()

    class Meta:
        ordering = ["realm", "-version"]
        constraints = [
            models.UniqueConstraint("realm", "version", name="one_template_per_version"),
            models.UniqueConstraint(
                "realm", "fingerprint", condition=Q(published_by=None), name="one_row_per_shipped_template"
            ),
            models.CheckConstraint(condition=Q(version__gt=0), name="template_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.realm} {self.version}"

    @property
    def template(self) -> Template:
        return read(self.source)

    @property
    def is_shipped(self) -> bool:
        return self.published_by_id is None

    @property
    def says(self) -> str:
        """Which version it is, in words."""
        return _("as shipped") if self.is_shipped else _("version {n}").format(n=self.version)
