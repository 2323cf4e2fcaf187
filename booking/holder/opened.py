"""Whose appointment a request is about: the holder's secret, in a link or as a Bearer token."""

from starlette.requests import Request

from ...core.access import bearer_of
from ...core.ground import ground_of
from ..reading import open_appointment
from ..store import Booked


async def opened(request: Request) -> Booked:
    """The appointment of the secret link; unknown_appointment for any other."""
    return await _with_secret(request, request.path_params["secret"])


async def opened_by_bearer(request: Request) -> Booked:
    """The appointment for the holder of the Bearer secret; unknown_appointment for any other."""
    return await _with_secret(request, bearer_of(request) or "")


async def _with_secret(request: Request, secret: str) -> Booked:
    return await open_appointment(ground_of(request), request.path_params["reference"], secret)
