"""What can be wrong with a master data file, and how it is said. No checks of its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import ErrorDetails

from ...core.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: the file, the key as a path (`offices[2].opening[0].from`), the reason."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class WrongFilesError(DomainError):
    """The files are refused as a whole; `mistakes` names everything that was found."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        named = [{"file": m.file, "field": m.key, "reason": m.reason} for m in self.mistakes]
        super().__init__("invalid_value", 422, {"errors": named})

    def __str__(self) -> str:
        return "\n".join(map(str, self.mistakes))


# What pydantic calls its errors, as sentences that follow a key.
_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key known here",
    "string_type": "must be a text in quotation marks",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "literal_error": "must be one of {expected}",
    "value_error": "{error}",
}


def mistake_of(file: str, error: ErrorDetails) -> Mistake:
    """A pydantic error as a mistake in a file."""
    reason = _REASONS.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
    return Mistake(file, key_of(error["loc"]), reason)


def key_of(path: Iterable[int | str]) -> str:
    """`("offices", 2, "opening", 0, "from")` as `offices[2].opening[0].from`."""
    key = ""
    for step in path:
        key += f"[{step}]" if isinstance(step, int) else f".{step}"
    return key.removeprefix(".")
