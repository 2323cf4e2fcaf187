"""Types for what comes from outside: bounded, without control characters, strictly shaped.

Used as `name: Annotated[str, Line(200)]`, `remark: Annotated[str, Paragraph(500)]`, `slug: Slug`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_BREAKS = frozenset("\n\t")
# Marks that turn the direction of what follows can make one name look like another.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
# Nothing is seen of these alone: joiners and marks, spaces, and letters that are drawn empty.
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Input(BaseModel):
    """Base of every model that parses input: nothing unknown, nothing infinite, frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


@dataclass(frozen=True)
class Line:
    """One line of `least`..`limit` characters, trimmed, in Unicode's composed form (NFC)."""

    limit: int
    least: int = 1

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(
            strip_whitespace=True, min_length=self.least, max_length=self.limit
        )
        return core_schema.no_info_after_validator_function(_line, text)


@dataclass(frozen=True)
class Paragraph:
    """Text of at most `limit` characters that may have several lines."""

    limit: int
    least: int = 1

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(
            strip_whitespace=True, min_length=self.least, max_length=self.limit
        )
        return core_schema.no_info_after_validator_function(_paragraph, text)


def _line(text: str) -> str:
    return _plain(text, frozenset())


def _paragraph(text: str) -> str:
    return _plain(text.replace("\r\n", "\n").replace("\r", "\n"), _BREAKS)


def _plain(text: str, allowed: frozenset[str]) -> str:
    for letter in text:
        if letter in allowed:
            continue
        if letter in _OVERRIDES or unicodedata.category(letter) in _REFUSED:
            raise PydanticCustomError("control_character", "control characters are not allowed")
    if text and not is_visible(text):
        raise PydanticCustomError("invisible", "nothing of it can be seen")
    return unicodedata.normalize("NFC", text)


def is_visible(text: str) -> bool:
    """Whether somebody sees anything of the text at all."""
    return any(
        letter not in _BLANK and unicodedata.category(letter) not in _UNSEEN for letter in text
    )


def _email(text: str) -> str:
    """Deliberately loose (RFC 5321 4.5.3.1 for the lengths): only a mail proves an address."""
    name, _, domain = text.rpartition("@")
    if not (0 < len(name) <= 64 and _DOMAIN.fullmatch(domain)) or _NOT_IN_EMAIL.search(name):
        raise PydanticCustomError("email", "not an e-mail address")
    return text


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text) or sum(letter.isdigit() for letter in text) < 4:
        raise PydanticCustomError("phone", "not a telephone number")
    return text


_DOMAIN = re.compile(r"(?=.{4,253}$)([^\s@.,;:<>()\"\[\]\\]{1,63}\.)+[^\W\d_][\w-]{1,62}")
_NOT_IN_EMAIL = re.compile(r"[\s@<>()\"\[\]\\,;:]|^\.|\.$|\.\.")
_PHONE = re.compile(r"\+?[0-9 ()/.-]{4,39}")

# Names in addresses: lower case, digits, hyphens.
Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
EmailText = Annotated[str, Line(320), AfterValidator(_email)]
PhoneText = Annotated[str, Line(40), AfterValidator(_phone)]
LanguageText = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z]{5,8})?$")]
