"""What a report asks: templates written as YAML, read, checked and shown field by field as far as the answers call for."""

from tandem.submit.reporting.reading import Unreadable, read
from tandem.submit.reporting.template import Field, Section, Template

__all__ = ["Field", "Section", "Template", "Unreadable", "read"]
