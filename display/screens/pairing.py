"""Typing the code of a new device: the form, the limit on wrong codes, and the claim.

The code itself is made in `office/devices/pairing.py`.
"""

from dataclasses import dataclass, replace
from typing import Literal, cast

from starlette.datastructures import FormData
from starlette.requests import Request

from ...core.access import Employee, principal_of
from ...core.errors import DomainError, invalid, not_found
from ...core.ground import ground_of
from ...core.limits import buckets_of
from ...office.devices import pairing_store
from ...office.devices.pairing import claim_for_device, claim_pairing, code_in_groups, plain_code
from ...office.devices.screen_settings import Layout, ScreenSettings
from ...office.infos import OfficeInfo
from ...queue.watching.live import live_of
from .form import LAYOUTS, is_name

# Ten wrong codes a minute: at most 2,000 of a thousand million are good at a time.
WRONG_CODES = 10
WRONG_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed. `device` is whom the new one replaces, `kind` that of what shows the code.

    `sure`: also when the one it replaces is at work.
    """

    code: str = ""
    name: str = ""
    device: str = ""
    sure: bool = False
    layout: Layout = "waiting"
    kind: Literal["display", "kiosk"] | None = None

    @property
    def shown_code(self) -> str:
        """As the device shows it, if it is one; else as it was typed."""
        code = plain_code(self.code)
        return code_in_groups(code) if code else self.code[:20]


NOTHING_ENTERED = Entered()


def read_entered(form: FormData) -> Entered:
    """The form; what is not a layout is the usual one."""
    layout = str(form.get("layout", "waiting"))
    return Entered(
        code=str(form.get("code", "")).strip(),
        name=str(form.get("name", "")).strip(),
        device=str(form.get("device", "")).strip(),
        sure=form.get("sure") == "1",
        layout=layout if layout in LAYOUTS else "waiting",
    )


async def claim(request: Request, office: OfficeInfo, entered: Entered) -> str:
    """Make the device with this code one of the office's waiting room; its slug.

    Raises unknown_pairing, wrong_kind, unknown_device, device_at_work, invalid_value for the name,
    and too_many_requests after too many wrong codes.
    """
    known = await kind_of_code(request, entered)
    runner, area = ground_of(request).runner, office.area.slug
    if slug := known.device:
        if is_at_work(request, slug) and not entered.sure:
            raise DomainError("device_at_work", 409)
        await runner.run((), claim_for_device, code=entered.code, area=area, slug=slug)
        return slug
    if not is_name(entered.name):
        raise invalid("name", "length")
    return await runner.run(
        (),
        claim_pairing,
        code=entered.code,
        area=area,
        name=entered.name,
        screen=ScreenSettings(layout=entered.layout),
    )


def is_at_work(request: Request, slug: str) -> bool:
    """Whether a screen is connected just now. Of a kiosk nobody knows."""
    return live_of(ground_of(request)).screens.state(slug).connected


async def kind_of_code(request: Request, entered: Entered) -> Entered:
    """The same with the kind of the device that shows the code.

    Raises unknown_pairing, and too_many_requests for whoever guesses. Limits are off in the demo.
    """
    ground = ground_of(request)
    buckets = buckets_of(ground, "pairing_code", size=WRONG_CODES, seconds=WRONG_SECONDS)
    who = str(cast("Employee", principal_of(request)).staff_id)
    wait = 0.0 if ground.settings.demo else buckets.wait_seconds(who)
    if wait > 0:
        raise DomainError("too_many_requests", 429, {"retry_after_seconds": int(wait) + 1})
    # Spent before the look, so that guesses sent at once are counted one by one.
    buckets.spend(who)
    found = await ground.database.read(
        pairing_store.pairing_of_code, plain_code(entered.code), ground.clock.now()
    )
    if found is None:
        raise not_found("unknown_pairing")
    buckets.give_back(who)
    return replace(entered, kind=cast('Literal["display", "kiosk"]', found.kind))
