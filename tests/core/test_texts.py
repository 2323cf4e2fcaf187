"""The catalogue: both languages whole, every key that code or templates use is there."""

import ast
import re
from pathlib import Path

import pytest

from aufruf.core.texts import MissingTextError, Texts, direction_of, language_name

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("core", "office", "booking", "queue", "display", "kiosk", "app")
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


def test_catalogues_of_both_languages_have_the_same_keys_and_placeholders(texts: Texts) -> None:
    german, english = texts.in_language("de"), texts.in_language("en")
    assert german.keys() == english.keys()
    every = sorted(german.keys())
    assert [german.placeholders(key) for key in every] == [
        english.placeholders(key) for key in every
    ]


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


@pytest.mark.parametrize("wrong", ["a = ", "number = 3", "list = ['a']"])
def test_catalogue_that_is_not_valid_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"de/some\.toml"):
        write(tmp_path, wrong)


def test_languages_are_named_in_themselves() -> None:
    assert [language_name(code) for code in ("de", "en", "tr")] == ["Deutsch", "English", "Türkçe"]
    assert [direction_of(code) for code in ("de", "ar")] == ["ltr", "rtl"]
