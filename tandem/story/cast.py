"""The people of the story, and of the tests, the pictures and the docs."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Person(NamedTuple):
    key: str
    name: str
    email: str
    role: str
    side: str
    part: str | Promise


CAST = [
    Person("ana", "Ana Lima", "ana@northwind.example", "contact", "customer", _("customer at Northwind Analytics")),
    Person("sam", "Sam Okafor", "sam@tandem.example", "support", "support", _("support")),
    Person("erin", "Erin Haas", "erin@tandem.example", "engineer", "engineering", _("engineer, team Platform")),
    Person("max", "Max Berger", "max@tandem.example", "manager", "support", _("support manager")),
    Person("ada", "Ada Novak", "ada@tandem.example", "administrator", "support", _("administrator")),
    Person("mallory", "Mallory Quinn", "mallory@globex.example", "contact", "customer", _("somebody else’s customer")),
]
