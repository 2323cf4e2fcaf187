"""The catalogue of interface texts: `languages/<language>/<chapter>.toml`, keys `<chapter>.<name>`.

A text may hold {placeholders}. A table with the key `other` is a text with plural forms, chosen
by the number given as `n` with the rules of CLDR. A language speaks a chapter when it has its file;
what it lacks is said in the language it falls back to (`locales.py`).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from .formats import isolated
from .locales import LANGUAGES, fallbacks_of, locale_of

DIRECTORY = Path(__file__).parent / "languages"
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

Text = str | dict[str, str]


class MissingTextError(KeyError):
    """A key that the catalogue does not have, or a placeholder nobody filled."""


class T:
    """The texts of one language. `t("kiosk.start.question", n=3)`."""

    def __init__(self, language: str, texts: Mapping[str, Text], *, strict: bool) -> None:
        self.language = language
        self._texts = texts
        self._strict = strict
        self._plural = locale_of(language).plural_form

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._texts.get(key)
        if isinstance(text, dict):
            number = values.get("n")
            form = self._plural(number) if isinstance(number, int | float) else "other"
            text = text.get(form, text["other"])
        if text is None:
            return self._missing(key)
        if "{" not in text:
            return text
        return _PLACEHOLDER.sub(lambda found: self._fill(key, found[1], values), text)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def table(self, prefix: str) -> dict[str, str]:
        """The plain texts below `prefix.`, by the rest of their keys: for a page's script."""
        head = f"{prefix}."
        return {
            key.removeprefix(head): text
            for key, text in self._texts.items()
            if key.startswith(head) and isinstance(text, str)
        }

    def keys(self) -> frozenset[str]:
        """Every key there is, for tests."""
        return frozenset(self._texts)

    def forms(self, key: str) -> Mapping[str, str]:
        """All plural forms of a text, for a script that counts by itself (`plural.js`)."""
        text = self._texts[key]
        return text if isinstance(text, dict) else {"other": text}

    def has_forms(self, key: str) -> bool:
        """Whether a text has plural forms, for tests."""
        return isinstance(self._texts[key], dict)

    def placeholders(self, key: str) -> frozenset[str]:
        """The placeholders of a text in all its plural forms, for tests."""
        text = self._texts[key]
        forms = text.values() if isinstance(text, dict) else (text,)
        return frozenset(name for form in forms for name in _PLACEHOLDER.findall(form))

    def _fill(self, key: str, name: str, values: Mapping[str, object]) -> str:
        if name not in values:
            return self._missing(f"{key} {{{name}}}")
        value = values[name]
        return isolated(value, self.language) if isinstance(value, str) else str(value)

    def _missing(self, what: str) -> str:
        if self._strict:
            raise MissingTextError(f"{self.language}: {what}")
        return what


class Texts:
    """The texts of all languages of the catalogue, and which chapters each of them speaks."""

    def __init__(self, languages: Mapping[str, T], chapters: Mapping[str, frozenset[str]]) -> None:
        self._languages = languages
        self._chapters = chapters

    @classmethod
    def load(cls, directory: Path = DIRECTORY, *, strict: bool = False) -> "Texts":
        """Read the catalogue; raises ValueError naming a file that is not valid."""
        names = [name for name in LANGUAGES if (directory / name).is_dir()]
        own = {name: _read(directory / name) for name in names}
        languages = {name: T(name, _with_fallbacks(name, own), strict=strict) for name in names}
        return cls(languages, {name: _chapters_in(directory / name) for name in names})

    def in_language(self, language: str) -> T:
        """The texts of a language that the catalogue has; raises KeyError for another."""
        return self._languages[language]

    def speaks(self, language: str, chapter: str) -> bool:
        """Whether a language has a chapter of its own, so that a page about it may claim it."""
        return chapter in self._chapters.get(language, ())

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._languages)


@cache
def own_texts(*, strict: bool) -> Texts:
    """The catalogue of the house, read once in a process: it takes longer than many a page."""
    return Texts.load(strict=strict)


def _with_fallbacks(language: str, own: Mapping[str, dict[str, Text]]) -> dict[str, Text]:
    texts: dict[str, Text] = {}
    for name in reversed(fallbacks_of(language)):
        texts |= own.get(name, {})
    return texts


def _chapters_in(folder: Path) -> frozenset[str]:
    return frozenset(path.stem for path in folder.glob("*.toml"))


def _read(folder: Path) -> dict[str, Text]:
    texts: dict[str, Text] = {}
    for path in sorted(folder.glob("*.toml")):
        texts |= read_chapter(path)
    return texts


def read_chapter(path: Path) -> dict[str, Text]:
    """The texts of one file by their keys; raises ValueError naming a file that is not valid."""
    texts: dict[str, Text] = {}
    try:
        _flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), texts)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error
    return texts


def _flatten(prefix: str, table: Mapping[str, object], texts: dict[str, Text]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str):
            texts[key] = value
        elif not isinstance(value, dict):
            raise ValueError(f"{key} is neither a text nor a table")
        elif "other" in value and set(cast("dict[str, object]", value)) <= PLURALS:
            texts[key] = cast("dict[str, str]", value)
        else:
            _flatten(key, cast("dict[str, object]", value), texts)
