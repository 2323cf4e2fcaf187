"""All SQL on offices' own words for mails and on their calendar feeds."""

from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlmodel import SQLModel

from ...core.prepared import Prepared
from ...core.tx import Tx
from .. import models as _models  # noqa: F401
from .kinds import Words

_text: Table = SQLModel.metadata.tables["mail_text"]
_m = _text.c

_KEY = (
    _m.office_id == bindparam("of_office"),
    _m.kind == bindparam("of_kind"),
    _m.language == bindparam("of_language"),
)
_WORDS = Prepared(select(_m.subject, _m.text).where(*_KEY))
_OWN = select(_m.kind, _m.language, _m.changed_at).where(_m.office_id == bindparam("of_office"))
_CHANGE = (
    update(_text)
    .where(*_KEY)
    .values(subject=bindparam("to_subject"), text=bindparam("to_text"), changed_at=bindparam("at"))
)
_FORGET = delete(_text).where(*_KEY)


def find_words(conn: Connection, office_id: int, kind: str, language: str) -> Words | None:
    """An office's own words for a kind in a language."""
    key = {"of_office": office_id, "of_kind": kind, "of_language": language}
    row = _WORDS.first(conn, key)
    return None if row is None else Words(*cast("tuple[str, str]", row))


def own_words_of(conn: Connection, office_id: int) -> dict[tuple[str, str], datetime]:
    """Which kinds and languages an office has its own words for, and since when."""
    rows = conn.execute(_OWN, {"of_office": office_id})
    return {(row.kind, row.language): row.changed_at for row in rows}


def keep_words(tx: Tx, office_id: int, kind: str, language: str, words: Words) -> None:
    """Write an office's own words, over those it had."""
    key = {"of_office": office_id, "of_kind": kind, "of_language": language}
    new = {"to_subject": words.subject, "to_text": words.text, "at": tx.now}
    if not tx.conn.execute(_CHANGE, {**key, **new}).rowcount:
        tx.conn.execute(
            _text.insert(),
            {
                "office_id": office_id,
                "kind": kind,
                "language": language,
                "subject": words.subject,
                "text": words.text,
                "changed_at": tx.now,
            },
        )


def forget_words(tx: Tx, office_id: int, kind: str, language: str) -> None:
    """Back to the standard words."""
    tx.conn.execute(_FORGET, {"of_office": office_id, "of_kind": kind, "of_language": language})
