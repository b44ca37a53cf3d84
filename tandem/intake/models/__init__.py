from tandem.intake.models.fact import Fact, Source
from tandem.intake.models.question import Asking, Question
from tandem.intake.models.readback import ReadBack
from tandem.intake.models.readback_line import LineVerdict, ReadBackLine

__all__ = ["Asking", "Fact", "LineVerdict", "Question", "ReadBack", "ReadBackLine", "Source"]
