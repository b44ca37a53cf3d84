from tandem.intake.models.collection import Collected, Collection
from tandem.intake.models.collector import Collector
from tandem.intake.models.fact import Fact, Source
from tandem.intake.models.hold import Hold
from tandem.intake.models.once import Asking
from tandem.intake.models.question import Question
from tandem.intake.models.readback import ReadBack, Through
from tandem.intake.models.readback_line import LineVerdict, ReadBackLine
from tandem.intake.models.reading import Reading
from tandem.intake.models.remedy_first import RemedyFirst

__all__ = [
    "Asking",
    "Collected",
    "Collection",
    "Collector",
    "Fact",
    "Hold",
    "LineVerdict",
    "Question",
    "ReadBack",
    "ReadBackLine",
    "Reading",
    "RemedyFirst",
    "Source",
    "Through",
]
