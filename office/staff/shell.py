"""What the command line does with staff and devices, in sentences for the person at the keyboard.

The commands themselves stand in `commands.py` and `devices/commands.py`, the options in
`app/cli.py`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...core.formats import day_text
from ...core.runner import Runner
from ...core.secrets import new_token
from ..devices.commands import IssuedToken, add_device, renew_device_token, revoke_device
from ..devices.pairing import claim_pairing
from . import account_store as accounts
from .commands import add_staff, set_active, set_password, set_roles
from .passwords import hash_password


@dataclass(frozen=True, slots=True)
class Roles:
    """What somebody may do, as typed: slugs, and whether they may call numbers out of turn."""

    offices: Collection[str] = ()
    towns: Collection[str] = ()
    call_any: bool = True


def staff_add(runner: Runner, *, login: str, name: str, roles: Roles) -> str:
    """`aufruf staff add LOGIN NAME --office SLUG… --municipality SLUG… [--no-call-any]`."""
    runner.run_now(
        (),
        add_staff,
        login=login,
        name=name,
        offices=roles.offices,
        municipalities=roles.towns,
        may_call_any=roles.call_any,
    )
    return f"{login} is added. Next: aufruf staff password {login}"


def staff_roles(runner: Runner, *, login: str, roles: Roles) -> str:
    """`aufruf staff roles LOGIN --office SLUG… [--no-call-any]`: exactly these from now on."""
    runner.run_now(
        (),
        set_roles,
        login=login,
        offices=roles.offices,
        municipalities=roles.towns,
        may_call_any=roles.call_any,
    )
    turn = "" if roles.call_any else ", and calls nobody out of turn"
    return f"{login} works for: {', '.join([*roles.offices, *roles.towns]) or 'nothing'}{turn}"


def staff_password(runner: Runner, *, login: str, password: str | None = None) -> str:
    """`aufruf staff password LOGIN`: the given password, or one made here and said this once."""
    chosen = password if password is not None else _readable(new_token()[:16])
    runner.run_now((), set_password, login=login, password_hash=hash_password(chosen))
    ended = f"{login} has a new password; all sessions are ended."
    return ended if password is not None else f"{ended}\nPassword: {chosen}"


def staff_active(runner: Runner, *, login: str, active: bool) -> str:
    """`aufruf staff lock LOGIN` and `aufruf staff unlock LOGIN`."""
    runner.run_now((), set_active, login=login, active=active)
    return f"{login} may {'sign in again' if active else 'not sign in any more'}."


def device_add(
    runner: Runner, base_url: str, *, kind: str, area: str, name: str, counter: str | None = None
) -> str:
    """`aufruf device add KIND AREA NAME [--counter SLUG]`."""
    issued = runner.run_now((), add_device, kind=kind, area=area, name=name, counter=counter)
    return _link(base_url, issued)


def device_pair(runner: Runner, *, code: str, name: str, area: str) -> str:
    """`aufruf device pair CODE NAME AREA`: for the screen or kiosk that shows this code."""
    slug = runner.run_now((), claim_pairing, code=code, area=area, name=name)
    return f"{slug} is connected and starts by itself."


def device_renew(runner: Runner, base_url: str, *, slug: str) -> str:
    """`aufruf device renew SLUG`: a new link; the old one opens nothing any more."""
    return _link(base_url, runner.run_now((), renew_device_token, slug=slug))


def device_revoke(runner: Runner, *, slug: str) -> str:
    """`aufruf device revoke SLUG`."""
    runner.run_now((), revoke_device, slug=slug)
    return (
        f"{slug} is revoked; its link and its browsers open nothing any more,"
        " and what they show is closed within seconds."
    )


def device_list(runner: Runner) -> Iterator[str]:
    """`aufruf device list`: a line for each device, never with its token."""
    for device in runner.run_now((), lambda tx: accounts.listed_devices(tx.conn)):
        state = "ready" if device.has_token else "no link yet: aufruf device renew"
        if device.revoked_at is not None:
            state = f"revoked {day_text(device.revoked_at.date(), 'en')}"
        place = f" at {device.counter}" if device.counter else ""
        yield f"{device.kind:8} {device.slug:40} {device.name}{place} ({state})"


def _link(base_url: str, issued: IssuedToken) -> str:
    return (
        f"{issued.slug} is ready. Open this link on the device; it is shown only now:\n"
        f"{base_url}{issued.link}"
    )


def _readable(token: str) -> str:
    """Groups of four, so that it can be read out and typed."""
    return "-".join(token[start : start + 4] for start in range(0, len(token), 4))
