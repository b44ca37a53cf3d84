"""A mail, from bytes a stranger sent to what we keep of it. `read` is the door; the rest runs in a limited child."""

from tandem.submit.parsing.authentication import verified_sender
from tandem.submit.parsing.reading import parse, read
from tandem.submit.parsing.shapes import Attachment, DeliveryReport, Inside, Parsed, Unparseable

__all__ = ["Attachment", "DeliveryReport", "Inside", "Parsed", "Unparseable", "parse", "read", "verified_sender"]
