"""A mail's plain text as a calm HTML mail: no image, no script, nothing fetched from anywhere.

The text is what counts; the HTML is made from it, line by line, so that an office writes its words
once and both always say the same. Pure. Written as plain strings, for it is done in the booking's
transaction: 50 us instead of 240 by a template. What stands around them is `mail_frame.html`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from jinja2 import Template
from markupsafe import escape

from ...core.templating import make_environment
from .writing import BREAK

_ADDRESS = re.compile(r"https?://\S+")
_ITEM = "- "
_SUBJECT, _BODY = "\0subject", "\0body"

# Mail programs drop style sheets, so styles stand at the elements; classes are for dark screens.
_TEXT = '<p style="margin:0 0 20px">{}</p>\n'
_BEFORE_LIST = '<p style="margin:0 0 4px">{}</p>\n'
_LIST = '<ul style="margin:0 0 20px;padding:0;padding-inline-start:22px">{}</ul>\n'
_LINKED = '<li style="margin:0 0 6px"><a href="{}" style="color:#2044aa">{}</a></li>'
_CARD = (
    '<div class="card" style="margin:0 0 20px;padding:16px 20px;background:#e7effe;'
    'border-radius:8px"><h1 style="margin:0;font-size:23px;line-height:1.3;font-weight:700">'
    "{}</h1>"
)
_BUTTON = (
    '<p style="margin:0 0 20px"><a class="go" href="{}" style="display:inline-block;'
    "padding:11px 20px;background:#2044aa;border-radius:4px;color:#ffffff;font-weight:600;"
    'text-decoration:none">{}</a></p>\n'
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text of an HTML mail, and what stands out in it.

    `card` are blocks shown as the appointment, the first line of the first large; `strong` are
    words to be found at a glance. `button` names a button that has no line above it.
    """

    language: str
    direction: str
    office: str
    foot: str
    button: str
    card: tuple[str, ...] = field(default=(), hash=False, compare=False)
    strong: tuple[str, ...] = field(default=(), hash=False, compare=False)


def write_html(text: str, subject: str, frame: Frame) -> str:
    """The whole document."""
    parts: list[str] = []
    card: list[str] = []
    for block in BREAK.split(text.strip()):
        if block in frame.card:
            card.append(block)
            continue
        parts.extend(_card(card))
        card = []
        parts.extend(_parts(block.splitlines(), frame))
    parts.extend(_card(card))
    return _around(frame).replace(_SUBJECT, _safe(subject)).replace(_BODY, "".join(parts))


def _card(blocks: Sequence[str]) -> Iterator[str]:
    """The appointment: its first line large, then where it is."""
    if blocks:
        first, *rest = [_safe(line) for block in blocks for line in block.splitlines()]
        yield _CARD.format(first)
        if rest:
            yield f'<p style="margin:8px 0 0">{"<br>".join(rest)}</p>'
        yield "</div>\n"


def _parts(lines: Sequence[str], frame: Frame) -> Iterator[str]:
    """The lines of a block by what they are: an address alone is a button, `- ` begins an item."""
    text: list[str] = []
    items: list[str] = []
    for line in lines:
        if line.startswith(_ITEM):
            if text:
                yield _BEFORE_LIST.format("<br>".join(text))
            text = []
            items.append(_item(line.removeprefix(_ITEM)))
            continue
        if items:
            yield _LIST.format("".join(items))
        items = []
        if _ADDRESS.fullmatch(line):
            label = text.pop() if text and text[-1].endswith(":") else frame.button
            if text:
                yield _TEXT.format("<br>".join(text))
            text = []
            yield _BUTTON.format(_safe(line), label.removesuffix(":"))
        else:
            text.append(_line(line, frame.strong))
    if text:
        yield _TEXT.format("<br>".join(text))
    if items:
        yield _LIST.format("".join(items))


def _line(line: str, strong: Sequence[str]) -> str:
    shown = _safe(line)
    for word in strong:
        if word in shown:
            shown = shown.replace(word, f"<b>{word}</b>")
    return shown


def _item(line: str) -> str:
    """`Thursday, 9:30: https://…` is a link of that name."""
    name, colon, address = line.partition(": http")
    if colon and _ADDRESS.fullmatch(f"http{address}"):
        return _LINKED.format(_safe(f"http{address}"), _safe(name))
    return f"<li>{_safe(line)}</li>"


def _safe(text: str) -> str:
    return str(escape(text))


@lru_cache(maxsize=500)
def _around(frame: Frame) -> str:
    """The document with marks where subject and body go; no text of ours has a NUL."""
    return _template().render(subject=_SUBJECT, body=_BODY, frame=frame)


@cache
def _template() -> Template:
    return make_environment().get_template("booking/mail_frame.html")
