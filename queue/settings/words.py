"""Settings of calling in the words of the page: effects, and entries of the history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ...core.errors import DomainError
from ...core.formats import clock_text, listed
from ...core.locales import locale_of
from ...core.texts import T
from ...office.calling.said import STRICTLY_FIRST, Value
from ...office.calling.store import Changed
from ...office.infos import OfficeInfo
from .effects import Effect, Fill

_SECONDS = {"wait", "before"}
_WITH_SECONDS = {"recalls", "announced", "announced_in"}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    warns: bool = False


@dataclass(frozen=True)
class Words:
    """What is said of one office, in one language; `clerks` are names by id."""

    t: T
    office: OfficeInfo
    clerks: Mapping[int, str]

    def effects(self, effects: Iterable[Effect]) -> list[Line]:
        return [Line(self._effect(effect), effect.warns) for effect in effects]

    def changed(self, changed: Iterable[Changed]) -> Iterator[str]:
        """One sentence for each setting; a counter's services together."""
        counters: dict[str, list[Changed]] = defaultdict(list)
        for one in changed:
            kind, _, rest = one.key.partition(".")
            if kind == "counters":
                counters[rest.partition(".serves.")[0]].append(one)
            else:
                yield self._one(one, kind, rest)
        for slug, links in counters.items():
            yield self._links(slug, links)

    def service(self, slug: str) -> str:
        try:
            return self.office.offer(slug).service.name_in(self.t.language)
        except DomainError:
            return slug

    def counter(self, slug: str) -> str:
        try:
            counter = self.office.counter(slug)
        except DomainError:
            return slug
        return f"{counter.word_in(self.t.language)} {counter.label}"

    def span(self, seconds: int) -> str:
        """`90 Sekunden`, `2 Minuten`: whole minutes from two on."""
        if seconds >= 120 and seconds % 60 == 0:
            return self.t("calling.minutes", n=seconds // 60)
        return self.t("calling.seconds", n=seconds)

    def head_start(self, minutes: Value) -> str:
        if minutes == STRICTLY_FIRST:
            return self.t("calling.strict")
        return self.t("calling.minutes", n=minutes)

    def spoken(self, language: Value) -> str:
        """What a call is said in after German: `Englisch`."""
        if language is None:
            return self.t("calling.german_only")
        name = str(locale_of(self.t.language).languages[str(language)])
        return name[:1].upper() + name[1:]

    def head_starts(self, minutes: Iterable[int]) -> list[tuple[int, str]]:
        """What can be chosen, with its words; so are the next two."""
        return [(one, self.head_start(one)) for one in minutes]

    def times(self, times: Iterable[int]) -> list[tuple[int, str]]:
        return [(one, self.t("calling.times", n=one)) for one in times]

    def second_languages(self, languages: Iterable[str]) -> list[tuple[str, str]]:
        return [("", self.spoken(None)), *((one, self.spoken(one)) for one in languages)]

    def _effect(self, effect: Effect) -> str:
        spans = effect.key in _WITH_SECONDS
        filled = {
            name: self._fill(name, value, spans=spans) for name, value in effect.values.items()
        }
        return self.t(f"calling.effect.{effect.key}", **filled)

    def _fill(self, name: str, value: Fill, *, spans: bool) -> object:
        match value:
            case datetime():
                return clock_text(value)
            case list() if name == "services":
                return listed(map(self.service, value), self.t.language)
            case list():
                return listed(value, self.t.language)
            case str() if name == "service":
                return self.service(value)
            case str() if name == "counter":
                return self.counter(value)
            case str() if name == "language":
                return self.spoken(value)
            case int() if spans and name in _SECONDS:
                return self.span(value)
            case _:
                return value

    def _one(self, one: Changed, kind: str, rest: str) -> str:
        if kind == "staff":
            name = self.clerks.get(int(rest.partition(".")[0]), self.t("calling.history.somebody"))
            return self.t(f"calling.effect.{'may' if one.after else 'may_not'}", name=name)
        named = self.t(f"calling.field.{kind if kind != 'offers' else 'tickets_per_day'}")
        if kind == "offers":
            named = f"{self.service(rest.rpartition('.')[0])}: {named}"
        before, after = (self._value(kind, value) for value in (one.before, one.after))
        return self.t("calling.history.changed", name=named, before=before, after=after)

    def _value(self, kind: str, value: Value) -> str:
        if kind == "announce_language":
            return self.spoken(value)
        if kind == "announce_times":
            return self.t("calling.times", n=value)
        if value is None:
            return self.t("calling.none")
        if isinstance(value, bool):
            return self.t("calling.yes" if value else "calling.no")
        if kind == "head_start_minutes":
            return self.head_start(value)
        if kind.endswith("_minutes"):
            return self.t("calling.minutes", n=value)
        return self.t("calling.seconds", n=value) if kind.endswith("_seconds") else str(value)

    def _links(self, slug: str, links: Iterable[Changed]) -> str:
        said: list[str] = []
        for key, wanted in (("serves", True), ("serves_not", False)):
            names = [
                self.service(one.key.partition(".serves.")[2])
                for one in links
                if one.after is wanted
            ]
            if names:
                filled = {"counter": self.counter(slug), "services": listed(names, self.t.language)}
                said.append(self.t(f"calling.effect.{key}", **filled))
        return " ".join(said)
