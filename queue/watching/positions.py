"""Everybody's place in the line at once; for a single ticket it is `rules.count_ahead`. Pure."""

from collections.abc import Iterable

from ..rules import CanCall, serves
from ..state import TicketNow


def count_everybody_ahead(line: Iterable[TicketNow], counters: Iterable[CanCall]) -> dict[int, int]:
    """`count_ahead` of each ticket of a line by id, in one walk; the line is in order.

    Tickets that the same counters can serve are counted together: a thousand phones are told in
    the time that a few took.
    """
    every = tuple(counters)
    able: dict[tuple[frozenset[int], bool], frozenset[int]] = {}
    passed: dict[frozenset[int], int] = {}
    ahead: dict[int, int] = {}
    for ticket in line:
        kind = (ticket.offers, ticket.step_free)
        if kind not in able:
            able[kind] = frozenset(
                one.id for one in every if serves(one, kind[0], step_free=kind[1], only=None)
            )
        mine = able[kind]
        ahead[ticket.id] = sum(n for theirs, n in passed.items() if not mine.isdisjoint(theirs))
        passed[mine] = passed.get(mine, 0) + 1
    return ahead
