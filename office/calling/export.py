"""How an office calls, as the lines of a master data file that say it."""

from collections.abc import Iterator

from ...core.runner import Runner
from ...core.tx import Tx
from ..directory import current_directory
from ..infos import OfficeInfo
from .said import OF_OFFICE, Value


def export_calling(runner: Runner, slug: str) -> str:
    """`aufruf calling export SLUG`: lines to put in place of those in the file."""
    return runner.run_now((), calling_text, slug=slug)


def calling_text(tx: Tx, *, slug: str) -> str:
    """The office's own keys, then those of its offers and counters. Raises unknown_office (404)."""
    office = current_directory(tx).office(slug)
    return "\n".join(_lines(office)) + "\n"


def _lines(office: OfficeInfo) -> Iterator[str]:
    yield f'# in [[offices]] with slug = "{office.slug}"'
    for name in OF_OFFICE:
        value: Value = getattr(office, name)
        # What is None is said by leaving it out.
        if value is not None:
            yield f"{name} = {_value(value)}"
    for offer in office.offers:
        if offer.tickets_per_day is not None:
            yield f'# in its offer with service = "{offer.service.slug}"'
            yield f"tickets_per_day = {offer.tickets_per_day}"
    for counter in office.counters:
        served = [o.service.slug for o in office.offers if o.id in counter.offers]
        every = all(o.id in counter.offers for o in office.offers if not o.online_only)
        yield f'# in its counter with slug = "{counter.slug}"'
        names = ", ".join(f'"{slug}"' for slug in served)
        yield 'serves = "all"' if every else f"serves = [{names}]"


def _value(value: int | bool | str) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else str(value)
