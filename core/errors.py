"""The one family of errors a command may raise. Rendering lives in `problems.py`."""

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal that the person asking can understand and act on.

    `code` is the stable name clients see; the texts stand in the catalogue under
    `errors.<code>.title` and `errors.<code>.advice`. `details` are added to the problem document
    (JSON-able values only, never personal data) and fill placeholders of the texts.
    """

    def __init__(self, code: str, status: int, details: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.details: dict[str, object] = dict(details or {})


def not_found(code: str = "not_found") -> DomainError:
    """404: there is no such thing, or not for this caller."""
    return DomainError(code, 404)


def wrong_state(present: str) -> DomainError:
    """409: the step does not fit the present state, which is named."""
    return DomainError("wrong_state", 409, {"state": present})


def invalid(field: str, reason: str) -> DomainError:
    """422: a value that cannot be used; names the field and the reason (a catalogue key)."""
    return DomainError("invalid_value", 422, {"errors": [{"field": field, "reason": reason}]})


def try_again() -> DomainError:
    """503: nothing was saved; the same request may be sent again."""
    return DomainError("try_again", 503)
