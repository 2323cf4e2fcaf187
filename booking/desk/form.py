"""The form of the desk: what a clerk typed, read leniently to be shown again and strictly to book.

Services stand in rows, `service1` and `count1` to `service8` and `count8`: a form that is sent
leaves out what is empty, so that two lists would not stay side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints

from ...core.idempotency import OnceKey
from ...core.inputs import Input, LanguageText, Line, Slug
from ...office.infos import Channel, OfficeInfo
from ..inputs import ContactDetails, Count, Day, Moment
from ..rules import MAX_SERVICES, Contact, Wanted
from .times import Shown

LONGEST_SHOWN = 1_000
ROWS = range(1, MAX_SERVICES + 1)

FormKey = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")]


class _Lenient(Input):
    """Takes its own fields of a form that has others too."""

    model_config = ConfigDict(extra="ignore")


class DeskView(_Lenient):
    """Which button was pressed and which days are shown.

    `start` is a time that was pressed; `next` the next free one, taken with the Enter key, but only
    while the times are those of the services chosen (`shown_for`). `reason` comes with a move.
    """

    act: Literal["next", "show", "more"] = "show"
    start: Moment | None = None
    next: Moment | None = None
    shown_for: Annotated[str, Line(800)] | None = None
    key: FormKey | None = None
    first: Day | None = None
    day: Day | None = None
    go: Day | None = None
    jump: Day | None = None
    reason: Annotated[str, Line(200)] | None = None

    def shown(self) -> Shown:
        if self.go is not None:
            return Shown(first=self.go)
        if self.jump is not None:
            return Shown(day=self.jump)
        return Shown(self.first, self.day) if self.day else Shown()

    def pressed(self, chosen: str) -> datetime | None:
        """The time to book, if a button of a time was pressed or Enter means one."""
        if self.start is not None or self.act != "next":
            return self.start
        return self.next if self.shown_for == chosen else None


class DeskContact(ContactDetails):
    """Who comes, as the clerk heard it; nothing but the name is needed."""

    model_config = ConfigDict(extra="ignore")

    language: LanguageText = "de"
    channel: Channel = "on_site"
    answer_0: Annotated[str, Line(500)] | None = None
    answer_1: Annotated[str, Line(500)] | None = None

    def contact_for(self, office: OfficeInfo) -> Contact:
        said = [self.answer_0 or "", self.answer_1 or ""][: len(office.questions)]
        return replace(self.as_contact(), answers=tuple(said) if any(said) else ())


class _Row(_Lenient):
    service: Slug
    count: Count = 1


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands, to be shown again."""

    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The rows with a service; raises a ValidationError for what no select offers."""
        rows = [
            _Row.model_validate({"service": self[f"service{n}"], "count": self[f"count{n}"] or 1})
            for n in ROWS
            if self[f"service{n}"]
        ]
        return tuple(Wanted(row.service, row.count) for row in rows)

    @property
    def rows(self) -> tuple[tuple[int, str, str], ...]:
        """(number, service, count) of the rows to show: those chosen, or one; one more if asked."""
        chosen = [(self[f"service{n}"], self[f"count{n}"] or "1") for n in ROWS]
        filled = [row for row in chosen if row[0]]
        if not filled or (self["act"] == "more" and len(filled) < MAX_SERVICES):
            filled.append(("", "1"))
        return tuple((number, *row) for number, row in enumerate(filled, 1))


def typed_from(form: Mapping[str, object]) -> Typed:
    return Typed({name: str(value)[:LONGEST_SHOWN] for name, value in form.items()})


def typed_for(wanted: tuple[Wanted, ...]) -> Typed:
    """A fresh form with services chosen already."""
    rows = enumerate(wanted, 1)
    pairs = [(f"service{n}", w.slug, f"count{n}", str(w.count)) for n, w in rows]
    return Typed({name: value for a, b, c, d in pairs for name, value in ((a, b), (c, d))})


def chosen_text(wanted: tuple[Wanted, ...], channel: str) -> str:
    """What times are shown for, to be compared when the form comes back."""
    return " ".join([*(f"{each.slug}:{each.count}" for each in wanted), channel])


def key_of_booking(
    form_key: str | None, office_id: int, start: datetime, wanted: tuple[Wanted, ...], who: Contact
) -> OnceKey | None:
    """The same press twice is one booking; another name, time or service is another."""
    if form_key is None:
        return None
    asked = f"{form_key} {office_id} {start.isoformat()} {wanted} {who}"
    return OnceKey("desk", sha256(asked.encode()).hexdigest(), "")
