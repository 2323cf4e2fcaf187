"""Which kiosk a request is at, and the addresses of its steps. What was chosen so far stands in
the address: the kiosk keeps nothing about anybody, and every step works without script.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ..booking.inputs import read_wanted
from ..booking.rules import Wanted
from ..core.errors import not_found
from ..core.ground import ground_of
from ..core.language import language_of
from ..core.secrets import new_token
from ..core.texts import T
from ..core.web import page
from ..office.directory import (
    AreaInfo,
    DeviceInfo,
    Directory,
    MunicipalityInfo,
    OfficeInfo,
    latest_directory,
)
from ..queue.drawing.walk_in import WalkIn, lock_for, lock_of_all, nearest_of, walk_in_of
from ..queue.state import OfficeState
from ..queue.watching.live import live_of

LOWERED = "lower"
_NOT_CARRIED = frozenset({"lang", LOWERED})


@dataclass(frozen=True)
class Kiosk:
    """One kiosk at one moment, in the language of who stands before it."""

    device: DeviceInfo
    area: AreaInfo
    municipality: MunicipalityInfo
    offices: tuple[OfficeInfo, ...]
    directory: Directory
    now: datetime
    language: str
    first_language: str
    lowered: bool
    states: Mapping[int, OfficeState]

    @property
    def place(self) -> str:
        """The name over the kiosk: the office's, or the area's where several share it."""
        return self.offices[0].name if len(self.offices) == 1 else self.area.name

    @property
    def restart(self) -> str:
        """The start for the next person: in the town's language, at full height."""
        return f"/kiosk/{self.device.slug}?lang={self.first_language}"

    def to(self, step: str = "", services: Iterable[Wanted] = (), **query: object) -> str:
        """The address of a step, with what was chosen and how high the page is set."""
        pairs: list[tuple[str, object]] = [("service", written(one)) for one in services]
        pairs += [(name, value) for name, value in query.items() if value not in {None, ""}]
        if self.lowered:
            pairs.append((LOWERED, 1))
        path = f"/kiosk/{self.device.slug}" + (f"/{step}" if step else "")
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def walk_in(self, office: OfficeInfo, offers: Collection[int]) -> WalkIn:
        """Whether an office of this area gives out numbers now, for these offers together."""
        lock = lock_for(office, self.states[office.id], offers)
        return walk_in_of(office, self.now, self.language, offers, lock)

    @cached_property
    def walk_in_here(self) -> WalkIn:
        """Whether anybody may draw a number for anything now, in any office of the area."""
        return nearest_of(
            [
                walk_in_of(
                    office, self.now, self.language, (), lock_of_all(office, self.states[office.id])
                )
                for office in self.offices
            ]
        )


async def kiosk_of(connection: HTTPConnection) -> Kiosk:
    """The kiosk that the path names; another device is not_found."""
    ground = ground_of(connection)
    directory = await latest_directory(ground)
    device = directory.device(connection.path_params["k"])
    if device.kind != "kiosk":
        raise not_found()
    area = directory.area(device.area_id)
    offices = directory.offices_of_area(area.id)
    live = live_of(ground)
    return Kiosk(
        device=device,
        area=area,
        municipality=directory.municipality(area.municipality_id),
        offices=offices,
        directory=directory,
        now=ground.clock.now(),
        language=language_of(connection),
        first_language=ground.settings.languages[0],
        lowered=connection.query_params.get(LOWERED) == "1",
        states={one.id: (await live.office(one.id).current()).state for one in offices},
    )


def kiosk_page(
    request: Request, kiosk: Kiosk, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    """A page of the kiosk: what all have, and its own context."""
    everywhere: dict[str, object] = {
        "kiosk": kiosk,
        "municipality": kiosk.municipality,
        "lower_href": _height_toggled(request, kiosk),
        "scan_key": new_token(),
        "back_href": None,
    }
    return page(request, f"kiosk/{template}", {**everywhere, **context}, status)


def texts_of(request: Request, kiosk: Kiosk) -> T:
    return ground_of(request).texts.in_language(kiosk.language)


def wanted_in(values: Iterable[str]) -> tuple[Wanted, ...]:
    """The services an address or form names; what is none is left out."""
    found: list[Wanted] = []
    for value in values:
        try:
            found.append(read_wanted(value))
        except ValueError:
            continue
    return tuple(found)


def typed(text: str, key: str) -> str:
    """The text after one more key: a letter, `-` for the last one away, `_` for a space."""
    if key == "-":
        return text[:-1]
    return text + {"_": " "}.get(key, key[:1])


def written(wanted: Wanted) -> str:
    """A service as addresses carry it: `slug`, or `slug:2`."""
    return wanted.slug if wanted.count == 1 else f"{wanted.slug}:{wanted.count}"


def _height_toggled(request: Request, kiosk: Kiosk) -> str:
    """This page again, lower or higher."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in _NOT_CARRIED]
    if not kiosk.lowered:
        pairs.append((LOWERED, "1"))
    path = str(request.scope["path"])
    return f"{path}?{urlencode(pairs)}" if pairs else path
