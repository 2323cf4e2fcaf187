"""What somebody at a counter may do there: only what its seat and their role allow."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from starlette.requests import Request

from ...core.access import Employee, principal_of
from ...core.errors import DomainError
from ...core.tx import Tx
from ..counter.counters import check_seat

P = ParamSpec("P")
R = TypeVar("R")


def require_calls_any(request: Request, office_id: int) -> None:
    """Raises not_allowed (403) for a clerk who may only call whoever is next.

    It is needed to call a number out of turn and to discard numbers. A program that drives a
    counter has no role and may.
    """
    principal = principal_of(request)
    if isinstance(principal, Employee) and office_id not in principal.calls_any:
        raise DomainError("not_allowed", 403)


def calls_any(request: Request, office_id: int) -> bool:
    """The same as an answer, for pages that leave out what one may not do."""
    principal = principal_of(request)
    return not isinstance(principal, Employee) or office_id in principal.calls_any


def seated(
    request: Request, counter_id: int, command: Callable[Concatenate[Tx, P], R]
) -> Callable[Concatenate[Tx, P], R]:
    """The command, run only if nobody else sits at the counter: counter_taken (409).

    Asked in the command's own transaction, so that nobody takes a counter over in between.
    """
    principal = principal_of(request)
    if not isinstance(principal, Employee):
        return command
    staff_id = principal.staff_id

    def run(tx: Tx, *args: P.args, **kwargs: P.kwargs) -> R:
        check_seat(tx, counter_id=counter_id, staff_id=staff_id)
        return command(tx, *args, **kwargs)

    return run
