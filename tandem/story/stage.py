"""The stage: people, teams, customers with their installations, and the things that can break."""

from typing import Any

from django.utils.text import slugify

from tandem.communicate.models import Template
from tandem.customers.models import Account, Contact, Environment
from tandem.people.models import Team, User
from tandem.signals.models import Component
from tandem.signals.models.state import State
from tandem.story.cast import CAST
from tandem.submit.models import Mailbox

TEAMS = [
    ("Support", "support", ["sam", "max", "priya"]),
    ("Platform", "engineering", ["erin", "lin"]),
    ("Data", "engineering", ["omar"]),
    ("Mobile", "engineering", ["julia"]),
    ("Billing", "other", ["theo"]),
]
# key, name, role, where they are if not in the house
COLLEAGUES = [
    ("priya", "Priya Nair", "support", "Asia/Kolkata"),
    ("lin", "Lin Zhao", "engineer", ""),
    ("omar", "Omar Haddad", "engineer", ""),
    ("julia", "Julia Roth", "engineer", ""),
    ("theo", "Theo Lund", "support", ""),
]
# name, slug, tier, contact, version that runs there, region
ACCOUNTS = [
    ("Northwind Analytics", "northwind", "enterprise", "Ana Lima", "4.3", "eu-west"),
    ("Globex", "globex", "business", "Mallory Quinn", "4.3", "us-east"),
    ("Brightwater Energy", "brightwater", "enterprise", "Jonas Weber", "4.3", "eu-north"),
    ("Cedar & Daughters", "cedar", "basic", "Ruth Cedar", "4.2", "us-west"),
    ("Delta Clinics", "delta-clinics", "enterprise", "Ifeoma Obi", "4.3", "eu-west"),
    ("Eastline Logistics", "eastline", "business", "Marek Nowak", "4.1", "eu-central"),
    ("Fjord Insurance", "fjord", "enterprise", "Ingrid Dahl", "4.3", "eu-north"),
    ("Granite Bank", "granite", "enterprise", "Peter Okello", "4.2", "us-east"),
    ("Helios Media", "helios", "business", "Camille Roux", "4.3", "eu-west"),
    ("Ironwood Retail", "ironwood", "business", "Dana Fox", "4.3", "us-west"),
    ("Juniper Foods", "juniper", "basic", "Yuki Mori", "4.1", "ap-north"),
    ("Kestrel Air", "kestrel", "enterprise", "Noor Aziz", "4.3", "eu-central"),
    ("Lakeside University", "lakeside", "business", "Tomás Silva", "4.2", "us-east"),
    ("Meridian Telecom", "meridian", "enterprise", "Grace Kim", "4.3", "ap-north"),
]
# name, slug, what it does for customers, what it means when slow and when down
COMPONENTS = [
    ("Exports", "exports", "Files you download or have sent every night.", "Exports arrive up to 2 h late; nothing is lost.", "No export is made at the moment; those of today are made up as soon as it is back."),
    ("Imports", "imports", "Files you hand in.", "Imports take longer than usual; the order is kept.", "Files are accepted and wait; none is lost."),
    ("Dashboards", "dashboards", "The numbers you look at.", "Numbers can be up to an hour old.", "Dashboards show the last state before the trouble."),
    ("Sign-in", "sign-in", "Coming in, by password or your company's sign-in.", "Signing in takes up to a minute.", "Nobody new can sign in; who is in stays in."),
    ("API", "api", "What your programs talk to.", "Some requests answer after several seconds; repeat those that time out.", "Requests fail; programs that repeat lose nothing."),
    ("Webhooks", "webhooks", "Events we send to your programs.", "Events arrive late, in order.", "Events are kept and sent when it is back."),
    ("Mobile app", "mobile", "The app on phones.", "Pictures load slowly.", "The app works offline and sends later."),
    ("Search", "search", "Finding documents.", "New documents are found after some minutes.", "Search finds nothing for now; documents are all there."),
    ("Reports", "reports", "Reports by mail.", "Reports come late.", "Reports are sent when it is back."),
    ("Billing", "billing", "Invoices.", "Invoices are made with delay.", "No invoices are made; nothing is charged twice."),
]  # fmt: skip


TEMPLATES = [
    ("No news", "Hello {{ contact.first_name }},\n\nno news is news, too: we are still on it, and you hear from me again by {{ promise }}."),
    ("Ask for a log", "Could you send us the log of one run that failed, {{ contact.first_name }}? Please look through it for passwords first."),
    ("Thank you", "Thank you for your patience with case {{ case.number }}, {{ contact.first_name }}."),
]  # fmt: skip
SIGNATURE = "{{ agent.name }}, {{ company }} support"


def people() -> dict[str, User]:
    """The cast and their colleagues, by first name."""
    made = {p.key: _user(p.email, p.name, p.role) for p in CAST}
    made |= {key: _user(f"{key}@tandem.example", name, role, zone) for key, name, role, zone in COLLEAGUES}
    for name, kind, members in TEAMS:
        team, _new = Team.objects.get_or_create(slug=name.lower(), defaults={"name": name, "kind": kind})
        team.members.add(*(made[key] for key in members))
    return made


def customers() -> list[Environment]:
    """The production installation of every account, with a contact who writes."""
    return [_installation(*told) for told in ACCOUNTS]


def words(by: Any) -> None:
    """What is written often, and what stands below the mails of support."""
    for name, body in TEMPLATES:
        if not Template.objects.filter(name=name).exists():
            Template.objects.write(name=name, body=body, by=by)
    Team.objects.filter(slug="support").update(signature=SIGNATURE)


def dependencies_of(environments: list[Environment], *, by: Any) -> None:
    """What can break, in words, and who depends on it."""
    components(by)
    dependencies(environments)


def components(by: Any) -> None:
    for position, (name, slug, does, slow, down) in enumerate(COMPONENTS):
        component, _new = Component.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": does, "position": position}
        )
        for state, sentence in ((State.SLOW, slow), (State.DEGRADED, slow), (State.DOWN, down)):
            component.effects.word(state, by=by, sentence=sentence, callers_say=f"“{name}: it does not work as usual.”")


def dependencies(environments: list[Environment]) -> None:
    """Everybody uses sign-in and dashboards; the rest in turns, so that an alert names some and not all."""
    everything = list(Component.objects.order_by("position"))
    for nth, environment in enumerate(environments):
        for component in everything:
            if component.slug in ("sign-in", "dashboards") or (nth + component.position) % 3 or nth == 0:
                environment.dependencies.get_or_create(component=component)


def mailbox(by: Any) -> None:
    """One to look at, paused: a demo fetches nothing from anywhere."""
    told: dict[str, Any] = {
        "address": "help@tandem.example",
        "host": "imap.tandem.example",
        "username": "help@tandem.example",
    }
    told |= {"name": "Help, at the old provider", "password": "none: nothing is fetched"}
    Mailbox.objects.set_up(by=by, **told).pause(by=by)


def _user(email: str, name: str, role: str, zone: str = "") -> User:
    user = User.objects.filter(email=email).first() or User.objects.welcome(email, name=name, role=role)
    if zone:
        user.time_zone = zone
        user.save(update_fields=["time_zone"])
    return user


def _installation(name: str, slug: str, tier: str, contact: str, version: str, region: str) -> Environment:
    account, _new = Account.objects.get_or_create(
        slug=slug, defaults={"name": name, "tier": tier, "domains": [f"{slug}.example"]}
    )
    email = f"{slugify(contact.split()[0])}@{slug}.example"
    person = Contact.objects.meet(email, name=contact, account=account)
    Contact.objects.filter(pk=person.pk).update(account=account)
    environment, _new = account.environments.get_or_create(
        name="production", defaults={"version": version, "region": region}
    )
    return environment
