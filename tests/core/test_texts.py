"""The catalogue: its languages are whole, every key that code or templates use is there."""

import ast
import re
from pathlib import Path

import pytest

from aufruf.core.locales import LANGUAGES, direction_of, language_name, locale_of
from aufruf.core.texts import DIRECTORY, MissingTextError, T, Texts, read_chapter

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("core", "office", "booking", "queue", "display", "kiosk", "app")
CHAPTERS = sorted(path.stem for path in (DIRECTORY / "de").glob("*.toml"))
# Pages of staff, devices and screens are in German and English; everything else is for citizens.
OF_STAFF = {
    *("calling", "closing", "counter", "day", "desk", "display", "emergency", "hours", "kiosk"),
    *("life", "mails", "mass", "office", "roll", "screens", "seat", "watch", "slides"),
}
USED_IN_TEMPLATES = re.compile(r"""\bt\(\s*["']([a-z_]+(?:\.[a-z0-9_]+)+)["']\s*[,)]""")


def sources(pattern: str) -> list[Path]:
    return [path for part in PARTS for path in sorted((ROOT / part).rglob(pattern))]


def calls(path: Path) -> list[ast.Call]:
    return [
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]


def first_text(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def keys_in_code() -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), key)
        for path in sources("*.py")
        for call in calls(path)
        if name_of(call) == "t" and (key := first_text(call))
    }


def error_codes() -> set[tuple[str, str]]:
    raised = {"DomainError", "not_found"}
    return {
        (str(path.relative_to(ROOT)), code)
        for path in sources("*.py")
        for call in calls(path)
        if name_of(call) in raised and (code := first_text(call))
    }


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(strict=True)


def own(language: str, chapter: str) -> T:
    """The texts of one file, without what the language falls back to."""
    path = DIRECTORY / language / f"{chapter}.toml"
    return T(language, read_chapter(path) if path.exists() else {}, strict=True)


def test_catalogues_of_both_languages_have_the_same_keys_and_placeholders(texts: Texts) -> None:
    german, english = texts.in_language("de"), texts.in_language("en")
    assert german.keys() == english.keys()
    every = sorted(german.keys())
    assert [german.placeholders(key) for key in every] == [
        english.placeholders(key) for key in every
    ]


@pytest.mark.parametrize("language", ["uk", "tr", "ar"])
@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if chapter not in OF_STAFF])
def test_what_citizens_read_is_whole_in_every_language(language: str, chapter: str) -> None:
    german, here = own("de", chapter), own(language, chapter)
    assert sorted(german.keys() - here.keys()) == []
    assert sorted(here.keys() - german.keys()) == []
    every = sorted(german.keys())
    wrong = [key for key in every if german.placeholders(key) != here.placeholders(key)]
    assert wrong == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_plain_german_says_nothing_that_german_does_not(chapter: str) -> None:
    german, plain = own("de", chapter), own("de-simple", chapter)
    assert plain.keys() <= german.keys()
    every = sorted(plain.keys())
    wrong = [key for key in every if german.placeholders(key) != plain.placeholders(key)]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    forms = {*locale_of(language).plural_form.tags, "other"}
    for chapter in CHAPTERS:
        t = own(language, chapter)
        found = {key: set(t.forms(key)) for key in sorted(t.keys()) if t.has_forms(key)}
        assert {key: said for key, said in found.items() if said != forms} == {}, chapter


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_latin_everywhere(language: str) -> None:
    for path in (DIRECTORY / language).glob("*.toml"):
        assert re.findall("[\u0660-\u0669\u06f0-\u06f9]", path.read_text("utf-8")) == [], path


def test_catalogue_has_every_key_that_templates_use(texts: Texts) -> None:
    used = {
        (str(path.relative_to(ROOT)), key)
        for path in sources("*.html")
        for key in USED_IN_TEMPLATES.findall(path.read_text("utf-8"))
    }
    assert used
    assert {(path, key) for path, key in used if key not in texts.in_language("de")} == set()


def test_catalogue_has_every_key_that_code_uses(texts: Texts) -> None:
    missing = {(path, key) for path, key in keys_in_code() if key not in texts.in_language("de")}
    assert missing == set()


def test_every_error_code_has_its_two_texts(texts: Texts) -> None:
    codes = error_codes()
    assert {"slot_taken", "internal", "cross_site"} <= {code for _, code in codes}
    german = texts.in_language("de")
    missing = {
        (path, code)
        for path, code in codes
        if f"errors.{code}.title" not in german or f"errors.{code}.advice" not in german
    }
    assert missing == set()


def write(folder: Path, text: str) -> Texts:
    for language in ("de", "en"):
        (folder / language).mkdir()
        (folder / language / "some.toml").write_text(text, encoding="utf-8")
    return Texts.load(folder, strict=True)


PLURAL = """
hello = "Hallo {name}"
[persons]
one = "{n} Person"
other = "{n} Personen"
[deep.er]
words = "tief"
"""


def test_text_with_placeholders_plurals_and_depth(tmp_path: Path) -> None:
    t = write(tmp_path, PLURAL).in_language("de")
    said = [
        t("some.hello", name="<Amira>"),
        t("some.persons", n=1),
        t("some.persons", n=0),
        t("some.persons", n=2),
        t("some.deep.er.words"),
    ]
    assert said == ["Hallo <Amira>", "1 Person", "0 Personen", "2 Personen", "tief"]


def test_text_that_is_missing_is_an_error_in_tests(tmp_path: Path) -> None:
    t = write(tmp_path, PLURAL).in_language("en")
    with pytest.raises(MissingTextError):
        t("some.nothing")
    with pytest.raises(MissingTextError):
        t("some.hello")


def test_text_that_is_missing_shows_its_key_in_production(tmp_path: Path) -> None:
    write(tmp_path, PLURAL)
    t = Texts.load(tmp_path, strict=False).in_language("de")
    assert t("some.nothing") == "some.nothing"


def test_placeholder_shows_a_value_literally(tmp_path: Path) -> None:
    t = write(tmp_path, PLURAL).in_language("de")
    assert t("some.hello", name="{name} {0.__class__}") == "Hallo {name} {0.__class__}"


def test_text_that_a_language_lacks_is_said_in_the_next_one(tmp_path: Path) -> None:
    write(tmp_path, PLURAL)
    for language, text in (("uk", 'hello = "Вітаємо, {name}"'), ("de-simple", 'hello = "Hallo"')):
        (tmp_path / language).mkdir()
        (tmp_path / language / "some.toml").write_text(text, encoding="utf-8")
    (tmp_path / "en" / "other.toml").write_text('only = "here"', encoding="utf-8")
    texts = Texts.load(tmp_path, strict=True)
    ukrainian, plain = texts.in_language("uk"), texts.in_language("de-simple")
    said = [
        ukrainian("some.hello", name="A"),
        ukrainian("some.deep.er.words"),
        ukrainian("other.only"),
    ]
    assert said == ["Вітаємо, A", "tief", "here"]
    assert [plain("some.hello"), plain("some.persons", n=2)] == ["Hallo", "2 Personen"]
    assert [texts.speaks(language, "other") for language in ("en", "uk", "de-simple")] == [
        True, False, False,
    ]  # fmt: skip


def test_values_keep_their_own_order_in_a_text_from_right_to_left(tmp_path: Path) -> None:
    write(tmp_path, PLURAL)
    (tmp_path / "ar").mkdir()
    (tmp_path / "ar" / "some.toml").write_text('call = "اتصلوا: {phone}"', encoding="utf-8")
    t = Texts.load(tmp_path, strict=True).in_language("ar")
    assert t("some.call", phone="06081 1024-0") == "اتصلوا: \u206606081 1024-0\u2069"
    assert t("some.call", phone="https://termine.example") == "اتصلوا: https://termine.example"


@pytest.mark.parametrize("wrong", ["a = ", "number = 3", "list = ['a']"])
def test_catalogue_that_is_not_valid_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"de/some\.toml"):
        write(tmp_path, wrong)


def test_languages_are_named_in_themselves() -> None:
    names = ["Deutsch", "English", "Українська", "Türkçe", "العربية", "Einfache Sprache"]
    assert [language_name(code) for code in LANGUAGES] == names
    assert [direction_of(code) for code in ("de", "ar")] == ["ltr", "rtl"]
