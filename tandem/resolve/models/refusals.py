from tandem.kit.errors import Refused


class OneProposedAlready(Refused):
    """A resolution stands already. Withdraw it before you propose another."""


class Withdrawn(Refused):
    """This resolution has been withdrawn."""


class NotVerifiedByUs(Refused):
    """First check it yourselves: the customer is asked only when our own verification says that it works."""


class NotAsked(Refused):
    """The customer has not been asked yet whether it works."""


class NotTheirs(Refused):
    """Only somebody who takes part for the customer can say whether it works for them."""

    status = 403


class CaseClosed(Refused):
    """This case is closed. Write to us, and it opens again."""
