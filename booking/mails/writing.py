"""From words with placeholders to plain text. Pure; `mails/as_html.py` makes the HTML of it."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
BREAK = re.compile(r"\n\s*\n")
SUBJECT_LENGTH = 300


def write_subject(subject: str, values: Mapping[str, str]) -> str:
    """One line, at most 300 characters."""
    return " ".join(fill(subject, values).split())[:SUBJECT_LENGTH]


def write_text(text: str, values: Mapping[str, str]) -> str:
    """The text filled in. A line or block whose placeholders are all empty is left out."""
    blocks = (_fill_block(block, values) for block in BREAK.split(text.strip()))
    return "\n\n".join(block for block in blocks if block) + "\n"


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, as they are: nothing is put around an address,
    which would not be a link any more where mail programs find them by themselves."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _fill_block(block: str, values: Mapping[str, str]) -> str:
    if _says_nothing(block, values):
        return ""
    lines = (fill(line.rstrip(), values) for line in block.splitlines())
    return "\n".join(line for line in lines if line.strip())


def _says_nothing(block: str, values: Mapping[str, str]) -> bool:
    names = _PLACEHOLDER.findall(block)
    return bool(names) and not any(values.get(name, name) for name in names)
