"""Typing the code of a new device: the form, the limit on wrong codes, and the claim.

The code itself is made in `office/pairing.py`.
"""

from dataclasses import dataclass, replace
from typing import Literal, cast

from starlette.datastructures import FormData
from starlette.requests import Request

from ...core.access import Employee, principal_of
from ...core.errors import DomainError, invalid, not_found
from ...core.ground import ground_of
from ...core.limits import buckets_of
from ...office import pairing_store
from ...office.infos import OfficeInfo
from ...office.pairing import claim_for_device, claim_pairing, code_in_groups, plain_code
from ...office.screen_settings import Layout, ScreenSettings
from .form import LAYOUTS, is_name

# Ten wrong codes a minute: at most 200 of a thousand million are good at a time.
WRONG_CODES = 10
WRONG_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed. `device` is whom the new one replaces, `kind` that of what shows the code."""

    code: str = ""
    name: str = ""
    device: str = ""
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
        layout=layout if layout in LAYOUTS else "waiting",
    )


async def claim(request: Request, office: OfficeInfo, entered: Entered) -> str:
    """Make the device with this code one of the office's waiting room; its slug.

    Raises unknown_pairing, wrong_kind, unknown_device, invalid_value for the name, and
    too_many_requests after too many wrong codes.
    """
    known = await kind_of_code(request, entered)
    runner = ground_of(request).runner
    if known.device:
        await runner.run((), claim_for_device, code=entered.code, slug=known.device)
        return known.device
    if not is_name(entered.name):
        raise invalid("name", "length")
    return await runner.run(
        (),
        claim_pairing,
        code=entered.code,
        area=office.area.slug,
        name=entered.name,
        screen=ScreenSettings(layout=entered.layout),
    )


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
    found = await ground.database.read(
        pairing_store.pairing_of_code, plain_code(entered.code), ground.clock.now()
    )
    if found is None:
        buckets.spend(who)
        raise not_found("unknown_pairing")
    return replace(entered, kind=cast('Literal["display", "kiosk"]', found.kind))
