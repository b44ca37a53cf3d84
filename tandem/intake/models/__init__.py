from tandem.intake.models.fact import Fact, Source
from tandem.intake.models.question import Asking, Question
from tandem.intake.models.readback import ReadBack, ReadBackLine, Verdict

__all__ = ["Asking", "Fact", "Question", "ReadBack", "ReadBackLine", "Source", "Verdict"]
