"""Commands on an office's slides and its urgent message; what is decided stands in `rules.py`.

All are run for their office, by its staff. Screens hear of them through the log.
"""

from datetime import datetime, timedelta

from ...core.errors import DomainError, not_found
from ...core.tx import Tx
from ..events import MessagePutUp, MessageTakenDown, SlidesChanged
from . import store
from .pictures import Picture
from .rules import MOST_REMOVED, MOST_SLIDES, Content, SlideNow, moved
from .store import MessageNow

# So long a removed slide can be brought back, and a picture nobody shows is kept.
KEPT = timedelta(days=1)


def add_slide(
    tx: Tx, *, office_id: int, content: Content, picture: Picture | None = None
) -> SlideNow:
    """A new slide at the end. Raises too_many_slides (409) beyond MOST_SLIDES.

    `picture` is what `content.picture` names, if it is a new one.
    """
    position = _next_position(tx, office_id)
    if picture is not None:
        store.keep_picture(tx.conn, picture, tx.now)
    slide_id = store.insert_slide(tx.conn, office_id, content, position)
    _changed(tx, office_id)
    return SlideNow(slide_id, office_id, content, active=True, position=position)


def change_slide(
    tx: Tx, *, office_id: int, slide_id: int, content: Content, picture: Picture | None = None
) -> None:
    """Another text, picture, time or days. Raises not_found (404) for one that is not there."""
    slide = _slide(tx, office_id, slide_id)
    if slide.content == content:
        return
    if picture is not None:
        store.keep_picture(tx.conn, picture, tx.now)
    store.write_content(tx.conn, slide_id, content)
    _changed(tx, office_id)


def move_slide(tx: Tx, *, office_id: int, slide_id: int, before: int | None) -> None:
    """Put it directly before another one, or at the end. A neighbour that was removed meanwhile
    moves nothing. Raises not_found (404) for a slide that is not there."""
    _slide(tx, office_id, slide_id)
    order = [slide.id for slide in store.load_slides(tx.conn, office_id)]
    wanted = moved(order, slide_id, before)
    if wanted != tuple(order):
        store.write_order(tx.conn, office_id, wanted)
        _changed(tx, office_id)


def switch_slide(tx: Tx, *, office_id: int, slide_id: int, active: bool) -> None:
    """On or off; its place stays. Raises not_found (404)."""
    if _slide(tx, office_id, slide_id).active != active:
        store.write_active(tx.conn, slide_id, active=active)
        _changed(tx, office_id)


def remove_slide(tx: Tx, *, office_id: int, slide_id: int) -> None:
    """Take it out; for a day it can be brought back. Pressed again it changes nothing.

    Raises not_found (404) for one that was never there.
    """
    slide = _known(tx, office_id, slide_id)
    if slide.position is None:
        return
    store.write_removed(tx.conn, slide_id, tx.now)
    order = [one.id for one in store.load_slides(tx.conn, office_id)]
    store.write_order(tx.conn, office_id, order)
    beyond = store.load_removed(tx.conn, office_id)[MOST_REMOVED:]
    store.delete_slides(tx.conn, [one.id for one in beyond])
    _changed(tx, office_id)


def bring_back(tx: Tx, *, office_id: int, slide_id: int) -> None:
    """What was removed stands at the end again. Raises not_found (404), too_many_slides (409)."""
    slide = _known(tx, office_id, slide_id)
    if slide.position is None:
        store.write_back(tx.conn, slide_id, _next_position(tx, office_id))
        _changed(tx, office_id)


def put_up_message(
    tx: Tx, *, office_id: int, text: str, text_en: str | None, until: datetime | None
) -> None:
    """Over everything but a call, on all screens of the office, instead of the one before."""
    before = store.find_message(tx.conn, office_id)
    message = MessageNow(text, text_en, before.since if before else tx.now, until)
    if message == before:
        return
    store.write_message(tx.conn, office_id, message)
    tx.emit(office_id, MessagePutUp(text=text, text_en=text_en, until=until))


def take_down_message(tx: Tx, *, office_id: int) -> None:
    """Gone from all screens; where none stands nothing happens."""
    if store.find_message(tx.conn, office_id) is not None:
        store.write_message(tx.conn, office_id, None)
        tx.emit(office_id, MessageTakenDown())


def end_message(tx: Tx, *, office_id: int) -> None:
    """For the job: take the message down if its time is over by now, another one may stand."""
    message = store.find_message(tx.conn, office_id)
    if message is not None and message.until is not None and message.until <= tx.now:
        take_down_message(tx, office_id=office_id)


def forget_slides(tx: Tx) -> int:
    """For the job, in the installation lane: what was removed a day ago, and pictures left over."""
    return store.forget_removed(tx.conn, tx.now - KEPT)


def _next_position(tx: Tx, office_id: int) -> int:
    count = store.count_slides(tx.conn, office_id)
    if count >= MOST_SLIDES:
        raise DomainError("too_many_slides", 409)
    return count + 1


def _slide(tx: Tx, office_id: int, slide_id: int) -> SlideNow:
    slide = _known(tx, office_id, slide_id)
    if slide.position is None:
        raise not_found()
    return slide


def _known(tx: Tx, office_id: int, slide_id: int) -> SlideNow:
    """Removed or not; what another office has is not there."""
    slide = store.find_slide(tx.conn, slide_id)
    if slide is None or slide.office_id != office_id:
        raise not_found()
    return slide


def _changed(tx: Tx, office_id: int) -> None:
    tx.emit(office_id, SlidesChanged(version=store.next_version(tx.conn, office_id)))
