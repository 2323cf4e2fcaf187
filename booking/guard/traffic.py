"""How often a network, an e-mail address or a reference may try something in booking.

Generous for a network, because a town hall, a library or a mobile provider stands behind one
address; tight for what is guessed or sent. Nothing here counts in the demo or for exempt networks.
"""

from starlette.requests import HTTPConnection

from ...core.ground import ground_of
from ...core.limits import network_of, require_try, require_try_from
from ...office.directory import latest_directory
from ..store import Booked
from .limits import email_key, is_exempt


def require_hold(request: HTTPConnection) -> None:
    """A time taken: 40 at once, then one every ten seconds, or a script holds a whole day."""
    require_try_from(request, "hold", size=40, seconds=10.0)


def require_contact(request: HTTPConnection) -> None:
    """Said who comes, again after each mistake: 120 at once, then one every two seconds."""
    require_try_from(request, "contact", size=120, seconds=2.0)


async def require_mail(request: HTTPConnection, office_id: int, email: str | None) -> None:
    """A mail that a visitor has us send: twelve to one address, then one every ten minutes.

    Addresses that the office exempts, such as a car dealer's, may have any number.
    """
    if email is None or network_of(request) is None:
        return
    key, ground = email_key(email), ground_of(request)
    if not is_exempt((await latest_directory(ground)).office(office_id), key):
        require_try(ground, "mail", key, size=12, seconds=600.0)


async def require_move(request: HTTPConnection, booked: Booked) -> None:
    """Moved by its holder, which sends a mail: ten times at once, then one every ten minutes."""
    if network_of(request) is not None:
        require_try(ground_of(request), "move", booked.reference, size=10, seconds=600.0)
    await require_mail(request, booked.office_id, booked.email)


def require_mail_again(request: HTTPConnection, reference: str) -> None:
    """The confirmation mail once more: five for one appointment, then one every ten minutes."""
    if network_of(request) is not None:
        require_try(ground_of(request), "mail again", reference, size=5, seconds=600.0)


def require_guess(request: HTTPConnection, reference: str) -> None:
    """A reference with its code: ten tries for one reference, from wherever, then one an hour.

    With 31^6 codes, a year of guessing finds one of 100,000. A network has 60 tries, then one each
    half minute.
    """
    require_try_from(request, "find", size=60, seconds=30.0)
    require_try(ground_of(request), "code", reference, size=10, seconds=3600.0)
