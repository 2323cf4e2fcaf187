"""All SQL of slides, their pictures and urgent messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import col

from ...core.driver import Raw
from ...office.files.writing import table_of
from ..models import ScreenMessage, Slide, SlidePicture, SlideVersion
from .pictures import Picture
from .rules import Content, SlideNow

_SLIDE = table_of(Slide)
_PICTURE = table_of(SlidePicture)
_MESSAGE = table_of(ScreenMessage)
_s, _p, _m = _SLIDE.c, _PICTURE.c, _MESSAGE.c

_OF_OFFICE = _s.office_id == bindparam("of_office")
_SLIDES = select(_SLIDE).where(_OF_OFFICE, _s.position.is_not(None)).order_by(_s.position)
_REMOVED = (
    select(_SLIDE).where(_OF_OFFICE, _s.position.is_(None)).order_by(_s.removed_at.desc(), _s.id)
)
_OF_OFFICES = (
    select(_SLIDE)
    .where(_s.office_id.in_(bindparam("offices", expanding=True)), _s.position.is_not(None))
    .order_by(_s.office_id, _s.position)
)
_BY_ID = select(_SLIDE).where(_s.id == bindparam("of_id"))
_INSERT = insert(_SLIDE).returning(_s.id)
_SIZES = select(_p.digest, _p.width, _p.height).where(
    _p.digest.in_(bindparam("digests", expanding=True))
)
_SHOWN_BY = exists().where(
    _s.picture == _p.digest, _s.office_id.in_(bindparam("offices", expanding=True))
)
_BYTES = select(_p.media_type, _p.content).where(_p.digest == bindparam("of_digest"), _SHOWN_BY)
_SMALL = select(_p.media_type, _p.small).where(_p.digest == bindparam("of_digest"), _SHOWN_BY)
_FORGET_SLIDES = delete(_SLIDE).where(
    _s.position.is_(None), _s.removed_at < bindparam("removed_before")
)
_FORGET_PICTURES = delete(_PICTURE).where(
    _p.created_at < bindparam("brought_before"), ~exists().where(_s.picture == _p.digest)
)
# Brought again, a picture is young again: whoever forgets old ones at this moment leaves it.
_KEEP = text(
    "INSERT INTO slide_picture (digest, media_type, width, height, content, small, created_at)"
    " VALUES (:digest, :media_type, :width, :height, :content, :small, :created_at)"
    " ON CONFLICT (digest) DO UPDATE SET created_at = excluded.created_at"
).bindparams(*(bindparam(column.name, type_=column.type) for column in _PICTURE.columns))
_NEXT_VERSION = Raw(
    "INSERT INTO slide_version (office_id, version) VALUES (:office_id, 1)"
    " ON CONFLICT (office_id) DO UPDATE SET version = slide_version.version + 1 RETURNING version"
)
_VERSIONS = select(col(SlideVersion.office_id), col(SlideVersion.version)).where(
    col(SlideVersion.office_id).in_(bindparam("offices", expanding=True))
)
_MESSAGE_OF = select(_MESSAGE).where(_m.office_id == bindparam("of_office"))
_OVER = select(_m.office_id).where(_m.until <= bindparam("now")).order_by(_m.office_id)


@dataclass(frozen=True, slots=True)
class MessageNow:
    """The urgent message of an office, since when, and until when if it ends by itself."""

    text: str
    text_en: str | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


def load_slides(conn: Connection, office_id: int) -> tuple[SlideNow, ...]:
    """An office's slides in their order, switched off ones too."""
    return tuple(_slide(row) for row in conn.execute(_SLIDES, {"of_office": office_id}))


def load_removed(conn: Connection, office_id: int) -> tuple[SlideNow, ...]:
    """What was removed and can still be brought back, the last one first."""
    return tuple(_slide(row) for row in conn.execute(_REMOVED, {"of_office": office_id}))


def load_slides_of(conn: Connection, offices: Collection[int]) -> tuple[SlideNow, ...]:
    """The slides of several offices, office after office."""
    return tuple(_slide(row) for row in conn.execute(_OF_OFFICES, {"offices": list(offices)}))


def find_slide(conn: Connection, slide_id: int) -> SlideNow | None:
    """One slide, removed or not."""
    row = conn.execute(_BY_ID, {"of_id": slide_id}).first()
    return None if row is None else _slide(row)


def insert_slide(conn: Connection, office_id: int, content: Content, position: int) -> int:
    """Raises IntegrityError where the position is taken, or beyond the last there may be."""
    values = {**_columns(content), "office_id": office_id, "position": position, "active": True}
    return conn.execute(_INSERT, values).scalar_one()


def write_content(conn: Connection, slide_id: int, content: Content) -> None:
    _write(conn, slide_id, _columns(content))


def write_active(conn: Connection, slide_id: int, *, active: bool) -> None:
    _write(conn, slide_id, {"active": active})


def write_removed(conn: Connection, slide_id: int, at: datetime) -> None:
    """Out of the order; the row is kept for a while."""
    _write(conn, slide_id, {"position": None, "removed_at": at})


def write_back(conn: Connection, slide_id: int, position: int) -> None:
    """Into the order again."""
    _write(conn, slide_id, {"position": position, "removed_at": None})


def write_order(conn: Connection, office_id: int, order: Sequence[int]) -> None:
    """These slides of the office stand at 1, 2, 3, ... from now on.

    All leave their places first: no two may stand at one even for a moment.
    """
    one_by_one = {slide_id: place for place, slide_id in enumerate(order, start=1)}
    leave = update(_SLIDE).where(_s.office_id == office_id, _s.id.in_(one_by_one))
    conn.execute(leave.values(position=None))
    for slide_id, place in one_by_one.items():
        _write(conn, slide_id, {"position": place})


def delete_slides(conn: Connection, slides: Collection[int]) -> None:
    conn.execute(delete(_SLIDE).where(_s.id.in_(slides)))


def next_version(conn: Connection, office_id: int) -> int:
    """Count the changes of an office's slides on."""
    row = _NEXT_VERSION.run(conn, {"office_id": office_id})
    assert row is not None
    return int(str(row[0]))


def load_versions(conn: Connection, offices: Collection[int]) -> dict[int, int]:
    """By office; missing for one that never had slides."""
    rows = conn.execute(_VERSIONS, {"offices": list(offices)})
    return {row.office_id: row.version for row in rows}


def keep_picture(conn: Connection, picture: Picture, at: datetime) -> None:
    """Keep a picture under its digest; one that is there already is as if brought now."""
    values = {
        "digest": picture.digest,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "content": picture.content,
        "small": picture.small,
        "created_at": at,
    }
    conn.execute(_KEEP, values)


def load_sizes(conn: Connection, digests: Collection[str]) -> dict[str, Size]:
    """Width and height of pictures, by digest."""
    rows = conn.execute(_SIZES, {"digests": list(digests)})
    return {digest: Size(width, height) for digest, width, height in rows}


def find_picture(
    conn: Connection, digest: str, offices: Collection[int], *, small: bool = False
) -> tuple[str, bytes] | None:
    """Media type and bytes of a picture that a slide of these offices has; None for others'."""
    values = {"of_digest": digest, "offices": list(offices)}
    row = conn.execute(_SMALL if small else _BYTES, values).first()
    return None if row is None else (row[0], bytes(row[1]))


def forget_removed(conn: Connection, before: datetime) -> int:
    """Delete what was removed before then, and pictures no slide has. Returns how many rows."""
    slides = conn.execute(_FORGET_SLIDES, {"removed_before": before}).rowcount
    return slides + conn.execute(_FORGET_PICTURES, {"brought_before": before}).rowcount


def find_message(conn: Connection, office_id: int) -> MessageNow | None:
    row = conn.execute(_MESSAGE_OF, {"of_office": office_id}).first()
    return None if row is None else MessageNow(row.text, row.text_en, row.since, row.until)


def write_message(conn: Connection, office_id: int, message: MessageNow | None) -> None:
    """Replace the message; None takes it away."""
    conn.execute(delete(_MESSAGE).where(_m.office_id == office_id))
    if message is not None:
        values = {
            "office_id": office_id,
            "text": message.text,
            "text_en": message.text_en,
            "since": message.since,
            "until": message.until,
        }
        conn.execute(insert(_MESSAGE).values(values))


def find_offices_with_old_message(conn: Connection, now: datetime) -> tuple[int, ...]:
    """Where the time of the message is over."""
    return tuple(conn.execute(_OVER, {"now": now}).scalars())


def count_slides(conn: Connection, office_id: int) -> int:
    counted = select(func.count()).where(_s.office_id == office_id, _s.position.is_not(None))
    return conn.execute(counted).scalar_one()


def _write(conn: Connection, slide_id: int, values: dict[str, object]) -> None:
    conn.execute(update(_SLIDE).where(_s.id == slide_id).values(values))


def _columns(content: Content) -> dict[str, object]:
    return {
        "kind": content.kind,
        "title": content.title,
        "body": content.body,
        "picture": content.picture,
        "seconds": content.seconds,
        "first_day": content.first_day,
        "last_day": content.last_day,
    }


def _slide(row: Row[*tuple[Any, ...]]) -> SlideNow:
    content = Content(
        row.kind, row.title, row.body, row.picture, row.seconds, row.first_day, row.last_day
    )
    return SlideNow(row.id, row.office_id, content, row.active, row.position, row.removed_at)
