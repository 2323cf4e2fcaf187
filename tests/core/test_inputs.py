"""What comes from outside is bounded, free of control characters and strictly shaped."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from aufruf.core.inputs import EmailText, Line, Paragraph, PersonName, PhoneText, Slug

NAME = TypeAdapter(Annotated[str, Line(20)])
REMARK = TypeAdapter(Annotated[str, Paragraph(20)])


def test_line_is_trimmed_and_composed() -> None:
    assert NAME.validate_python("  Amira O\u0308zil ") == "Amira Özil"


@pytest.mark.parametrize("name", ["محمد", "Ἀθηνᾶ", "😀 Bernd", "李雷", "O'Neill-Müller"])
def test_line_takes_every_script(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["", "   ", "a\0b", "a\nb", "a\x1b[31m", "x" * 21, "a\u202eb", "a\u2028b", 7, None]
)
def test_line_refuses_what_is_no_line(name: object) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


def test_paragraph_keeps_its_lines() -> None:
    assert REMARK.validate_python("eins\r\nzwei\tdrei\rvier") == "eins\nzwei\tdrei\nvier"


def test_paragraph_refuses_control_characters() -> None:
    with pytest.raises(ValidationError):
        REMARK.validate_python("a\0b")


@pytest.mark.parametrize(
    "text", ["\u200b", "\ufeff", "\u200b \u00ad", "\u3164", "\u2800", "\u0301", " \u00a0\u2060"]
)
def test_text_nobody_sees_is_refused(text: str) -> None:
    for kind in (NAME, REMARK):
        with pytest.raises(ValidationError):
            kind.validate_python(text)


def test_joiners_inside_a_name_are_kept() -> None:
    assert NAME.validate_python("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    "text", ["amira@example.org", "a.b+c@sub.example.org", "jörg@müller.example"]
)
def test_email_is_taken(text: str) -> None:
    assert TypeAdapter(EmailText).validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "amira",
        "amira@",
        "@example.org",
        "amira@localhost",
        "a b@example.org",
        "a@b@example.org",
        "a@example.org\nBcc: b@example.org",
        "<a@example.org>",
        "a@example..org",
        "a..b@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 320 + ".org",
        "li\u00adm@example.org",
        "lim\u200b@example.org",
        "lim\ufe0f@example.org",
        "\u0390" * 64 + "@" + "\u0390" * 60 + ".org",
    ],
)
def test_email_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(EmailText).validate_python(text)


def test_email_in_wide_letters_is_the_plain_one() -> None:
    assert TypeAdapter(EmailText).validate_python("l\uff49m@\uff45xample.org") == "lim@example.org"


@pytest.mark.parametrize("name", ["Dr.Amira Kaya", "A.Kaya", "Prof. Dr. med. Özil", "Kaya/Conrad"])
def test_name_of_a_person_is_taken(name: str) -> None:
    assert TypeAdapter(PersonName).validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["Los https://evil.example/", "WWW.evil.example", "evil.com", "bit.ly/x", "a.b/c.de/x"]
)
def test_name_with_a_link_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PersonName).validate_python(name)


def test_text_is_measured_as_it_is_kept() -> None:
    assert NAME.validate_python("\ufb2c" * 6) == "\u05e9\u05bc\u05c1" * 6
    for kind in (NAME, REMARK):
        with pytest.raises(ValidationError, match="at most 20 characters"):
            kind.validate_python("\ufb2c" * 7)


@pytest.mark.parametrize("text", ["06081 1024-0", "+49 (6081) 10240", "0170/1234567"])
def test_phone_is_taken(text: str) -> None:
    assert TypeAdapter(PhoneText).validate_python(text) == text


@pytest.mark.parametrize("text", ["nine", "12", "06081 <b>", "+++++++"])
def test_phone_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PhoneText).validate_python(text)


@pytest.mark.parametrize("text", ["Usingen", "a--b", "-a", "a/b", "", "a" * 61, "a\n"])
def test_slug_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Slug).validate_python(text)


def test_inputs_describe_their_bounds() -> None:
    assert NAME.json_schema() == {"type": "string", "minLength": 1, "maxLength": 20}
