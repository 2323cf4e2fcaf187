"""Types for what comes from outside: bounded, without control characters, strictly shaped.

Used as `name: Annotated[str, Line(200)]`, `remark: Annotated[str, Paragraph(500)]`, `slug: Slug`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

EMAIL_LIMIT = 320
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
        return _bounded(self.least, self.limit, _line)


@dataclass(frozen=True)
class Paragraph:
    """Text of at most `limit` characters that may have several lines."""

    limit: int
    least: int = 1

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _bounded(self.least, self.limit, _paragraph)


def _bounded(least: int, limit: int, read: Callable[[str], str]) -> CoreSchema:
    """Measured as it is kept too: a few letters are longer in the composed form."""
    typed = core_schema.str_schema(strip_whitespace=True, min_length=least, max_length=limit)
    kept = core_schema.str_schema(max_length=limit)
    composed = core_schema.no_info_after_validator_function(read, typed)
    return core_schema.chain_schema([composed, kept])


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
    """Deliberately loose (RFC 5321 4.5.3.1 for the lengths): only a mail proves an address.

    Wide letters become plain ones, as every mail server takes them (NFKC, RFC 5895), and what
    nobody sees is refused: the same person must not look like several.
    """
    text = unicodedata.normalize("NFKC", text)
    name, _, domain = text.rpartition("@")
    if not (0 < len(name) <= 64 and _DOMAIN.fullmatch(domain)) or _NOT_IN_EMAIL.search(name):
        raise PydanticCustomError("email", "not an e-mail address")
    # Compared without case it is kept as well, and that may be longer.
    if any(_is_ignorable(letter) for letter in text) or len(text.casefold()) > EMAIL_LIMIT:
        raise PydanticCustomError("email", "not an e-mail address")
    return text


def _is_ignorable(letter: str) -> bool:
    """Drawn as nothing and ignored where texts are compared (Default_Ignorable_Code_Point)."""
    return unicodedata.category(letter) == "Cf" or letter in _BLANK or bool(_VARIANT.match(letter))


def _person(text: str) -> str:
    if _LINK.search(text):
        raise PydanticCustomError("link", "a name has no link in it")
    return text


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text) or sum(letter.isdigit() for letter in text) < 4:
        raise PydanticCustomError("phone", "not a telephone number")
    return text


_DOMAIN = re.compile(r"(?=.{4,253}$)([^\s@.,;:<>()\"\[\]\\]{1,63}\.)+[^\W\d_][\w-]{1,62}")
_NOT_IN_EMAIL = re.compile(r"[\s@<>()\"\[\]\\,;:]|^\.|\.$|\.\.")
# Joiners of marks and selectors of variants, which are no format characters.
_VARIANT = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# What programs for mail make a link of; `Dr.Kaya` and `A.Kaya` are names.
_LINK = re.compile(
    r"://|\bwww\.|@[\w-]+\.\w|\w\.[a-z]{2,24}/|\w\.(com|net|org|info|de|eu|io|ly|me|ru|cn)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[0-9 ()/.-]{4,39}")

# Names in addresses: lower case, digits, hyphens.
Slug = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
EmailText = Annotated[str, Line(EMAIL_LIMIT), AfterValidator(_email)]
# What mails greet by: nobody may send strangers a link in it.
PersonName = Annotated[str, Line(200), AfterValidator(_person)]
PhoneText = Annotated[str, Line(40), AfterValidator(_phone)]
LanguageText = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z]{5,8})?$")]
