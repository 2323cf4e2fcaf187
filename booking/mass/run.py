"""Carries a mass change out, item by item: whoever calls it, and how often, each happens once."""

import time

from ...core.errors import DomainError
from ...core.ground import Ground
from ..mails.post import post_of
from . import store as mass_store
from .commands import carry_out_item, finish_mass_change, leave_item
from .store import Change

PAGE_SECONDS = 4.0  # how long the page that ordered it waits; the job carries on


async def carry_on(ground: Ground, change: Change, *, seconds: float | None = None) -> None:
    """Carry out what is still planned, at most so long. Breaks off while the database is away."""
    until = None if seconds is None else time.monotonic() + seconds
    items = await ground.database.read(mass_store.items_of_change, change.id)
    for item in items:
        if item.result != "planned":
            continue
        if until is not None and time.monotonic() > until:
            return
        if not await _try(ground, change, item.appointment_id):
            return
    await ground.runner.run(change.office_id, finish_mass_change, change_id=change.id)


async def carry_on_all(ground: Ground) -> None:
    """The job: what a crash or a long list left undone."""
    for change in await ground.database.read(mass_store.unfinished_changes):
        await carry_on(ground, change)


async def _try(ground: Ground, change: Change, appointment_id: int) -> bool:
    """One item, done or left; False when nothing can be saved at the moment.

    A refusal undoes its command altogether, so it is written down by another.
    """
    item = {"change_id": change.id, "appointment_id": appointment_id}
    try:
        await ground.runner.run(change.office_id, carry_out_item, post=post_of(ground), **item)
    except DomainError as refusal:
        if refusal.status >= 500:
            return False
        await ground.runner.run(change.office_id, leave_item, why=refusal.code, **item)
    return True
