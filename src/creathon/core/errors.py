"""Refusals and failures that reach a person. The message is a French sentence, shown as it is."""

from dataclasses import dataclass, field


class AppError(Exception):
    """An outcome a person is told about, with its HTTP status."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class BadRequest(AppError):
    """The request cannot be read."""

    status = 400


class NotSignedIn(AppError):
    """Nobody is signed in and the page needs somebody."""

    status = 401


class Refused(AppError):
    """A rule says no; the message is its reason."""

    status = 403


class NotThere(AppError):
    """No such thing, or not for this person: both look alike."""

    status = 404


class Conflict(AppError):
    """Something else happened first."""

    status = 409


class TooLarge(AppError):
    """More bytes than the page accepts."""

    status = 413


class VersionMissing(AppError):
    """A form that may be edited by two people came without its version."""

    status = 428


class TooMany(AppError):
    """Too many tries; the message says when to come back."""

    status = 429


class Busy(AppError):
    """The platform cannot take the request now; the text is kept by the browser."""

    status = 503


class AlreadyDone(AppError):
    """The same form arrived before: its answer is `location`."""

    status = 303

    def __init__(self, location: str) -> None:
        super().__init__("")
        self.location = location


class Stale(Conflict):
    """Somebody saved in between. `current` holds the stored texts by field name."""

    def __init__(self, message: str, current: dict[str, object]) -> None:
        super().__init__(message)
        self.current = current


@dataclass(frozen=True)
class Refusal:
    """The reason a rule gives. A rule returns one, or None when the act is allowed."""

    reason: str
    hidden: bool = field(default=False)
    """True when even the existence of the thing must not be told: the page answers 404."""

    def raised(self) -> AppError:
        return NotThere() if self.hidden else Refused(self.reason)


def check(refusal: Refusal | None) -> None:
    """Raise what a rule refused; do nothing when it allowed."""
    if refusal is not None:
        raise refusal.raised()
