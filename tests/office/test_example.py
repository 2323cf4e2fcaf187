"""The four towns that come with the project, and the example in the documentation."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import local
from aufruf.core.texts import Texts
from aufruf.office.directory import Directory
from aufruf.office.files import entries
from aufruf.office.files.checks import find_mistakes, rhyming_letters
from aufruf.office.files.sources import EXAMPLE, SourceFile, example_sources, parse_sources
from aufruf.office.infos import OfficeInfo
from aufruf.office.rules import closed_reason, day_spans, goes_together, walk_in_until
from tests.factories import load_example, load_texts

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/master-data.md"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def towns(sqlite_database: Database, clock: FixedClock) -> Directory:
    return load_example(sqlite_database, clock).directory


def hours(office: OfficeInfo, day: date) -> list[str]:
    return [
        f"{local(span.start):%H:%M}-{local(span.end):%H:%M} {span.mode}"
        for span in day_spans(office, day)
    ]


def week(office: OfficeInfo) -> list[list[str]]:
    return [hours(office, MONDAY.replace(day=MONDAY.day + n)) for n in range(6)]


def test_usingen_is_open_as_it_says(towns: Directory) -> None:
    assert week(towns.office("usingen-buergerbuero")) == [
        ["07:30-18:00 appointment", "07:30-18:00 walk_in"],
        ["07:30-18:00 walk_in"],
        ["07:30-13:00 mixed", "13:00-18:00 appointment"],
        ["07:30-18:00 appointment", "07:30-18:00 walk_in"],
        ["07:30-13:00 walk_in"],
        [],
    ]


def test_usingen_gives_out_documents_on_days_of_appointments(towns: Directory) -> None:
    office = towns.office("usingen-buergerbuero")
    now = day_spans(office, MONDAY)[0].start
    assert walk_in_until(office, now, [office.offer("dokument-abholen").id]) is not None
    assert walk_in_until(office, now, [office.offer("personalausweis").id]) is None


def test_glashuetten_is_open_on_first_saturdays_and_all_close_at_carnival(towns: Directory) -> None:
    office = towns.office("glashuetten-buergerbuero")
    saturdays = [day for day in (5, 12, 19, 26) if hours(office, date(2026, 12, day))]
    assert saturdays == [5]
    carnival = date(2027, 2, 8)
    assert {closed_reason(each, carnival, "de") for each in towns.offices.values()} == {
        "Rosenmontag"
    }


def test_neu_anspach_and_schmitten_are_open_as_they_say(towns: Directory) -> None:
    assert week(towns.office("neu-anspach-buergerbuero")) == [
        ["07:00-12:00 mixed"], ["13:00-18:00 mixed"], [],
        ["09:00-12:00 mixed"], ["07:00-12:00 mixed"], [],
    ]  # fmt: skip
    morning = ["08:30-12:00 mixed"]
    assert week(towns.office("schmitten-buergerbuero")) == [
        morning, morning, morning, [*morning, "14:00-18:00 mixed"], morning, [],
    ]  # fmt: skip
    assert hours(towns.office("schmitten-buergerbuero"), date(2026, 12, 29)) == []


def test_hours_that_are_made_up_are_marked(towns: Directory) -> None:
    assert {office.slug for office in towns.offices.values() if office.example} == {
        "glashuetten-buergerbuero",
        "neu-anspach-standesamt",
        "neu-anspach-ordnungsamt",
        "usingen-steueramt",
    }


def test_joint_offices_serve_all_four_towns(towns: Directory) -> None:
    everywhere = frozenset(towns.municipalities)
    assert len(everywhere) == 4
    for office, service in (
        ("neu-anspach-standesamt", "eheschliessung-anmelden"),
        ("neu-anspach-ordnungsamt", "gewerbe-anmelden"),
        ("usingen-steueramt", "hund-anmelden"),
    ):
        assert towns.office(office).offer(service).residents == everywhere
        for town in everywhere:
            assert towns.office(office).offer(service) in towns.offers_for(town)
    passport = towns.office("usingen-buergerbuero").offer("reisepass")
    assert passport.residents == {towns.municipality("usingen").id}


def test_three_offices_share_the_house_in_neu_anspach(towns: Directory) -> None:
    shared = towns.offices_of_area(towns.area("neu-anspach-rathaus").id)
    assert sorted(office.slug for office in shared) == [
        "neu-anspach-buergerbuero", "neu-anspach-ordnungsamt", "neu-anspach-standesamt",
    ]  # fmt: skip


def test_every_area_has_a_display_and_a_kiosk(towns: Directory) -> None:
    for area_id in towns.areas:
        kinds = sorted(d.kind for d in towns.devices.values() if d.area_id == area_id)
        assert kinds == ["display", "kiosk"]


def test_there_are_thirty_services_told_in_both_languages(towns: Directory) -> None:
    assert len(towns.services) >= 30
    texts = Texts.load(strict=True)
    pictures = set(re.findall(r'^  "([a-z0-9-]+)":', icons(), re.MULTILINE))
    for service in towns.services.values():
        assert towns.offers_of(service.slug), service.slug
        assert service.icon in pictures, service.slug
        assert service.keywords, service.slug
        for language in ("de", "en"):
            assert f"topics.{service.topic}" in texts.in_language(language)


def icons() -> str:
    return (ROOT / "core/templates/icons.html").read_text(encoding="utf-8")


def test_fees_are_those_of_federal_law_since_february_2026(towns: Directory) -> None:
    figures = {
        service.slug: re.findall(r"\d+,\d\d", fee)
        for service in towns.services.values()
        if (fee := service.fee_in("de"))
    }
    assert figures == {
        "personalausweis": ["46,00", "27,60"],
        "vorlaeufiger-personalausweis": ["10,00"],
        "reisepass": ["70,00", "37,50", "32,00", "22,00"],
        "reisepass-kind": ["37,50", "27,60"],
        "vorlaeufiger-reisepass": ["26,00"],
        "fuehrungszeugnis": ["13,00"],
    }


def test_one_business_registration_at_a_time(towns: Directory) -> None:
    office = towns.office("neu-anspach-ordnungsamt")
    (pool,) = [pool for pool in office.pools if not pool.main]
    assert office.offer("gewerbe-anmelden").pools == {pool.id, office.main_pool.id}
    assert {span.places[pool.id] for span in day_spans(office, MONDAY)} == {(1, 1)}


def test_what_no_counter_can_do_together_does_not_go_together(towns: Directory) -> None:
    office = towns.office("usingen-buergerbuero")
    identity, passport = office.offer("personalausweis").id, office.offer("reisepass").id
    assert goes_together(office, [identity, passport])
    tax = towns.office("usingen-steueramt").offer("hund-anmelden").id
    assert not goes_together(office, [identity, tax])


def test_letters_of_a_room_do_not_rhyme() -> None:
    assert rhyming_letters(parse_sources(example_sources())) == {}


def test_the_example_speaks_of_no_other_places() -> None:
    for path in EXAMPLE.glob("*.toml"):
        mails = re.findall(r'email = "([^"]+)"', path.read_text(encoding="utf-8"))
        assert all(mail.endswith(".example") for mail in mails)


def document_example() -> str:
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return block


def test_the_example_in_the_document_loads(sqlite_database: Database, clock: FixedClock) -> None:
    file = SourceFile("amtal.toml", document_example())
    assert list(find_mistakes(parse_sources([file]))) == []
    office = load_texts(sqlite_database, clock, file).directory.office("amtal-buergerbuero")
    assert week(office)[1] == ["07:30-18:00 walk_in"]
    assert hours(office, date(2026, 12, 23)) == ["10:00-12:00 appointment"]


def test_the_example_in_the_document_names_every_table() -> None:
    assert set(tomllib.loads(document_example())) == set(entries.FileEntries.model_fields)


def test_the_document_names_every_key() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for model in vars(entries).values():
        if isinstance(model, type) and issubclass(model, entries.Entry):
            for name, key in model.model_fields.items():
                assert re.search(rf"\b{key.alias or name}\b", text), f"{model.__name__}.{name}"
