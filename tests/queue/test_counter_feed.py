"""The law of the counter's feed: a view and a change give the view there is after it.

Days that never were, walked at random: the feed must not rely on what commands allow.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import local_day
from aufruf.core.signals import Signals
from aufruf.core.texts import Texts
from aufruf.office.directory import Directory, OfficeInfo, read_directory
from aufruf.queue.models import TICKET_STATES
from aufruf.queue.state import (
    Asked,
    CounterNow,
    EmergencyNow,
    Expected,
    Nearby,
    OfficeState,
    TicketNow,
)
from aufruf.queue.watching.counter_view import CounterTeller, OfficeTeller
from aufruf.queue.watching.picture import OfficePicture, paint
from aufruf.queue.watching.screens import Screens
from aufruf.queue.watching.telling import CounterTold
from aufruf.queue.watching.views import CounterView
from tests.conftest import START
from tests.display.house import build
from tests.folding import View, fold

STEPS = 150
HOUSE = Path(__file__).parents[2]
FOLD = """async (cases) => {
  const { fold } = await import("http://counter.test/static/queue/counter-feed.js");
  return JSON.stringify(JSON.parse(cases).map(([view, change]) => fold(view, change)));
}"""


@dataclass
class Walk:
    """An office to which things happen at random; what two counters are told of it."""

    directory: Directory
    office: OfficeInfo
    state: OfficeState
    random: Random
    screens: Screens
    seq: int = 0

    def go(self) -> OfficePicture:
        """One thing happens."""
        happen = self.random.choice(
            (
                self.draw,
                self.change,
                self.change,
                self.change,
                self.note,
                self.counter,
                self.help,
                self.come,
                self.wait,
                self.nearby,
                self.sit,
                self.show,
            )
        )
        happen()
        self.seq += 1
        return paint(self.directory, self.state, self.seq, self.state.now)

    def one(self) -> TicketNow | None:
        return self.random.choice(self.state.tickets) if self.state.tickets else None

    def asked(self) -> tuple[Asked, ...]:
        offers = self.random.sample(self.office.offers, self.random.randint(1, 2))
        return tuple(Asked(offer.id, self.random.randint(1, 3)) for offer in offers)

    def draw(self) -> None:
        now, number = self.state.now, len(self.state.tickets) + 1
        new = TicketNow(
            id=number,
            office_id=self.office.id,
            area_id=self.office.area_id,
            day=self.state.day,
            letter="A",
            serial=number,
            token=str(number),
            status="waiting",
            rank=now,
            drawn_at=now,
            language="de",
            services=self.asked(),
        )
        self.state = replace(self.state, tickets=(*self.state.tickets, new))

    def write(self, changed: TicketNow) -> None:
        tickets = (changed if one.id == changed.id else one for one in self.state.tickets)
        self.state = replace(self.state, tickets=tuple(tickets))

    def change(self) -> None:
        if (ticket := self.one()) is None:
            return
        status = self.random.choice(TICKET_STATES)
        counter = self.random.choice(self.office.counters).id
        at = status in {"called", "serving"}
        for other in self.state.in_state("called", "serving"):
            if at and other.counter_id == counter and other.id != ticket.id:
                self.write(replace(other, status="finished", finished_at=self.state.now))
        self.write(
            replace(
                ticket,
                status=status,
                counter_id=counter if at else None,
                called_at=self.state.now if at else None,
                last_call_at=self.state.now if at else None,
                calls=ticket.calls + at,
                finished_at=None if at else self.state.now,
                reserved_counter_id=self.random.choice((None, None, counter)),
                reminded_at=self.random.choice((None, self.state.now)),
                services=self.random.choice((ticket.services, self.asked())),
            )
        )

    def note(self) -> None:
        if (ticket := self.one()) is not None:
            self.write(replace(ticket, note=self.random.choice((None, "Foto fehlt", 'sagt "ja"'))))

    def counter(self) -> None:
        counter = self.random.choice(self.office.counters)
        only = self.random.choice((None, frozenset({min(counter.offers)})))
        state = self.random.choice(("open", "open", "break", "closed"))
        known = {counter.id: CounterNow(counter.id, state, self.state.now, None, only)}
        self.state = replace(self.state, counters={**self.state.counters, **known})

    def help(self) -> None:
        counter = self.random.choice(tuple(self.directory.counters))
        call = EmergencyNow(self.seq, counter, self.state.now, test=self.random.random() < 0.5)
        self.state = replace(self.state, emergencies=self.random.choice(((), (call,))))

    def come(self) -> None:
        start = self.state.now + timedelta(hours=1)
        one = Expected(self.seq, start, start, self.asked())
        expected = self.random.choice((self.state.expected[1:], (*self.state.expected, one)))
        self.state = replace(self.state, expected=expected)

    def wait(self) -> None:
        self.state = replace(self.state, now=self.state.now + timedelta(minutes=7))

    def nearby(self) -> None:
        others = [c for c in self.directory.counters.values() if c.office_id != self.office.id]
        now = CounterNow(self.random.choice(others).id, "open", self.state.now)
        self.state = replace(self.state, nearby=(Nearby(now, self.random.choice((None, "B001"))),))

    def sit(self) -> None:
        self.state = replace(self.state, seats={self.office.counters[0].id: self.seq})

    def show(self) -> None:
        if (ticket := self.one()) is not None:
            self.screens.called(ticket.id, self.seq)
            self.screens.acknowledge(self.seq, "eingang", "shown", sound=True)


@pytest.fixture
def walk(sqlite_database: Database, clock: FixedClock) -> Walk:
    build(sqlite_database)
    directory = sqlite_database.read_now(read_directory)
    office = directory.office("amtal-buergerbuero")
    state = OfficeState(office.id, local_day(START), clock.now())
    return Walk(directory, office, state, Random(4), Screens(Signals(None), clock, lambda: None))


@dataclass(frozen=True)
class Told:
    """What a counter is told next, and what somebody is told who comes then."""

    before: View
    message: View
    after: View
    told: CounterTold


def tellings(walk: Walk) -> Iterator[tuple[Told, ...]]:
    """Step by step, for two counters that read German and one that reads English."""
    texts = Texts.load(strict=True)
    german, english = (OfficeTeller(texts.in_language(one), one, "run") for one in ("de", "en"))
    one, two = (counter.id for counter in walk.office.counters[:2])
    desks = [CounterTeller(one, german, walk.screens), CounterTeller(two, german, walk.screens)]
    desks.append(CounterTeller(one, english, walk.screens))
    known = [desk.told(walk.go()) for desk in desks]
    for _ in range(STEPS):
        picture = walk.go()
        latest = [desk.told(picture) for desk in desks]
        yield tuple(
            Told(view_of(before), json.loads(after.since(before) or "{}"), view_of(after), after)
            for before, after in zip(known, latest, strict=True)
        )
        known = latest


def view_of(told: CounterTold) -> View:
    view: dict[str, Any] = json.loads(told.whole())
    return view


def test_view_and_change_are_the_view_after(walk: Walk) -> None:
    """And what all counters of a language are told is written once for all of them."""
    kinds: set[str] = set()
    for counters in tellings(walk):
        one, two, english = (counter.told.office for counter in counters)
        assert one is two is not english
        for one in counters:
            assert one.message["type"] == "change"
            assert fold(one.before, one.message) == one.after
            CounterView.model_validate_json(one.told.whole())
            kinds |= one.message.keys()
    shared = {"seq", "now", "wait", "tickets", "lists", "counters", "counters_open", "expected"}
    alone = {"current", "next", "emergencies", "seen", "reminded", "seat", "state", "services"}
    assert shared | alone <= kinds  # the walk leads everywhere


def test_view_leaves_out_a_service_that_was_removed_since(walk: Walk) -> None:
    """The counter's own list and what the others see of it name what it can still do."""
    counter, kept = walk.office.counters[0], walk.office.offer("personalausweis")
    removed = max(walk.directory.offers) + 1
    for offers, left in (({kept.id, removed}, [kept.service.slug]), ({removed}, [])):
        now = CounterNow(counter.id, "open", START, offers=frozenset(offers))
        walk.state = replace(walk.state, counters={counter.id: now})
        picture = paint(walk.directory, walk.state, 1, START)
        office = OfficeTeller(Texts.load(strict=True).in_language("de"), "de", "run")
        view = view_of(CounterTeller(counter.id, office, walk.screens).told(picture))
        assert view["services"] == left
        assert {one["id"]: one["services"] for one in view["counters"]}[counter.id] == left


def test_change_tells_what_changed_and_nothing_else(walk: Walk) -> None:
    for counters in tellings(walk):
        for one in counters:
            rows = {t["id"]: t for name in one.told.office.lists for t in one.before[name]}
            assert all(
                rows.get(ticket["id"]) != ticket for ticket in one.message.get("tickets", ())
            )
            for name, ids in one.message.get("lists", {}).items():
                assert ids != [ticket["id"] for ticket in one.before[name]]
            fields = one.message.keys() - {"type", "tickets", "lists", "current", "next"}
            assert all(one.message[name] != one.before[name] for name in fields)


def test_page_folds_as_we_do(walk: Walk, chromium: Browser) -> None:
    cases = [one for counters in tellings(walk) for one in counters[:1]]
    page = chromium.new_page()
    page.route("http://counter.test/**", answer)
    page.goto("http://counter.test/")
    folded = page.evaluate(FOLD, json.dumps([[one.before, one.message] for one in cases]))
    page.close()
    assert json.loads(folded) == [one.after for one in cases]


def answer(route: Route) -> None:
    """The page's scripts from the checkout, without a server."""
    path = route.request.url.removeprefix("http://counter.test/")
    if not path.startswith("static/"):
        route.fulfill(content_type="text/html", body="<!doctype html><title>Counter</title>")
        return
    _, part, name = path.split("/")
    route.fulfill(content_type="text/javascript", path=HOUSE / part / "static" / name)
