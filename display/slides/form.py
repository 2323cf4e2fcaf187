"""What somebody typed for a slide or a message, read kindly: nothing is lost, what is wrong stands
beside its field. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from ...core.formats import at_local, clock_text, local_day
from ...core.inputs import Line, Paragraph
from .rules import (
    BODY_LIMIT,
    LEAST_SECONDS,
    MESSAGE_LIMIT,
    MESSAGE_LINES,
    MOST_SECONDS,
    TITLE_LIMIT,
    USUAL_SECONDS,
    Content,
    Kind,
    line_count,
)
from .store import MessageNow

Wrong = Mapping[str, str]
"""By field, the key of what is wrong with it, below `slides.wrong.`"""

_TITLE: TypeAdapter[str] = TypeAdapter(Annotated[str, Line(TITLE_LIMIT, least=0)])
_BODY: TypeAdapter[str] = TypeAdapter(Annotated[str, Paragraph(BODY_LIMIT, least=0)])
_MESSAGE: TypeAdapter[str] = TypeAdapter(Annotated[str, Paragraph(MESSAGE_LIMIT, least=0)])
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?(?: ?Uhr)?")
_KEPT = 2000  # of what was typed much too long, so much is shown again


@dataclass(frozen=True, slots=True)
class SlideForm:
    """The fields of a slide as typed."""

    kind: Kind
    title: str = ""
    body: str = ""
    seconds: str = str(USUAL_SECONDS)
    first_day: str = ""
    last_day: str = ""
    wrong: Wrong = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class MessageForm:
    """The fields of an urgent message as typed."""

    text: str = ""
    text_en: str = ""
    until: str = ""
    wrong: Wrong = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Wish:
    """A message that can be put up."""

    text: str
    text_en: str | None
    until: datetime | None


def slide_form(content: Content) -> SlideForm:
    """The form of a slide that is there."""
    return SlideForm(
        content.kind,
        content.title,
        content.body,
        str(content.seconds),
        _day_text(content.first_day),
        _day_text(content.last_day),
    )


def typed_slide(kind: Kind, typed: Mapping[str, str]) -> SlideForm:
    """What a form sent."""
    return SlideForm(
        kind,
        title=_typed(typed, "title"),
        body=_typed(typed, "body"),
        seconds=_typed(typed, "seconds"),
        first_day=_typed(typed, "first_day"),
        last_day=_typed(typed, "last_day"),
    )


def read_slide(form: SlideForm) -> Content | Wrong:
    """The slide without its picture, or what is wrong with it."""
    wrong: dict[str, str] = {}
    title = _text(_TITLE, form.title, "title", wrong)
    body = _text(_BODY, form.body, "body", wrong) if form.kind == "text" else ""
    seconds = int(form.seconds) if re.fullmatch("[0-9]{1,3}", form.seconds) else 0
    first, last = (_day(form, name, wrong) for name in ("first_day", "last_day"))
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        wrong["seconds"] = "seconds"
    if first and last and last < first:
        wrong["last_day"] = "days"
    if not (title or body or form.kind == "opening" or wrong):
        wrong["title"] = "description" if form.kind == "picture" else "title"
    return wrong or Content(form.kind, title, body, None, seconds, first, last)


def message_form(message: MessageNow | None) -> MessageForm:
    """The form of the message that stands, or an empty one."""
    if message is None:
        return MessageForm()
    until = clock_text(message.until) if message.until else ""
    return MessageForm(message.text, message.text_en or "", until)


def typed_message(typed: Mapping[str, str]) -> MessageForm:
    """What a form sent."""
    return MessageForm(_typed(typed, "text"), _typed(typed, "text_en"), _typed(typed, "until"))


def read_message(form: MessageForm, now: datetime) -> Wish | Wrong:
    """The message, or what is wrong with it. Its end is a time of today."""
    wrong: dict[str, str] = {}
    text = _text(_MESSAGE, form.text, "text", wrong)
    text_en = _text(_MESSAGE, form.text_en, "text_en", wrong)
    for name, said in (("text", text), ("text_en", text_en)):
        if line_count(said) > MESSAGE_LINES:
            wrong[name] = "lines"
    until = _until(form.until, now, wrong)
    if not text and "text" not in wrong:
        wrong["text"] = "text"
    return wrong or Wish(text, text_en or None, until)


def _typed(typed: Mapping[str, str], name: str) -> str:
    return typed.get(name, "").replace("\r\n", "\n").strip()[:_KEPT]


def _text(reader: TypeAdapter[str], text: str, name: str, wrong: dict[str, str]) -> str:
    try:
        return reader.validate_python(text)
    except ValidationError as error:
        long = error.errors()[0]["type"] == "string_too_long"
        wrong[name] = "too_long" if long else "characters"
        return ""


def _day(form: SlideForm, name: str, wrong: dict[str, str]) -> date | None:
    text: str = getattr(form, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = name
        return None


def _until(text: str, now: datetime, wrong: dict[str, str]) -> datetime | None:
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        wrong["until"] = "until"
        return None
    until = at_local(local_day(now), int(found[1]) * 60 + int(found[2] or 0))
    if until <= now:
        wrong["until"] = "until_over"
    return until


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""
