from tandem.resolve.models.resolution import Resolution
from tandem.resolve.models.verification import Verdict, Verification, Via
from tandem.resolve.models.workaround import Runner, Workaround

__all__ = ["Resolution", "Runner", "Verdict", "Verification", "Via", "Workaround"]
