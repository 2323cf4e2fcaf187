"""The jobs of all parts and how often they run; each is repeatable and does its work in commands.

Seconds are real time; what is due is decided by the house's own clock inside each command.
"""

from collections.abc import Callable
from typing import Protocol

from ..booking.forgetting import forget_visits
from ..booking.lists.day_mail import mail_day_lists
from ..booking.mails.reminders import remind
from ..booking.mass.commands import forget_called
from ..booking.mass.run import carry_on_all
from ..booking.services import expire_holds, forget_proofs
from ..booking.waiting.job import serve_waiting_lists
from ..core.delivery import deliver_due, forget_old_mails
from ..core.ground import Ground
from ..core.idempotency import forget_old_replies
from ..core.outbox import give_up_late_mails
from ..core.scheduler import Job
from ..core.tx import Tx
from ..display.slides.commands import forget_slides
from ..display.slides.jobs import end_messages
from ..office.directory import latest_directory
from ..queue.day import forget_remarks
from ..queue.jobs import ask_counters, close_days
from ..queue.learning.commands import learn_everywhere
from ..queue.remote.admitting import admit_everywhere
from ..queue.seats.leaving import forget_sittings

HOUR = 3600.0


class OfficeCommand(Protocol):
    """A command that tidies one office and returns how much it found."""

    def __call__(self, tx: Tx, *, office_id: int) -> int: ...


class In:
    """A job that runs a command in every office, one after the other."""

    def __init__(self, command: OfficeCommand) -> None:
        self._command = command

    async def __call__(self, ground: Ground) -> None:
        for office_id in (await latest_directory(ground)).offices:
            await ground.runner.run(office_id, self._command, office_id=office_id)


class Once:
    """A job that runs a command of the installation."""

    def __init__(self, command: Callable[[Tx], int]) -> None:
        self._command = command

    async def __call__(self, ground: Ground) -> None:
        await ground.runner.run((), self._command)


JOBS = (
    Job("send mails", 5.0, deliver_due),
    Job("admit who is not here", 5.0, admit_everywhere),
    Job("expire holds", 15.0, In(expire_holds)),
    Job("serve waiting lists", 15.0, serve_waiting_lists),
    Job("remind", 60.0, remind),
    Job("mail day lists", 60.0, mail_day_lists),
    Job("close days", 60.0, close_days),
    Job("ask counters", 30.0, ask_counters),
    Job("learn", 600.0, learn_everywhere),
    Job("take down messages", 30.0, end_messages),
    Job("carry on mass changes", 10.0, carry_on_all),
    Job("forget who came", HOUR, In(forget_visits)),
    Job("forget remarks", HOUR, In(forget_remarks)),
    Job("forget who was called", HOUR, Once(forget_called)),
    Job("forget who sat where", HOUR, Once(forget_sittings)),
    Job("forget slides", HOUR, Once(forget_slides)),
    Job("give up late mails", 60.0, Once(give_up_late_mails)),
    Job("forget old mails", HOUR, Once(forget_old_mails)),
    Job("forget old replies", HOUR, Once(forget_old_replies)),
    Job("forget used proofs", HOUR, Once(forget_proofs)),
)
