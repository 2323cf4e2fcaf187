"""An invented appointment that previews of mails are filled in with. Its links open nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from ...core.formats import at_local, local_day, moment_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..store import Booked
from ..visits import visit_for
from .post import Post
from .values import Facts, facts_of, proposal_line

REFERENCE = "MUSTER23"
NO_KEY = "-"  # so that no preview ever shows the link of a real appointment
_DAYS = 3


def sample_facts(post: Post, t: T, office: OfficeInfo, now: datetime) -> Facts:
    """Values for every placeholder of every kind."""
    start = at_local(local_day(now) + timedelta(days=_DAYS), 9 * 60 + 30)
    proposals = [start + timedelta(days=1), start + timedelta(days=1, minutes=45)]
    items = [(offer, 1) for offer in office.offers if offer.bookable and not offer.online_only][:1]
    more = {
        "reason": t("mails.sample.reason"),
        "proposals": "\n".join(proposal_line(post, t, office, items, each) for each in proposals),
        "until": moment_text(now + timedelta(hours=1), t.language),
        "current": moment_text(start + timedelta(days=14), t.language),
    }
    nobody = replace(post, secret_key=NO_KEY)
    booked = _booked(office, start, t.language, t("mails.sample.name"), now)
    return facts_of(nobody, t, office, booked, visit_for(t, items, "on_site"), more)


def _booked(office: OfficeInfo, start: datetime, language: str, name: str, now: datetime) -> Booked:
    return Booked(
        id=0,
        office_id=office.id,
        reference=REFERENCE,
        status="confirmed",
        start_at=start,
        end_at=start + timedelta(minutes=15),
        held_until=None,
        language=language,
        created_at=now,
        source="online",
        resident_of=None,
        name=name,
    )
