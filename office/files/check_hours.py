"""What the opening rules of one office may not say together: unknown names, hours that overlap."""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations, product
from math import gcd

from ..hours.closures import MinuteRange, without
from ..hours.dates import LAST, monday
from .entries import OfficeEntry
from .entry_hours import OpeningEntry
from .mistakes import Mistake
from .sources import Placed


def check_opening(office: Placed[OfficeEntry]) -> Iterator[Mistake]:
    """Every mistake in the opening rules of an office."""
    pools = {pool.slug for pool in office.entry.pools}
    offered = {offer.service for offer in office.entry.offers}
    for index, rule in enumerate(office.entry.opening):
        for slug in rule.pools:
            if slug not in pools:
                reason = f'there is no pool "{slug}"'
                yield office.mistake(reason, "opening", index, "pools", slug)
        for number, slug in enumerate(rule.services or ()):
            if slug not in offered:
                reason = f'there is no offer of this office for "{slug}"'
                yield office.mistake(reason, "opening", index, "services", number)
    for one, other in overlapping(office.entry.opening):
        yield office.mistake(f"overlaps opening[{one}]", "opening", other)


def overlapping(rules: Iterable[OpeningEntry]) -> Iterator[tuple[int, int]]:
    """Pairs of rules that may not be in force at once and are, by their place among the others."""
    for (one, rule), (other, later) in combinations(enumerate(rules), 2):
        if _clash(rule, later) and _overlap(rule, later):
            yield one, other


def _clash(one: OpeningEntry, other: OpeningEntry) -> bool:
    """Whether two rules may not be in force at once.

    Special hours may lie over weekly ones. What is for different services may overlap; so may
    hours for some services without an appointment and hours with appointments for all.
    """
    if one.special != other.special:
        return False
    if one.services is None and other.services is None:
        return True
    if one.services is not None and other.services is not None:
        return not set(one.services).isdisjoint(other.services)
    return {one.mode, other.mode} != {"appointment", "walk_in"}


def _overlap(one: OpeningEntry, other: OpeningEntry) -> bool:
    """Whether both are in force at some moment.

    Two date ranges that share no such weekday are still taken to overlap: nobody writes that.
    """
    return (
        not set(one.days).isdisjoint(other.days)
        and any(
            start < later_end and later_start < end
            for (start, end), (later_start, later_end) in product(_pieces(one), _pieces(other))
        )
        and not (one.valid_to and other.valid_from and one.valid_to < other.valid_from)
        and not (other.valid_to and one.valid_from and other.valid_to < one.valid_from)
        and _may_meet(one.nth_numbers, other.nth_numbers)
        and _share_a_week(one, other)
    )


def _pieces(rule: OpeningEntry) -> Iterator[MinuteRange]:
    return without((rule.start, rule.end), [(one.start, one.end) for one in rule.breaks])


def _may_meet(one: Collection[int], other: Collection[int]) -> bool:
    """Whether a day can be one of both; the last of a month is the 4th or the 5th."""
    if not one or not other:
        return True
    return not _numbers(one).isdisjoint(_numbers(other))


def _numbers(nth: Collection[int]) -> set[int]:
    return {*nth, *({4, 5} if LAST in nth else ())}


def _share_a_week(one: OpeningEntry, other: OpeningEntry) -> bool:
    """Two rhythms meet when the distance of their first weeks is a multiple of what they share."""
    if one.valid_from is None or other.valid_from is None:
        return True
    weeks = (monday(one.valid_from) - monday(other.valid_from)).days // 7
    return weeks % gcd(one.every_weeks, other.every_weeks) == 0
