from tandem.notify.models.browser import Browser, Interruption, PushKey
from tandem.notify.models.kinds import Kind, Reason, Way
from tandem.notify.models.mention import Mention
from tandem.notify.models.notice import Notice
from tandem.notify.models.preference import Calm, Preference
from tandem.notify.models.watch import Mute, Watch

__all__ = [
    "Browser",
    "Calm",
    "Interruption",
    "Kind",
    "Mention",
    "Mute",
    "Notice",
    "Preference",
    "PushKey",
    "Reason",
    "Watch",
    "Way",
]
