"""A refusal is a sentence with a status; pages and API say it alike."""


class Refused(Exception):
    """That cannot be done now."""

    status = 409
    # An address and its name, where a person can do something about it.
    way_on: tuple[str, str] | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.__doc__ or "")

    @property
    def sentence(self) -> str:
        return str(self)


class NotAllowed(Refused):
    """Your role does not include this. Ask a manager if it should."""

    status = 403


class Invalid(Refused):
    """That is not complete or not right yet."""

    status = 422
