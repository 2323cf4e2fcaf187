"""The frame of the pages staff work on: the office they are in, and the menu to the others.

What stands in the menu, `app/parts.py:MENU` says; the pages themselves belong to the parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from ...core.access import Employee, principal_of
from ...core.ground import Ground, ground_of
from ...core.web import page
from ..directory import latest_directory
from ..infos import OfficeInfo
from . import account_store


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page that every office has: the key of its word, its path with `{o}` for the office."""

    key: str
    path: str
    administrators_only: bool = False


async def office_of(request: Request) -> OfficeInfo:
    """The office that the path names as `{o}`; else unknown_office (404)."""
    directory = await latest_directory(ground_of(request))
    return directory.office(request.path_params["o"])


def administers(request: Request, office: OfficeInfo) -> bool:
    """Whether who is signed in administers the town of this office."""
    return office.municipality.id in cast("Employee", principal_of(request)).administers


async def staff_page(
    request: Request,
    template: str,
    office: OfficeInfo,
    context: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    """A page that extends `office/staff.html`, with `office`, `menu` and the signed-in `name`.

    `here` is the key of the menu's entry this page belongs to: that whose path the request's begins
    with, the longest if several do.
    """
    ground = ground_of(request)
    employee = cast("Employee", principal_of(request))
    ways = menu_for(ground, office, employee)
    path = request.scope["path"]
    matching = [way for way in ways if path == way[1] or path.startswith(way[1] + "/")]
    everywhere: dict[str, object] = {
        "office": office,
        "municipality": office.municipality,
        "menu": ways,
        "here": max(matching, key=lambda way: len(way[1]), default=(None, ""))[0],
        "name": await ground.database.read(account_store.name_of_staff, employee.staff_id),
        "administers": administers(request, office),
    }
    return page(request, template, {**everywhere, **(context or {})}, status)


def menu_for(ground: Ground, office: OfficeInfo, employee: Employee) -> list[tuple[str, str]]:
    """The pages of this office that somebody may see: the key of each one's word, and its path."""
    entries = [entry for entry in menu_of(ground) if _may_see(entry, office, employee)]
    return [(entry.key, entry.path.format(o=office.slug)) for entry in entries]


def menu_of(ground: Ground) -> tuple[MenuEntry, ...]:
    """The menu that the roof put together; none without a roof, as in tests of this part."""
    return cast("tuple[MenuEntry, ...]", ground.parts.get("menu", ()))


def _may_see(entry: MenuEntry, office: OfficeInfo, employee: Employee) -> bool:
    return not entry.administrators_only or office.municipality.id in employee.administers
