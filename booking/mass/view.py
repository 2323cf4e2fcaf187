"""What the page of mass changes shows before one presses: whom it concerns, what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection

from ...core.errors import DomainError
from ...office.infos import OfficeInfo
from ...office.rules import day_spans
from ..desk import store as desk_store
from ..desk.store import Listed
from ..desk.view import request_at_desk
from ..rules import Request, Wanted
from ..taken_days import DayTaken, TakenDays
from .rules import Period, Proposer, proposals_for

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to change: `offers` and `pools` (ids) narrow it down, empty they mean all."""

    period: Period
    kind: str
    internal: bool = False
    offers: frozenset[int] = frozenset()
    pools: frozenset[int] = frozenset()

    @property
    def is_for_all(self) -> bool:
        return not self.offers and not self.pools

    def concerns(self, office: OfficeInfo, offers: Sequence[int]) -> bool:
        if self.is_for_all:
            return True
        pools = {pool for each in offers for pool in office.offer(each).pools}
        return not self.offers.isdisjoint(offers) or not self.pools.isdisjoint(pools)


@dataclass(frozen=True, slots=True)
class Affected:
    """One appointment, what it is for, and the starts proposed instead, if there are any."""

    listed: Listed
    items: tuple[tuple[int, int], ...]
    proposals: tuple[datetime, ...]

    @property
    def told_by(self) -> str:
        return "mail" if self.listed.email else "call" if self.listed.phone else "nobody"


@dataclass(frozen=True, slots=True)
class Preview:
    """`open` says that the period still has hours, `fingerprint` what was shown.

    `more` says that there are too many to be changed at once; then none of them is shown.
    """

    affected: tuple[Affected, ...]
    open: bool
    more: bool
    unconfirmed: int
    fingerprint: str

    @property
    def without(self) -> int:
        """For how many there is no other time."""
        return sum(1 for each in self.affected if not each.proposals)


def read_preview(
    conn: Connection, known: TakenDays, office: OfficeInfo, scope: Scope, now: datetime
) -> Preview:
    """Whom it concerns, in the order of their times, each with what is proposed.

    Nobody when the period has more than `MOST` appointments: none may be left out unseen.
    """
    period = scope.period
    listed = desk_store.appointments_between(
        conn, office.id, period.since, period.until, ("confirmed",), MOST + 1
    )
    more = len(listed) > MOST
    if more:
        listed = []
    items = desk_store.services_of_these(conn, [each.id for each in listed])
    mine = [
        each for each in listed if scope.concerns(office, [offer for offer, _ in items[each.id]])
    ]

    def read(day: date) -> DayTaken:
        return known.days(conn, office, [day], now)[day]

    after = max(period.until, now)
    proposer = Proposer(office, after, now, read, internal=scope.internal)
    wishes = [_request(office, items[each.id]) for each in mine]
    given = iter(
        proposals_for(proposer, [wish for wish in wishes if wish], choice=scope.kind == "cancel")
    )
    affected = tuple(
        Affected(each, tuple(items[each.id]), next(given) if wish else ())
        for each, wish in zip(mine, wishes, strict=True)
    )
    unconfirmed = desk_store.appointments_between(
        conn, office.id, period.since, period.until, ("held", "awaiting_email"), MOST
    )
    return Preview(
        affected=affected,
        open=is_open_in(office, period),
        more=more,
        unconfirmed=len(unconfirmed),
        fingerprint=_fingerprint(scope, affected),
    )


def is_open_in(office: OfficeInfo, period: Period) -> bool:
    """Whether hours are left in the period: then somebody could still book there."""
    return any(
        span.start < period.until and span.end > period.since
        for day in period.days
        for span in day_spans(office, day)
    )


def _request(office: OfficeInfo, items: Sequence[tuple[int, int]]) -> Request | None:
    """None for what the office does no more; there is nothing to propose then."""
    try:
        wanted = [Wanted(office.offer(offer).service.slug, count) for offer, count in items]
        return request_at_desk(office, wanted)
    except DomainError:
        return None


def _fingerprint(scope: Scope, affected: Sequence[Affected]) -> str:
    """What a press confirms. Proposals of a cancellation are a courtesy and may change."""
    lines = [
        f"{each.listed.id} {each.listed.start_at.isoformat()}"
        + (f" {each.proposals}" if scope.kind == "move" else "")
        for each in affected
    ]
    return sha256("\n".join([scope.kind, *lines]).encode()).hexdigest()
