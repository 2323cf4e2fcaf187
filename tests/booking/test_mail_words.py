"""The words of mails: every kind in every language, in text and HTML, and offices' own. Pure."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aufruf.booking.mails.as_html import Frame, write_html
from aufruf.booking.mails.kinds import KINDS, Words, complete, mistakes_in, standard_words
from aufruf.booking.mails.letters import letter_of, own_words
from aufruf.booking.mails.post import Post
from aufruf.booking.mails.samples import sample_facts
from aufruf.booking.mails.writing import write_subject, write_text
from aufruf.core.texts import Texts
from tests.factories import House

TEXTS = Texts.load(strict=True)
POST = Post("https://termine.example", "stadt@amtal.example", TEXTS, "k" * 40)
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
FRAME = Frame("de", "ltr", "Bürgerbüro <Amtal>", "Automatisch", "Öffnen")
GERMAN = TEXTS.in_language("de")


@pytest.mark.parametrize("language", TEXTS.languages)
def test_every_kind_says_all_it_must_in_text_and_html(one_house: House, language: str) -> None:
    t = TEXTS.in_language(language)
    facts = sample_facts(POST, t, one_house.office, NOW)
    for kind in KINDS.values():
        words = standard_words(t, kind.name)
        assert mistakes_in(kind, words) == {}
        assert complete(t, kind, words.text) == words.text, "the standard text forgets something"
        letter = letter_of(t, "Amtal", words, facts)
        assert "{" not in letter.subject + letter.text
        assert f'lang="{language}"' in letter.html
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in letter.html
        for name, _ in kind.needed:
            value = facts.values[name].splitlines()[-1]
            assert value in letter.text
            if name.endswith(("link", "address")):
                assert f'href="{value}"' in letter.html
                assert value in letter.text.splitlines(), "a link stands alone in its line"
        assert fetched(letter.html) == []


def fetched(html: str) -> list[str]:
    """What a mail program would load, run or count."""
    return re.findall(r"<(?:img|script|link|iframe|object|form)\b|url\(|@import|src=", html)


@pytest.mark.parametrize("kind", KINDS)
def test_own_text_that_forgets_all_still_says_what_it_must(one_house: House, kind: str) -> None:
    facts = sample_facts(POST, GERMAN, one_house.office, NOW)
    letter = letter_of(GERMAN, "Amtal", own_words(GERMAN, kind, Words("Kurz", "Hallo!")), facts)
    assert letter.text.startswith("Hallo!\n\n")
    for name, _ in KINDS[kind].needed:
        assert facts.values[name] in letter.text


def test_unknown_placeholders_are_named_each_once() -> None:
    words = Words("{moment} {wann}", "{greeting} {nmae} {nmae} {cancel_link}")
    assert mistakes_in(KINDS["confirmed"], words) == {
        "subject": ("mails.wrong.unknown", "{wann}"),
        "text": ("mails.wrong.unknown", "{nmae}, {cancel_link}"),
    }
    assert mistakes_in(KINDS["confirmed"], Words("", "a" * 5001)) == {
        "subject": ("mails.wrong.empty", ""),
        "text": ("mails.wrong.long", "5000"),
    }
    assert mistakes_in(KINDS["ask"], Words("a\x07", "b")) == {"subject": ("mails.wrong.signs", "")}


def test_block_or_line_without_anything_to_say_is_left_out() -> None:
    text = "Eins\n\nDas gilt:\n{late}\n\n{office}\n{phone}\nEnde {x}\n"
    filled = write_text(text, {"late": "", "office": "Amtal", "phone": "", "x": "{office}"})
    assert filled == "Eins\n\nAmtal\nEnde {office}\n"


def test_subject_is_one_bounded_line() -> None:
    assert write_subject("{a}", {"a": "eins\r\nBcc: zwei"}) == "eins Bcc: zwei"
    assert len(write_subject("{a}", {"a": "x" * 999})) == 300


def test_html_escapes_and_makes_links_only_of_our_lines() -> None:
    """A name may hold anything: it never becomes a link, a tag or a button."""
    name = "Eva <b>\"&' https://evil.example"
    text = (
        f"Guten Tag {name},\n\nLos:\nhttps://termine.example/x?a=1&b=2\n\n"
        f"- Do.: https://a.example\n- {name}, hier\n"
    )
    html = write_html(text, name, FRAME)
    assert re.findall(r'href="([^"]*)"', html) == [
        "https://termine.example/x?a=1&amp;b=2",
        "https://a.example",
    ]
    assert "<b>" not in html
    assert "Bürgerbüro &lt;Amtal&gt;" in html
    assert ">Los</a>" in html
    assert html.count("Eva &lt;b&gt;&#34;&amp;&#39; https://evil.example") == 3


def test_numbers_keep_their_order_in_arabic(one_house: House) -> None:
    office = replace(one_house.office, phone="06081 1024-0")
    facts = sample_facts(POST, TEXTS.in_language("ar"), office, NOW)
    for name in ("reference", "code"):
        assert re.fullmatch("\u200e[A-Z0-9-]+\u200e", facts.values[name])
    assert "\u200e06081 1024-0\u200e" in facts.values["phone"]
    assert facts.values["link"].startswith("https://")
