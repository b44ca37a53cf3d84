from tandem.measure.models.baseline import Baseline
from tandem.measure.models.correction import TimeCorrection

__all__ = ["Baseline", "TimeCorrection"]
