"""What stands beside the week: which form is open, with which fields, and all its page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from ...core.formats import local_day
from ...core.texts import T
from ...office.files.entry_fields import WEEKDAYS
from ...office.files.entry_hours import OpeningEntry
from ...office.hours.dates import monday
from ...office.hours.edit import hours_after, office_with
from ...office.hours.history import Change
from ...office.hours.store import MAIN
from .fields import MOST_BREAKS, Fields, closure_fields, number_in, rule_fields
from .form import STARTS, TICKED, Desk, starting_week, usual_closures
from .preview import Preview
from .week import Picture, Week, week_of
from .words import Words, effect_lines

KINDS = {"rule": "rule", "end": "rule", "closure": "closure", "remove": "closure",
         "usual": "usual", "start": "start", "back": "back"}  # fmt: skip
"""Which panel a form belongs to, by its hidden field `what`."""

_MOST_SHOWN = 50
_FIRST_WEEK, _LAST_WEEK = date(2001, 1, 1), date(2099, 1, 5)


@dataclass(frozen=True)
class Panel:
    """`notice` says why nothing was saved; `meanwhile` is what others changed since."""

    kind: str
    fields: Fields = field(default_factory=Fields)
    notice: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    clashing: tuple[OpeningEntry, ...] = ()
    preview: Preview | None = None
    meanwhile: tuple[Change, ...] = ()

    @property
    def first_day(self) -> date | None:
        """The first day that is another than before."""
        return self.preview.effects.days[0] if self.preview and self.preview.effects.days else None

    def with_errors(
        self,
        errors: Mapping[str, str],
        clashing: tuple[OpeningEntry, ...],
        meanwhile: tuple[Change, ...],
    ) -> "Panel":
        return replace(self, errors=errors, clashing=clashing, meanwhile=meanwhile)

    def with_preview(self, preview: Preview, meanwhile: tuple[Change, ...]) -> "Panel":
        return replace(self, preview=preview, meanwhile=meanwhile)


def sent_panel(desk: Desk, fields: Fields, notice: str | None = None) -> Panel:
    """The panel a form was sent from; beside a small form the large one stands as it was."""
    kind = KINDS.get(fields["what"], "overview")
    opened = Panel("overview")
    if fields["what"] == "end":
        opened = open_panel(desk, kind=None, rule=number_in(fields["rule"]))
    elif fields["what"] == "remove":
        opened = open_panel(desk, kind=None, closure=number_in(fields["closure"]))
    beside = opened.fields if opened.kind == kind else Fields()
    return Panel(kind, Fields({**beside.one, **fields.one}, {**beside.many, **fields.many}), notice)


def open_panel(
    desk: Desk,
    *,
    kind: str | None,
    rule: int | None = None,
    copied: int | None = None,
    closure: int | None = None,
    day: date | None = None,
) -> Panel:
    """The form that an address opens; the overview when there is no such thing any more."""
    hours, since = desk.hours, max(day or desk.today, desk.today)
    if desk.asked_back:
        return Panel("back", _with(Fields(), what="back", back=desk.change and desk.change.id))
    for number, mine in ((rule, rule), (copied, None)):
        if number is not None and number in hours.rules:
            begins = hours.rules[number].valid_from
            ahead = begins is not None and begins >= desk.today
            fields = rule_fields(hours.rules[number], begins if begins and ahead else since)
            return Panel("rule", _with(fields, what="rule", rule=mine))
    closures = {**hours.closures, **hours.town_closures}
    if closure in closures:
        fields = closure_fields(closures[closure], of_town=closure in hours.town_closures)
        return Panel("closure", _with(fields, what="closure", closure=closure))
    if rule or copied or closure:
        return Panel("overview", notice="gone")
    match kind:
        case "rule" | "special":
            return Panel("rule", _new_rule(desk, since, special=kind == "special"))
        case "closure":
            first = since.isoformat()
            return Panel("closure", _with(Fields(), what="closure", when="once", first=first))
        case "usual":
            return Panel("usual", _ticked(desk))
        case _:
            empty = not hours.rules or kind == "start"
            return Panel("start" if empty else "overview", _with(Fields(), what="start"))


def _new_rule(desk: Desk, since: date, *, special: bool) -> Fields:
    """Something sensible to begin with."""
    (morning, _) = starting_week(desk.office, "appointment", since)
    fields = rule_fields(morning, since)
    changed = Fields(fields.one, {"days": (WEEKDAYS[since.weekday()],)})
    return _with(changed, what="rule", special="1" if special else None)


def _ticked(desk: Desk) -> Fields:
    return Fields({"what": "usual"}, {"usual": tuple(usual_closures(desk.hours.closures))})


def _with(fields: Fields, **more: object) -> Fields:
    said = {name: str(value) for name, value in more.items() if value is not None}
    return Fields({**fields.one, **said}, fields.many)


def week_in(text: str | None, day: date) -> date:
    """The Monday of "2026-W49", or of the week a day lies in."""
    try:
        first = date.fromisocalendar(int(text[:4]), int(text[6:]), 1) if text else monday(day)
    except ValueError:
        first = monday(day)
    return max(_FIRST_WEEK, min(first, _LAST_WEEK))


def week_text(first: date) -> str:
    """`2026-W49`"""
    year, week, _ = first.isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True)
class Addresses:
    """Where links of the page lead: this week, with something open beside it."""

    slug: str
    first: date

    def __call__(self, **opened: object) -> str:
        named = {name: value for name, value in opened.items() if value is not None}
        query = urlencode({"week": week_text(self.first), **named})
        return f"/office/{self.slug}/hours?{query}"

    def week(self, weeks: int) -> str:
        return Addresses(self.slug, self.first + timedelta(weeks=weeks))()

    def number(self, weeks: int) -> int:
        return (self.first + timedelta(weeks=weeks)).isocalendar()[1]


def panel_context(t: T, desk: Desk, panel: Panel, first: date) -> dict[str, object]:
    """Everything the template needs beside the frame."""
    preview = panel.preview
    return {
        "week": _week(desk, preview, first, t.language),
        "first": first,
        "last": first + timedelta(days=6),
        "today": desk.today,
        "yesterday": desk.today - timedelta(days=1),
        "at": Addresses(desk.office.slug, first),
        "week_name": week_text(first),
        "panel": panel,
        "fields": panel.fields,
        "errors": panel.errors,
        "hours": desk.hours,
        "version": desk.hours.version,
        "pools": [
            (MAIN if pool.main else pool.slug, None if pool.main else pool.name)
            for pool in desk.office.pools
        ],
        "most_breaks": MOST_BREAKS,
        "weekdays": WEEKDAYS,
        "ticked": TICKED,
        "of_town": usual_closures(desk.hours.town_closures),
        "starts": STARTS,
        "lines": [] if preview is None else effect_lines(t, preview),
        "affected": () if preview is None else preview.affected[:_MOST_SHOWN],
        "more": 0 if preview is None else max(0, len(preview.affected) - _MOST_SHOWN),
        "period": None if preview is None else _period(preview),
        "words": Words(t, desk.office, desk.hours),
    }


def _week(desk: Desk, preview: Preview | None, first: date, language: str) -> Week:
    now = Picture(office_with(desk.office, desk.hours), desk.hours)
    if preview is None:
        return week_of(now, first, language)
    then = Picture(preview.office, hours_after(desk.hours, preview.edit))
    return week_of(now, first, language, then)


def _period(preview: Preview) -> tuple[date, date] | None:
    """From the first affected appointment to the last."""
    days = [local_day(each.booked.start_at) for each in preview.affected]
    return (min(days), max(days)) if days else None
