from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.sentences import say
from tandem.kit import clock
from tandem.kit.errors import Invalid, Refused
from tandem.learn.models.finding import ArticleManager, known
from tandem.learn.models.sections import SECTIONS, Sections
from tandem.learn.models.version import ArticleVersion
from tandem.learn.scrubbing import names_around
from tandem.people.roles import Can

say("article.drafted", gettext_lazy("Article drafted"))
say("article.revised", gettext_lazy("Article revised"))
say("article.submitted", gettext_lazy("Article is to be reviewed"))
say("article.published", gettext_lazy("Article published"))
say("article.retired", gettext_lazy("Article retired"))


class NamesACustomer(Invalid):
    """The article still names a customer."""


class Retired(Refused):
    """This article has been retired. Draft a new one."""


class State(models.TextChoices):
    DRAFT = "draft", gettext_lazy("draft")
    IN_REVIEW = "in_review", gettext_lazy("in review")
    PUBLISHED = "published", gettext_lazy("published")
    RETIRED = "retired", gettext_lazy("retired")


class Article(Sections):
    """What a case taught. Its own columns are what readers see; newer versions wait until they are published."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="articles", null=True, blank=True)
    slug = models.SlugField(max_length=90, unique=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    drafted_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    retired_at = models.DateTimeField(null=True)
    words = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("symptom", weight="B", config="english")
        + SearchVector("cause", "resolution", weight="C", config="english")
        + SearchVector("environment", "tried", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ArticleManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("case", condition=Q(retired_at=None), name="one_standing_article_per_case"),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(reviewed_by__isnull=False), name="article_published_was_reviewed"
            ),
        ]
        indexes = [
            GinIndex("words", name="articles_by_words"),
            models.Index(
                fields=["-id"],
                name="articles_published",
                condition=Q(published_at__isnull=False, retired_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        if self.retired_at:
            return State.RETIRED
        if self.published_at:
            return State.PUBLISHED
        return State.IN_REVIEW if self.submitted_at else State.DRAFT

    @property
    def lead(self) -> str:
        """The symptom in one line, for lists."""
        return " ".join(line.lstrip("> ") for line in self.symptom.splitlines() if line.strip("> "))

    @property
    def latest(self) -> ArticleVersion:
        return self.article_versions.select_related("revised_by").order_by("-number")[0]

    @property
    def is_untouched(self) -> bool:
        """Drafted by the house, and no person has changed it or asked for its review."""
        return self.state == State.DRAFT and not self.article_versions.exclude(revised_by=None).exists()

    @property
    def names_a_customer(self) -> list[str]:
        """Names of the customer that stand in the newest version."""
        if self.case is None:
            return []
        return names_around(self.case).found_in("\n".join(self.latest.sections.values()))

    @transaction.atomic
    def revise(self, *, by: Any, **sections: str) -> ArticleVersion:
        """article.revise(cause="…", by=sam): a new version. Of a published article, readers see it once it is published."""
        self._lock()
        newest = self.latest
        told = newest.sections | known(sections)
        if told == newest.sections:
            return newest
        version = self.keep_version(told, by=by)
        if self.published_at is None:
            self._show(version)
        self.record("article.revised", by=by, version=version.number)
        return version

    @transaction.atomic
    def submit(self, *, by: Any) -> None:
        """Ask for its review."""
        self._lock()
        self.submitted_by, self.submitted_at = by, clock.now()
        self.save(update_fields=["submitted_by", "submitted_at"])
        self.record("article.submitted", by=by)

    @transaction.atomic
    def publish(self, *, by: Any, names_are_harmless: bool = False) -> None:
        """Let everybody read the newest version. Raises `NamesACustomer`, unless somebody looked and says it is harmless."""
        by.must_be_able_to(Can.PUBLISH)
        self._lock()
        if self.retired_at:
            raise Retired
        if not names_are_harmless and (names := self.names_a_customer):
            raise NamesACustomer(
                _("The article still names a customer: {names}. Take it out first.").format(names=", ".join(names))
            )
        self._show(self.latest)
        self.reviewed_by, self.published_at = by, clock.now()
        self.save(update_fields=["reviewed_by", "published_at"])
        self.record("article.published", by=by, slug=self.slug)

    @transaction.atomic
    def retire(self, *, by: Any) -> None:
        """Take it back: nobody but colleagues reads it any more."""
        by.must_be_able_to(Can.PUBLISH)
        self._lock()
        if self.retired_at:
            raise Retired
        self.retired_by, self.retired_at = by, clock.now()
        self.save(update_fields=["retired_by", "retired_at"])
        self.record("article.retired", by=by)

    def keep_version(self, sections: dict[str, str], *, by: Any) -> ArticleVersion:
        last = self.article_versions.first()
        return self.article_versions.create(number=last.number + 1 if last else 1, revised_by=by, **sections)

    def free_slug(self) -> str:
        """From the title; once published, the address stays."""
        stem = slugify(self.title)[:80].strip("-") or "article"
        taken = set(Article.objects.exclude(pk=self.pk).filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
        return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)

    def record(self, verb: str, *, by: Any, **facts: Any) -> None:
        if self.case:
            self.case.record(verb, by=by, article=self.pk, title=self.title, **facts)

    def _show(self, version: ArticleVersion) -> None:
        for name, text in version.sections.items():
            setattr(self, name, text)
        if self.published_at is None:
            self.slug = self.free_slug()
        self.save(update_fields=[*SECTIONS, "slug"])

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Article.objects.select_for_update().order_by())
