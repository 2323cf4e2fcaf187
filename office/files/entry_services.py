"""What a master data file may say about services, in German and in the other languages.

German stands with the service itself, the others below `in`: `[services.in.uk]`.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from .entry_fields import STRICT, Icon, Leika, Slug, Text80, Text120, Text200, Text300, Url


class ServicesEntry(BaseModel):
    """Base of what stands inside a service."""

    model_config = STRICT


class DocumentEntry(ServicesEntry):
    """Something to bring: a text alone, or `{ text = "…", condition = "für Kinder" }`."""

    text: Text200
    condition: Text120 | None = None


def _document(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Documents = list[Annotated[DocumentEntry, BeforeValidator(_document)]]


class MoreWordsEntry(ServicesEntry):
    """What need not be said about a service."""

    documents: Documents = []
    fee: Text200 | None = None
    keywords: list[Text80] = []


class WordsEntry(MoreWordsEntry):
    """A service in another language; what is left out is said as in the next language."""

    name: Text120 | None = None
    line: Text300 | None = None


class WholeWordsEntry(MoreWordsEntry):
    """A service in German or English, which the other languages fall back to."""

    name: Text120
    line: Text300


class LanguagesEntry(ServicesEntry):
    """The languages beside German, named as in `core/locales.py`."""

    en: WholeWordsEntry
    uk: WordsEntry = WordsEntry()
    tr: WordsEntry = WordsEntry()
    ar: WordsEntry = WordsEntry()
    plain: WordsEntry = Field(default=WordsEntry(), alias="de-simple")

    def named(self) -> Iterator[tuple[str, WordsEntry | WholeWordsEntry]]:
        """Each language's key in the file, and what it says."""
        for name, field in type(self).model_fields.items():
            yield field.alias or name, getattr(self, name)


class ServiceEntry(WholeWordsEntry):
    slug: Slug
    icon: Icon
    topic: Icon
    leika: Leika | None = None
    online_url: Url | None = None
    often: bool = False
    languages: LanguagesEntry = Field(alias="in")

    def words(self) -> dict[str, dict[str, object]]:
        """What is said in each language, German first, as the table keeps it."""
        german = set(WholeWordsEntry.model_fields)
        said = {"de": self.model_dump(include=german, exclude_defaults=True)}
        for key, words in self.languages.named():
            said[key] = words.model_dump(exclude_defaults=True)
        return {key: words for key, words in said.items() if words}
