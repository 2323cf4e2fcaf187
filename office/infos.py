"""The frozen shapes of the master data that all parts read. No SQL, no clock.

`directory.py` holds them together; how they are read from the tables stands in `store.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ..core.errors import not_found
from ..core.locales import fallbacks_of
from .devices.screen_settings import ScreenSettings

Channel = Literal["on_site", "phone", "video"]
"""How a visit takes place."""


@dataclass(frozen=True, slots=True)
class MunicipalityInfo:
    id: int
    slug: str
    name: str
    full_name: str
    state: str
    crest: str
    colour_action: str | None
    colour_call: str | None
    homepage_url: str | None
    imprint_url: str | None
    privacy_url: str | None
    accessibility_url: str | None
    feedback_email: str | None
    position: int
    mail_sender: str | None = None
    embed_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """A waiting area; which offices share it, `Directory.offices_of_area` says."""

    id: int
    slug: str
    name: str
    municipality_id: int
    way: str
    way_en: str | None

    def way_in(self, language: str) -> str:
        return _in(language, self.way, self.way_en)


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """Something to bring; `condition` says who needs it or when, None: everybody, always."""

    text: str
    condition: str | None = None

    @property
    def line(self) -> str:
        """Both in one line: `Für Kinder: Zustimmung beider Eltern`."""
        return f"{self.condition}: {self.text}" if self.condition else self.text


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What is said about a service in one language; what is missing is said in the next one."""

    name: str | None = None
    line: str | None = None
    documents: tuple[DocumentInfo, ...] = ()
    fee: str | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A service. `words` holds German, whole, and the other languages as far as they are known."""

    id: int
    slug: str
    words: Mapping[str, ServiceWords] = field(hash=False)
    icon: str
    topic: str
    leika: str | None
    online_url: str | None
    often: bool
    position: int

    def name_in(self, language: str) -> str:
        return next((w.name for w in self._words_in(language) if w.name), self.slug)

    def line_in(self, language: str) -> str:
        return next((w.line for w in self._words_in(language) if w.line), "")

    def documents_in(self, language: str) -> tuple[DocumentInfo, ...]:
        return next((w.documents for w in self._words_in(language) if w.documents), ())

    def fee_in(self, language: str) -> str | None:
        return next((w.fee for w in self._words_in(language) if w.fee), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The name in every language, for searching: people type what they know."""
        return tuple(words.name for words in self.words.values() if words.name)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The everyday words of every language, for searching."""
        return tuple(word for words in self.words.values() for word in words.keywords)

    @property
    def lines(self) -> tuple[str, ...]:
        """The line in every language, for searching."""
        return tuple(words.line for words in self.words.values() if words.line)

    def _words_in(self, language: str) -> Iterator[ServiceWords]:
        return (self.words[key] for key in fallbacks_of(language) if key in self.words)


@dataclass(frozen=True, slots=True)
class PoolInfo:
    id: int
    slug: str
    name: str
    main: bool


@dataclass(frozen=True, slots=True)
class OfferInfo:
    """A service as one office does it. `pools` always holds the office's main pool.

    `residents` are the municipalities whose residents the office does it for; empty means
    anyone.
    """

    id: int
    office_id: int
    service: ServiceInfo
    minutes: int
    further_minutes: int
    max_count: int
    letter: str
    walk_in: bool
    bookable: bool
    online_only: bool
    staff_only: bool
    channels: tuple[Channel, ...]
    video_url: str | None
    pools: frozenset[int]
    residents: frozenset[int]
    position: int
    tickets_per_day: int | None = None

    @property
    def is_open_to_book(self) -> bool:
        """Whether the public can make an appointment for it."""
        return self.bookable and not self.online_only and not self.staff_only

    def duration(self, count: int = 1) -> int:
        """Minutes for `count` persons or pieces of this service."""
        return self.minutes + (count - 1) * self.further_minutes

    def is_for(self, municipality_id: int) -> bool:
        """Whether residents of this municipality may come here for it."""
        return not self.residents or municipality_id in self.residents


@dataclass(frozen=True, slots=True)
class CounterInfo:
    """A counter; `word` and `word_en` are its own or the office's ("Platz", "counter")."""

    id: int
    slug: str
    office_id: int
    label: str
    word: str
    word_en: str
    way: str | None
    way_en: str | None
    arrow: str
    accessible: bool
    offers: frozenset[int]
    position: int

    def word_in(self, language: str) -> str:
        return _in(language, self.word, self.word_en)

    def way_in(self, language: str) -> str | None:
        return self.way if "en" not in fallbacks_of(language) else self.way_en or self.way


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """An opening rule. Minutes are local, after midnight; `places` is pool -> (public, total).

    `slot_minutes` and `horizon_days` left out are the office's. `nth` is empty for every week of a
    month, -1 stands for the last. `held_back` is pool -> how many of the public places are kept
    until `release_hours` before the rule begins. `offers` is None for all services.
    """

    id: int
    weekdays: frozenset[int]
    from_minute: int
    to_minute: int
    valid_from: date | None
    valid_to: date | None
    mode: str
    special: bool
    lead_minutes: int
    places: Mapping[int, tuple[int, int]]
    every_weeks: int = 1
    nth: frozenset[int] = frozenset()
    slot_minutes: int | None = None
    horizon_days: int | None = None
    release_hours: int | None = None
    held_back: Mapping[int, int] = field(default_factory=dict[int, int])
    breaks: tuple[tuple[int, int], ...] = ()
    offers: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class ClosureInfo:
    """A closure; on which days it falls, `closures.py` says. Whole days unless the minutes say."""

    first_day: date | None
    last_day: date | None
    reason: str
    reason_en: str | None
    kind: str = "once"
    month: int | None = None
    month_day: int | None = None
    easter_offset: int | None = None
    days: int = 1
    from_minute: int = 0
    to_minute: int = 1440

    @property
    def is_whole_day(self) -> bool:
        return self.from_minute == 0 and self.to_minute == 1440

    def reason_in(self, language: str) -> str:
        return _in(language, self.reason, self.reason_en)


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A device that has not been revoked; what signs it in is not part of the directory.

    `set_up`: somebody gave it a token or paired it, so it should be there.
    """

    id: int
    slug: str
    kind: str
    name: str
    area_id: int
    counter_id: int | None
    theme: str
    screen: ScreenSettings
    set_up: bool


@dataclass(frozen=True, slots=True)
class QuestionInfo:
    """What an office asks beside the name: at most two questions of its own."""

    label: str
    label_en: str | None = None
    required: bool = False

    def label_in(self, language: str) -> str:
        return _in(language, self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class OfficeInfo:
    """An office with everything that belongs to it; closures hold those of its municipality."""

    id: int
    slug: str
    name: str
    municipality: MunicipalityInfo
    area: AreaInfo
    street: str
    postcode: str
    town: str
    phone: str | None
    email: str
    counter_word: str
    counter_word_en: str
    slot_minutes: int
    hold_minutes: int
    lead_minutes: int
    horizon_days: int
    head_start_minutes: int
    grace_minutes: int
    cutoff_minutes: int
    recall_limit: int
    email_required: bool
    phone_required: bool
    confirm_by_email: bool
    example: bool
    position: int
    pools: tuple[PoolInfo, ...]
    offers: tuple[OfferInfo, ...]
    counters: tuple[CounterInfo, ...]
    rules: tuple[RuleInfo, ...]
    closures: tuple[ClosureInfo, ...]
    questions: tuple[QuestionInfo, ...] = ()
    limit_per_email: int | None = None
    limit_per_phone: int | None = None
    limit_exempt: tuple[str, ...] = ()
    resale_delay_minutes: int = 0
    waiting_list: bool = True
    release_note: str | None = None
    release_note_en: str | None = None
    day_list_minute: int | None = None
    recall_seconds: int = 75
    tickets_per_day: int | None = None
    stop_when_full: bool = True
    calls_absent: bool = False
    announce_times: int = 1
    announce_language: str | None = None

    @property
    def area_id(self) -> int:
        return self.area.id

    @property
    def main_pool(self) -> PoolInfo:
        return next(pool for pool in self.pools if pool.main)

    def release_note_in(self, language: str) -> str | None:
        """The office's own sentence on when new appointments come."""
        return _in(language, self.release_note, self.release_note_en) if self.release_note else None

    def offer(self, key: int | str) -> OfferInfo:
        """The offer with this id, or of the service with this slug; else unknown_service."""
        for offer in self.offers:
            if key in {offer.id, offer.service.slug}:
                return offer
        raise not_found("unknown_service")

    def counter(self, key: int | str) -> CounterInfo:
        """The counter of this office with this id or slug; else unknown_counter."""
        for counter in self.counters:
            if key in {counter.id, counter.slug}:
                return counter
        raise not_found("unknown_counter")


def _in(language: str, german: str, english: str | None) -> str:
    return german if "en" not in fallbacks_of(language) else english or german
