from django.utils.translation import gettext_lazy as _

from tandem.cases.sentences import say
from tandem.communicate.models.addressing import NobodyAddressed, NotHearing, Place
from tandem.communicate.models.call import Call, Direction
from tandem.communicate.models.delivery import Delivery, State
from tandem.communicate.models.planned import LeftAlready, NotToCome, PlannedUpdate
from tandem.communicate.models.promise import NotStanding, Promise, PromiseInThePast
from tandem.communicate.models.reference import Reference
from tandem.communicate.models.template import NameTaken, Template
from tandem.communicate.models.update import Kind, Link, Update

__all__ = [
    "Call",
    "Delivery",
    "Direction",
    "Kind",
    "LeftAlready",
    "Link",
    "NameTaken",
    "NobodyAddressed",
    "NotHearing",
    "NotStanding",
    "NotToCome",
    "Place",
    "PlannedUpdate",
    "Promise",
    "PromiseInThePast",
    "Reference",
    "State",
    "Template",
    "Update",
]

say("update.sent", _("Update sent to the customer"))
say("promise.made", _("The customer was told when they hear from us next"))
say("promise.taken_over", _("What case {see} was promised is promised here"))
say("promise.withdrawn", _("What was promised by mistake was taken back"))
say("promise.kept", _("The customer heard from us, as promised"))
say("promise.warned", _("The promised word to the customer is soon due"))
say("promise.broken", _("The customer did not hear from us when promised"))
say("delivery.failed", _("A mail to {name} was not delivered: {error}"))
say("contact.mail_stopped", _("No mail goes to {name} any more. {why}"))
say("update.planned", _("An update waits to leave"))
say("update.prepared", _("A reply is prepared: read it and send it"))
say("update.withdrawn", _("An update was taken back before it left"))
say("update.held", _("An update did not leave: {why}"))
say("call.logged", _("Spoke with {name}"))
