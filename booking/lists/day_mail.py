"""The day list by mail: each evening, to the office's own address, for its next opening day."""

from datetime import date, datetime

from sqlalchemy import Connection

from ...core.formats import at_local, clock_text, day_text, local_day, long_day_text
from ...core.ground import Ground
from ...core.outbox import send_mail
from ...core.outbox_reading import is_written
from ...core.texts import T
from ...core.tx import Tx
from ...office.directory import current_directory, latest_directory
from ...office.infos import OfficeInfo
from ..mails.kinds import Words, raw
from ..mails.letters import addressed, letter_of
from ..mails.post import Post, post_of
from ..mails.values import Facts
from .day_list import DayList, Line, is_evening_before, next_opening_day, read_day_list


def due_day(office: OfficeInfo, now: datetime) -> date | None:
    """The day whose list goes out this evening, from the office's minute on; None when none does.

    After midnight it is too late: the list of that morning is on the page.
    """
    today = local_day(now)
    if office.day_list_minute is None or now < at_local(today, office.day_list_minute):
        return None
    listed = next_opening_day(office, today)
    return listed if listed and is_evening_before(office, today, listed) else None


def offices_due(conn: Connection, offices: list[OfficeInfo], now: datetime) -> list[int]:
    """Those whose list of this evening is not written yet."""
    return [
        office.id
        for office in offices
        if due_day(office, now) and not is_written(conn, _purpose(office, now))
    ]


def send_day_list(tx: Tx, *, office_id: int, language: str, post: Post) -> None:
    """Write this evening's list, once however often it is asked for. Run by the job."""
    office = current_directory(tx).office(office_id)
    day = due_day(office, tx.now)
    if day is None:
        return
    t = post.texts.in_language(language)
    found = read_day_list(tx.conn, t, office, day)
    words = Words(raw(t, "day.mail.subject"), raw(t, "day.mail.text"))
    letter = letter_of(t, office.name, words, _facts(t, post, office, found))
    mail = addressed(
        post,
        office,
        letter,
        purpose=_purpose(office, tx.now),
        recipient=office.email,
        useless_after=at_local(day, 1440),
    )
    send_mail(tx, mail)


async def mail_day_lists(ground: Ground) -> None:
    """The job. It looks first, so that it writes nothing for the rest of the evening."""
    offices = list((await latest_directory(ground)).offices.values())
    language, now = ground.settings.languages[0], ground.clock.now()
    for office_id in await ground.database.read(offices_due, offices, now):
        await ground.runner.run(
            office_id,
            send_day_list,
            office_id=office_id,
            language=language,
            post=post_of(ground),
        )


def _purpose(office: OfficeInfo, now: datetime) -> str:
    return f"office:{office.id}:day_list:{local_day(now).isoformat()}"


def _facts(t: T, post: Post, office: OfficeInfo, found: DayList) -> Facts:
    day = long_day_text(found.day, t.language)
    lines = "\n".join(f"- {_words(line)}" for line in found.lines)
    values = {
        "office": office.name,
        "day": day,
        "count": t("day.count", n=len(found.lines)),
        "lines": lines or f"- {t('day.empty')}",
        "destroy": t("day.destroy", day=day_text(found.destroy_by, t.language)),
        "link": f"{post.public_url}/office/{office.slug}/day?date={found.day.isoformat()}",
    }
    return Facts(values, "", (day,))


def _words(line: Line) -> str:
    """The channel last: a name at the end could pass itself off as a link."""
    parts = (line.reference, line.name, line.services, line.channel)
    return f"{clock_text(line.start)} " + ", ".join(part for part in parts if part)
