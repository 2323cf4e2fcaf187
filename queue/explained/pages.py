"""The public page that tells, in plain words, how an office calls. What it says, the rules keep."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from ...core.access import PUBLIC, route
from ...core.formats import listed, local_day
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.locales import direction_of
from ...core.texts import T
from ...core.web import page
from ...office.calling.said import STRICTLY_FIRST
from ...office.directory import Directory, latest_directory
from ...office.infos import OfficeInfo
from .example import example_of
from .picture import picture_of


async def show_explained(request: Request) -> Response:
    """GET /aufruf/{o}: how this office calls, with its own figures and an example."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    office = directory.office(request.path_params["o"])
    language = language_of(request)
    t = ground.texts.in_language(language)
    example = example_of(office, local_day(ground.clock.now()))
    context = {
        "office": office,
        "municipality": office.municipality,
        "parts": {
            "next": list(_next(t, office)),
            "counters": list(_counters(t, directory, office)),
            "missed": list(_missed(t, office)),
            "numbers": list(_numbers(t, office)),
        },
        "overtaking": _overtaking(t, office),
        "example": example,
        "picture": picture_of(example, mirrored=direction_of(language) == "rtl"),
    }
    return page(request, "queue/explained.html", context)


def _appointment(t: T, part: str, office: OfficeInfo) -> str:
    """The sentence about appointments: with a head start, without, or strictly first."""
    head_start = office.head_start_minutes
    if head_start == STRICTLY_FIRST:
        return t(f"explained.{part}.appointment_first")
    if head_start == 0:
        return t(f"explained.{part}.appointment_start")
    minutes = t("explained.minutes", n=head_start)
    return t(f"explained.{part}.appointment", minutes=minutes)


def _next(t: T, office: OfficeInfo) -> Iterator[str]:
    yield t("explained.next.order")
    yield t("explained.next.walk_in")
    yield _appointment(t, "next", office)
    if office.calls_absent:
        yield t("explained.next.absent")
        return
    yield t("explained.next.late", minutes=t("explained.minutes", n=office.grace_minutes))
    yield t("explained.next.check_in")


def _overtaking(t: T, office: OfficeInfo) -> list[str]:
    """P2: of those who come later, only these go first."""
    return [_appointment(t, "overtaking", office), t("explained.overtaking.returned")]


def _counters(t: T, directory: Directory, office: OfficeInfo) -> Iterator[str]:
    if len(office.counters) > 1:
        yield t("explained.counters.skills")
    yield t("explained.counters.family")
    if any(not counter.accessible for counter in office.counters) and any(
        counter.accessible for counter in office.counters
    ):
        yield t("explained.counters.step_free")
    others = [one.name for one in directory.offices_of_area(office.area_id) if one != office]
    if others:
        yield t("explained.counters.shared", offices=listed(others, t.language))


def _missed(t: T, office: OfficeInfo) -> Iterator[str]:
    if office.recall_limit > 1:
        times = t("explained.times", n=office.recall_limit)
        seconds = t("explained.seconds", n=office.recall_seconds)
        yield t("explained.missed.calls", times=times, seconds=seconds)
    else:
        yield t("explained.missed.call")
    yield t("explained.missed.back")
    yield t("explained.missed.parked")


def _numbers(t: T, office: OfficeInfo) -> Iterator[str]:
    if office.cutoff_minutes:
        minutes = t("explained.minutes", n=office.cutoff_minutes)
        yield t("explained.numbers.cutoff", minutes=minutes)
    else:
        yield t("explained.numbers.until_closing")
    if office.stop_when_full:
        yield t("explained.numbers.full")
    if office.tickets_per_day is not None:
        yield t("explained.numbers.per_day", n=office.tickets_per_day)
    if any(offer.tickets_per_day is not None for offer in office.offers):
        yield t("explained.numbers.per_service")


routes = [
    route("/aufruf/{o}", show_explained, access=PUBLIC, name="explained", chapter="explained")
]
