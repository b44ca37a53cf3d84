from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat

from tandem.kit import clock, files, uploads
from tandem.kit.errors import Invalid
from tandem.kit.files.fields import StoredAs
from tandem.kit.text import keepable
from tandem.people.visibility import VisibleTo
from tandem.submit.models.accepting import report_key
from tandem.submit.models.submission import Submission

KEPT = timedelta(days=30)
LONGEST = 200_000  # characters of a draft
NOT_KEPT = {"csrfmiddlewaretoken", "shown", "step", "files"}


class TooLong(Invalid):
    """That is too long for a report. Put long logs into a file and attach it."""


class TooMany(Invalid):
    """A report takes ten files. Remove one, or put several into an archive."""


class DraftQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        """What somebody has not sent is nobody else's."""
        return self.filter(person=actor)

    def customers_share(self, actor: Any) -> models.Q:
        return models.Q(person=actor)

    def standing(self) -> Self:
        return self.filter(saved_at__gt=clock.now() - KEPT)

    def stale(self) -> Self:
        return self.filter(saved_at__lte=clock.now() - KEPT)


class DraftManager(models.Manager.from_queryset(DraftQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, told: Mapping[str, Any], *, by: Any, attached: Iterable[files.Stored] = ()) -> "Draft | None":
        """Draft.objects.keep({"title": "Exports st"}, by=ana): what she typed so far.

        None if this very report was sent already: a word that was late on its way changes nothing.
        """
        person = by
        words = keepable({name: value for name, value in told.items() if name not in NOT_KEPT})
        if sum(len(str(value)) for value in words.values()) > LONGEST:
            raise TooLong
        if Submission.objects.filter(dedupe_key=report_key(person, words.get("once", ""))).exists():
            return None
        draft, _new = self.update_or_create(person=person, defaults={"told": words, "saved_at": clock.now()})
        for file in attached:
            draft.attach(file)
        return draft

    def let_go(self) -> None:
        """Forget drafts nobody came back to, and their files."""
        for draft in self.stale().order_by("pk")[:500]:
            draft.discard()


class Draft(models.Model):
    """A report somebody began, on whichever of their devices, and has not sent."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="draft")
    told = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = DraftManager()

    def attach(self, file: files.Stored) -> None:
        """Keep a file with it; the same bytes once. Raises `TooMany`."""
        if self.draft_files.filter(sha256=file.sha256).exists():
            files.shelf().remove(file.stored_as)
            return
        if self.draft_files.count() >= uploads.MOST:
            files.shelf().remove(file.stored_as)
            raise TooMany
        self.draft_files.create(
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
        )

    @transaction.atomic
    def discard(self) -> None:
        """Its writer lets go of it, or a month has passed: the words and the files are gone."""
        for file in self.draft_files.all():
            file.remove()
        self.delete()

    def sent(self) -> None:
        """It became a report, which has its files now."""
        self.delete()


class DraftFile(models.Model):
    """A file that waits with a draft."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="draft_files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = StoredAs(unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("draft", "sha256", name="one_copy_per_draft")]

    @property
    def stored(self) -> files.Stored:
        return files.Stored(self.name, self.content_type, self.size, self.sha256, self.stored_as)

    @property
    def weight(self) -> str:
        return filesizeformat(self.size)

    def remove(self) -> None:
        """Away with it, once that is certain."""
        transaction.on_commit(lambda: files.shelf().remove(self.stored_as))
        self.delete()
