"""The forms of a mass change: which time, what to do, for whom, why."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ...core.database import HIGHEST_ID
from ...core.errors import invalid
from ...core.formats import at_local, day_start
from ...core.inputs import Input, Line, Slug
from ...office.infos import OfficeInfo
from ..desk.form import FormKey
from ..inputs import Day, Moment, is_in_calendar
from .rules import Period, rest_of_day, whole_day
from .view import MOST, Scope

ORDER_FIELDS = MOST + 250  # everybody left out, every service and pool, and the rest
_REASON: TypeAdapter[str] = TypeAdapter(Annotated[str, Line(200)])


class MassQuery(Input):
    """What is to be looked at; `from` and `to` are days or local times, `to` included as a day."""

    when: Literal["rest", "day", "range"] | None = None
    day: Day | None = None
    from_: Annotated[str | None, Field(alias="from", max_length=40)] = None
    to: Annotated[str | None, Field(max_length=40)] = None
    kind: Literal["move", "cancel"] = "move"
    internal: bool = False
    service: Annotated[list[Slug], Field(default_factory=list, max_length=100)]
    pool: Annotated[list[Slug], Field(default_factory=list, max_length=100)]

    @property
    def chosen(self) -> str | None:
        """The kind of period; an address with `from` alone says it too."""
        return self.when or ("range" if self.from_ else None)

    def period(self, now: datetime) -> Period | None:
        """What is meant, from now on at the earliest; None when it makes no sense."""
        match self.chosen:
            case "rest":
                found = rest_of_day(now)
            case "day" if self.day is not None:
                found = whole_day(self.day)
            case "range":
                since, until = edge(self.from_, ends=False), edge(self.to, ends=True)
                if since is None or until is None:
                    return None
                found = Period(since, until)
            case _:
                return None
        found = Period(max(found.since, now), found.until)
        return found if found.is_sound else None

    def scope(self, office: OfficeInfo, period: Period) -> Scope:
        offers = {each.id for each in office.offers if each.service.slug in self.service}
        pools = {each.id for each in office.pools if each.slug in self.pool}
        return Scope(period, self.kind, self.internal, frozenset(offers), frozenset(pools))


class MassOrder(Input):
    """The press. The period is fixed by what was shown; `leave` are appointments left out.

    The reasons are looked at on their own, so that a wrong one loses nothing of the rest.
    """

    model_config = ConfigDict(populate_by_name=True)

    key: FormKey
    shown: Annotated[str, Line(64)]
    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    kind: Literal["move", "cancel"]
    internal: bool = False
    close: bool = False
    service: Annotated[list[Slug], Field(default_factory=list, max_length=100)]
    pool: Annotated[list[Slug], Field(default_factory=list, max_length=100)]
    leave: Annotated[list[int], Field(default_factory=list, max_length=MOST)]
    reason: Annotated[str | None, Field(max_length=10_000)] = None
    reason_en: Annotated[str | None, Field(max_length=10_000)] = None

    @field_validator("leave")
    @classmethod
    def _known_numbers(cls, values: list[int]) -> list[int]:
        return [each for each in values if 0 < each <= HIGHEST_ID]

    @model_validator(mode="after")
    def _sound_period(self) -> Self:
        if not self.period.is_sound:
            raise PydanticCustomError("period", "ends before it begins, or is too long")
        return self

    @property
    def period(self) -> Period:
        return Period(self.from_, self.to)

    def reasons(self) -> tuple[str, str | None]:
        """As the citizens are told, in German and in English; raises invalid_value (422)."""
        reason = _read_reason("reason", self.reason)
        if reason is None:
            raise invalid("reason", "missing")
        return reason, _read_reason("reason_en", self.reason_en)

    def as_query(self) -> MassQuery:
        """The same as it was looked at, to look at it again."""
        return MassQuery.model_validate(
            {
                "when": "range",
                "from": self.from_.isoformat(),
                "to": self.to.isoformat(),
                "kind": self.kind,
                "internal": self.internal,
                "service": self.service,
                "pool": self.pool,
            }
        )


def _read_reason(field: str, said: str | None) -> str | None:
    try:
        return None if said is None else _REASON.validate_python(said)
    except ValidationError as error:
        raise invalid(field, error.errors()[0]["type"]) from None


def edge(text: str | None, *, ends: bool) -> datetime | None:
    """`2026-11-26` or `2026-11-26T08:30`, local; as an end, a day counts to its last minute."""
    try:
        if text is None:
            return None
        if len(text) == len("2026-11-26"):
            day = date.fromisoformat(text)
            found = at_local(day, 1440) if ends else day_start(day)
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = at_local(moment.date(), moment.hour * 60 + moment.minute)
            found = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if is_in_calendar(found) else None
