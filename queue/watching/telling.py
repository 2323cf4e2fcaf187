"""What counters are told: the whole view at first, and then only what changed. Pure.

A view is fields and rows, each written as JSON once for all counters of the office that read the
same language. What the fields say is filled in `counter_view.py`, the rows in `lines.py`; the page
folds both kinds of message into one view (`static/counter-feed.js`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from .picture import OfficePicture
from .views import Message, NextId

Fields = Mapping[str, str]
"""The JSON of each field by its name."""


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket's row as JSON, and all that it was made from."""

    made_from: tuple[object, ...]
    text: str


@dataclass(frozen=True, eq=False)
class OfficeTold:
    """What all counters of an office are told of a picture in one language.

    `rows` holds the tickets of the lists and no other; `lists` their ids in order.
    """

    picture: OfficePicture
    fields: Fields
    rows: Mapping[int, Row]
    lists: Mapping[str, tuple[int, ...]]
    _since: WeakKeyDictionary["OfficeTold", Fields] = field(
        default_factory=WeakKeyDictionary["OfficeTold", Fields]
    )

    @cached_property
    def whole(self) -> Fields:
        """Everything, the rows in their lists."""
        lists = {
            name: _array(self.rows[ticket].text for ticket in ids)
            for name, ids in self.lists.items()
        }
        return {**self.fields, **lists}

    def since(self, before: "OfficeTold") -> Fields:
        """What changed; reckoned once, for almost always all counters know the same."""
        if before is self:
            return {}
        known = self._since.get(before)
        if known is None:
            known = self._since[before] = self._changes(before)
        return known

    def _changes(self, before: "OfficeTold") -> Fields:
        changes = _changed(before.fields, self.fields)
        rows = [
            row.text
            for ticket, row in self.rows.items()
            if (old := before.rows.get(ticket)) is not row and (old is None or old.text != row.text)
        ]
        lists = {
            name: json.dumps(ids, separators=(",", ":"))
            for name, ids in self.lists.items()
            if ids != before.lists[name]
        }
        if rows:
            changes["tickets"] = _array(rows)
        if lists:
            changes["lists"] = _object(lists)
        return changes


@dataclass(frozen=True)
class CounterTold:
    """What one counter is told: what all of its office are, and what is said of it alone."""

    office: OfficeTold
    fields: Fields
    current: int | None
    next: NextId | None

    def whole(self) -> str:
        """The view as it is sent at first."""
        rows = self.office.rows
        whole = {"type": '"queue"', **self.office.whole, **self.fields}
        whole["current"] = "null" if self.current is None else rows[self.current].text
        whole["next"] = "null"
        if self.next is not None:
            whole["next"] = _object({**written(self.next), "ticket": rows[self.next.ticket].text})
        return _object(whole)

    def since(self, before: "CounterTold") -> str | None:
        """What changed; the tickets called and next are named by their ids."""
        changes = {
            **self.office.since(before.office),
            **_changed(before.own, self.own),
        }
        return _object({"type": '"change"', **changes}) if changes else None

    @cached_property
    def own(self) -> Fields:
        """What is said of this counter alone, as it stands in a change."""
        following = "null" if self.next is None else self.next.model_dump_json()
        return {**self.fields, "current": json.dumps(self.current), "next": following}


def written(message: Message) -> Fields:
    """Each field of a message as JSON."""
    values = message.model_dump(mode="json")
    return {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for name, value in values.items()
    }


def _changed(before: Fields, after: Fields) -> dict[str, str]:
    return {name: text for name, text in after.items() if before.get(name) != text}


def _array(texts: Iterable[str]) -> str:
    return "[" + ",".join(texts) + "]"


def _object(fields: Fields) -> str:
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}"
