"""What each role may do. Which cases one may see is asked of `visible_to`; this says which acts are one's own."""

from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CONTACT = "contact", _("Customer contact")
    SUPPORT = "support", _("Support")
    ENGINEER = "engineer", _("Engineer")
    MANAGER = "manager", _("Support manager")
    ADMINISTRATOR = "administrator", _("Administrator")


class Can(Enum):
    """An act, as one would say it of a person: Sam can speak to customers."""

    WORK = "work on cases"
    SPEAK = "speak to customers"
    STEER = "triage, escalate and close cases"
    SOLVE = "accept, answer and hand back escalations"
    PUBLISH = "publish articles"
    SORT_MAIL = "release and reject quarantined mail"
    SHAPE = "change what reports ask"
    READ_RESTRICTED = "read what is restricted"
    DIRECT = "direct the work of others"
    ARRANGE = "make tags, fields and lists of tasks"
    SHAPE_WORDS = "change templates and signatures"
    AGREE = "change service levels and calendars"
    AUTOMATE = "write and switch on rules"
    ADMINISTER = "administer"


GRANTS: dict[str, set[Can]] = {
    Role.CONTACT: set(),
    Role.SUPPORT: {Can.WORK, Can.SPEAK, Can.STEER, Can.PUBLISH, Can.SORT_MAIL},
    Role.ENGINEER: {Can.WORK, Can.SOLVE},
    Role.MANAGER: set(Can) - {Can.ADMINISTER},
    Role.ADMINISTRATOR: set(Can),
}
