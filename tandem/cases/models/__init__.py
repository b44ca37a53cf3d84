from tandem.cases.models.attachment import Attachment
from tandem.cases.models.case import Ball, Case
from tandem.cases.models.erasure import Erasure
from tandem.cases.models.event import Event
from tandem.cases.models.holding import hold
from tandem.cases.models.link import Link
from tandem.cases.models.merge import Merge
from tandem.cases.models.message import SPOKEN, Channel, Message
from tandem.cases.models.move import Move
from tandem.cases.models.participant import Participant
from tandem.cases.models.preview import Preview
from tandem.cases.models.proposal import Proposal
from tandem.cases.models.rendering import Rendering
from tandem.cases.models.secret import Disclosure, Secret

__all__ = [
    "SPOKEN",
    "Attachment",
    "Ball",
    "Case",
    "Channel",
    "Disclosure",
    "Erasure",
    "Event",
    "Link",
    "Merge",
    "Message",
    "Move",
    "Participant",
    "Preview",
    "Proposal",
    "Rendering",
    "Secret",
    "hold",
]
