"""How the place somebody is called to is named in the language of their phone.

Offices give its word and the way in German, perhaps in English. Usual words have a translation;
what has none is said as the office has it, marked with its language, to be read out right.
`static/ticket-page.js` does the same with the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...core.locales import fallbacks_of
from ...core.texts import Texts


@dataclass(frozen=True, slots=True)
class Named:
    """A word or a way; `language` where that is not the page's."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """`known` is a usual German word, small, -> the same in `language`; empty in German and in
    English, for which the office has its own.
    """

    language: str
    known: Mapping[str, str]

    def word(self, german: str | None, english: str | None) -> Named:
        """Of a counter: `Platz`, `counter`, `місце`."""
        known = self.known.get((german or "").lower())
        return Named(known) if known else self.way(german, english)

    def way(self, german: str | None, english: str | None) -> Named:
        """The way there; the nearest language the office has given."""
        said = {"de": german, "en": english}
        for language in fallbacks_of(self.language):
            if text := said.get(language):
                return Named(text, None if self.language.startswith(language) else language)
        return Named("")


def place_words(texts: Texts, language: str) -> PlaceWords:
    """The words of a page in this language."""
    if fallbacks_of(language)[0].startswith(("de", "en")):
        return PlaceWords(language, {})
    here = texts.in_language(language).table("ticket.place")
    german = texts.in_language("de").table("ticket.place")
    return PlaceWords(language, {german[key].lower(): word for key, word in here.items()})
