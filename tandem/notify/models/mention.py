from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q

from tandem.cases.audience import Audience, readable_by
from tandem.cases.models import Case, Message
from tandem.notify.models.watch import Watch
from tandem.people.called import who_is, words_in
from tandem.people.models import Team, User

MOST, OFFERED = 20, 6


class MentionManager(models.Manager["Mention"]):
    def find(self, message_ids: Iterable[int]) -> None:
        """Keep whom these notes call. What customers write, and what we write to them, calls nobody."""
        notes = Message.objects.filter(pk__in=list(message_ids), body__contains="@", author__isnull=False)
        for note in (
            notes.exclude(audience=Audience.CUSTOMER).exclude(author__role="contact").select_related("stands_on")
        ):
            named = who_is(words_in(note.body))
            users = [user for user in named.users if may_read(user, note.audience, note.stands_on)]
            rows = [Mention(message=note, user=user) for user in users]
            rows += [Mention(message=note, team=team) for team in named.teams]
            self.bulk_create(rows, ignore_conflicts=True)
            self._watch(note, [user for user in users if user != note.author])

    def _watch(self, note: Message, users: list[User]) -> None:
        """Whoever is mentioned wants to know how it goes on, unless they once said that they do not."""
        before = set(
            Watch.objects.filter(case=note.stands_on, watched_by__in=users).values_list("watched_by", flat=True)
        )
        for user in users:
            if user.pk not in before:
                note.stands_on.watches.begin(by=user, why=Watch.Why.MENTIONED)


def may_read(user: User, audience: str, case: Case) -> bool:
    """Whether a colleague reads what is for this audience on a case."""
    return audience in readable_by(user) or user.pk in (case.customer_owner_id, case.technical_owner_id)


class Mention(models.Model):
    """A note calls somebody, or a team."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions", null=True)
    team = models.ForeignKey(Team, models.CASCADE, related_name="mentions_of_team", null=True)

    objects = MentionManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("message", "user", name="one_mention_of_a_person"),
            models.UniqueConstraint("message", "team", name="one_mention_of_a_team"),
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None),
                name="mention_of_a_person_or_a_team",
            ),
        ]


def offered(word: str, case: Case, audience: str) -> list[dict[str, str]]:
    """Whom “@word” may become in a note for this audience: teams and colleagues who may read it. Two queries."""
    begins = Q(name__istartswith=word) | Q(name__icontains=f" {word}") | Q(email__istartswith=word)
    known = [user for user in User.objects.colleagues().filter(begins)[:MOST] if may_read(user, audience, case)]
    teams = Team.objects.filter(Q(slug__istartswith=word) | Q(name__istartswith=word))[:OFFERED]
    people = [
        {"word": spelled, "name": user.name, "detail": str(user.get_role_display())}
        for user, spelled in _spelled(known[:OFFERED])
    ]
    return people + [{"word": team.slug, "name": team.name, "detail": str(team.get_kind_display())} for team in teams]


def _spelled(users: list[User]) -> list[tuple[User, str]]:
    """How each is written behind the “@”: the first part of the address, the whole of it where others share that."""
    firsts = [user.email.split("@")[0] for user in users]
    shared = reduce(or_, (Q(email__startswith=f"{first}@") for first in firsts), Q(pk__in=[]))
    holders = [
        email.split("@")[0] for email in User.objects.colleagues().filter(shared).values_list("email", flat=True)
    ]
    return [
        (user, first if holders.count(first) == 1 else user.email) for user, first in zip(users, firsts, strict=True)
    ]
