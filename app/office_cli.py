"""The subcommands `load`, `hours …`, `calling …`, `staff …`, `device …`; what they do: `office`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..office.calling.export import export_calling
from ..office.files.loader import load_paths
from ..office.hours.export import export_hours
from ..office.hours.from_files import Prefer
from ..office.staff import shell
from .hand import at_hand, read_settings

Offices = Annotated[list[str] | None, typer.Option("--office", help="Slug of an office.")]
Towns = Annotated[
    list[str] | None, typer.Option("--municipality", help="Slug of a town to administer.")
]
CallAny = Annotated[bool, typer.Option(help="May call and discard numbers out of turn.")]
Login = Annotated[str, typer.Argument(help="The name somebody signs in with.")]
DeviceSlug = Annotated[str, typer.Argument(help="As `aufruf device list` shows it.")]

staff = typer.Typer(help="Who may sign in, and where they work.", no_args_is_help=True)
device = typer.Typer(help="Screens, kiosks and counters with a link.", no_args_is_help=True)
hours = typer.Typer(help="Opening hours, as files and pages say them.", no_args_is_help=True)

calling = typer.Typer(help="How offices call, as files and pages say it.", no_args_is_help=True)


def load(
    files: Annotated[list[Path], typer.Argument(help="TOML files of master data.")],
    hours: Annotated[
        Prefer | None,
        typer.Option(help="Whose opening hours hold where a file and a page differ."),
    ] = None,
    calling: Annotated[
        Prefer | None,
        typer.Option(help="Whose settings of calling hold where a file and a page differ."),
    ] = None,
) -> None:
    """Load master data: all files or none; loading again changes nothing."""
    with at_hand(begins=True) as runner:
        loaded = load_paths(runner, files, hours=hours, calling=calling)
    for advice in loaded.advice:
        typer.echo(advice)
    changed = ", ".join(loaded.offices)
    typer.echo(f"Loaded, version {loaded.version}. Changed offices: {changed or 'none'}")


@hours.command("export")
def hours_export(slug: Annotated[str, typer.Argument(help="Slug of an office or town.")]) -> None:
    """Print the present hours and closures as a master data file says them."""
    with at_hand() as runner:
        typer.echo(export_hours(runner, slug))


@calling.command("export")
def calling_export(slug: Annotated[str, typer.Argument(help="Slug of an office.")]) -> None:
    """Print how an office calls, as a master data file says it."""
    with at_hand() as runner:
        typer.echo(export_calling(runner, slug))


@staff.command("add")
def staff_add(
    login: Login,
    name: str,
    *,
    office: Offices = None,
    municipality: Towns = None,
    call_any: CallAny = True,
) -> None:
    """Add somebody: clerk of offices, administrator of towns. A password comes next."""
    roles = shell.Roles(office or [], municipality or [], call_any)
    with at_hand() as runner:
        typer.echo(shell.staff_add(runner, login=login, name=name, roles=roles))


@staff.command("roles")
def staff_roles(
    login: Login,
    *,
    office: Offices = None,
    municipality: Towns = None,
    call_any: CallAny = True,
) -> None:
    """Give somebody exactly these offices and towns."""
    roles = shell.Roles(office or [], municipality or [], call_any)
    with at_hand() as runner:
        typer.echo(shell.staff_roles(runner, login=login, roles=roles))


@staff.command("password")
def staff_password(
    login: Login,
    *,
    ask: Annotated[bool, typer.Option(help="Ask for it instead of making one.")] = False,
) -> None:
    """Set a password, made here and shown once, or asked for; ends all sessions."""
    chosen = None
    if ask:
        chosen = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    with at_hand() as runner:
        typer.echo(shell.staff_password(runner, login=login, password=chosen))


@staff.command("lock")
def staff_lock(login: Login) -> None:
    """Sign somebody out everywhere and do not let them in again."""
    with at_hand() as runner:
        typer.echo(shell.staff_active(runner, login=login, active=False))


@staff.command("unlock")
def staff_unlock(login: Login) -> None:
    """Let somebody sign in again."""
    with at_hand() as runner:
        typer.echo(shell.staff_active(runner, login=login, active=True))


@device.command("add")
def device_add(
    kind: Literal["display", "kiosk", "counter"],
    area: Annotated[str, typer.Argument(help="Slug of the waiting area.")],
    name: str,
    counter: Annotated[str | None, typer.Option(help="Slug, for a counter.")] = None,
) -> None:
    """Add a device and print the link to open on it, this once."""
    with at_hand() as runner:
        typer.echo(
            shell.device_add(
                runner,
                read_settings().public_url,
                kind=kind,
                area=area,
                name=name,
                counter=counter,
            )
        )


@device.command("pair")
def device_pair(
    code: Annotated[str, typer.Argument(help="As the screen or kiosk shows it.")],
    name: str,
    area: Annotated[str, typer.Argument(help="Slug of the waiting area.")],
) -> None:
    """Connect the new screen or kiosk that shows this code."""
    with at_hand() as runner:
        typer.echo(shell.device_pair(runner, code=code, name=name, area=area))


@device.command("renew")
def device_renew(slug: DeviceSlug) -> None:
    """Print a new link; the old one and its browsers open nothing any more."""
    with at_hand() as runner:
        typer.echo(shell.device_renew(runner, read_settings().public_url, slug=slug))


@device.command("revoke")
def device_revoke(slug: DeviceSlug) -> None:
    """Put a device out of use for good."""
    with at_hand() as runner:
        typer.echo(shell.device_revoke(runner, slug=slug))


@device.command("list")
def device_list() -> None:
    """List all devices, without their links."""
    with at_hand() as runner:
        for line in shell.device_list(runner):
            typer.echo(line)
