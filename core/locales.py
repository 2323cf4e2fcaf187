"""The languages there are: their own names, directions, rules of babel, and what they fall back to.

Texts stand in `languages/`; which language a request is answered in, `language.py` decides.
"""

from functools import cache
from typing import Literal, get_args

from babel import Locale

Language = Literal["de", "en", "uk", "tr", "ar", "de-simple"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

PLAIN_GERMAN = "de-simple"
"""Einfache Sprache; `simple` is a variant registered with IANA for BCP 47 ("simplified form")."""


@cache
def locale_of(language: str) -> Locale:
    """How babel writes dates and counts in a language; plain German as German."""
    return Locale.parse(language.partition("-")[0])


@cache
def language_name(language: str) -> str:
    """The name of a language in that language: Deutsch, English, Українська."""
    if language == PLAIN_GERMAN:
        return "Einfache Sprache"
    locale = locale_of(language)
    name = locale.get_display_name(locale) or language
    return name[:1].upper() + name[1:]


@cache
def direction_of(language: str) -> str:
    """`ltr` or `rtl`."""
    return str(locale_of(language).text_direction)


@cache
def fallbacks_of(language: str) -> tuple[str, ...]:
    """The language itself, then where to look for what it lacks: the nearest first, German last."""
    nearest = locale_of(language).language
    chain = (language, nearest, "de" if nearest == "de" else "en", "de")
    return tuple(dict.fromkeys(chain))
