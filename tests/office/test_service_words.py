"""What is said about a service in each language, and where a language takes what it lacks."""

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.locales import LANGUAGES
from aufruf.office.directory import Directory
from aufruf.office.files.sources import SourceFile
from aufruf.office.infos import DocumentInfo
from tests.factories import AMTAL, load_example, load_texts

GERMAN = 'documents = ["Alter Ausweis oder Reisepass"]'
ENGLISH = 'documents = ["Your old identity card or passport"]'
MORE = """
[services.in.uk]
name = "Оформити посвідчення особи"
keywords = ["паспорт"]

[services.in.ar]
documents = ["الهوية", { text = "موافقة الوالدين", condition = "لمن هم دون 16 عامًا" }]

[services.in.de-simple]
line = "Ihr Ausweis ist zu alt oder weg."

[[services]]
slug = "abholung"
"""


def load(database: Database, clock: FixedClock) -> Directory:
    text = AMTAL.read_text(encoding="utf-8")
    text = text.replace(
        GERMAN, f'{GERMAN[:-1]}, {{ text = "Zustimmung", condition = "Unter 16 Jahren" }}]', 1
    ).replace(ENGLISH, f'{ENGLISH[:-1]}, {{ text = "Consent", condition = "Under 16" }}]', 1)
    text = text.replace('\n[[services]]\nslug = "abholung"\n', MORE, 1)
    return load_texts(database, clock, SourceFile("amtal.toml", text)).directory


def test_service_is_said_in_its_language_else_in_the_next(
    sqlite_database: Database, clock: FixedClock
) -> None:
    service = load(sqlite_database, clock).service("personalausweis")
    assert {language: service.name_in(language) for language in LANGUAGES} == {
        "de": "Personalausweis beantragen",
        "en": "Apply for an identity card",
        "uk": "Оформити посвідчення особи",
        "tr": "Apply for an identity card",
        "ar": "Apply for an identity card",
        "de-simple": "Personalausweis beantragen",
    }
    assert service.line_in("de-simple") == "Ihr Ausweis ist zu alt oder weg."
    assert service.line_in("uk") == "A new card, also after expiry or loss."
    assert service.documents_in("de-simple") == (
        DocumentInfo("Alter Ausweis oder Reisepass"),
        DocumentInfo("Zustimmung", "Unter 16 Jahren"),
    )
    assert [document.line for document in service.documents_in("uk")] == [
        "Your old identity card or passport",
        "Under 16: Consent",
    ]
    assert service.documents_in("ar")[1].condition == "لمن هم دون 16 عامًا"
    assert (service.fee_in("de-simple"), service.fee_in("tr")) == ("46,00 €", "EUR 46.00")
    assert {"Perso", "паспорт"} <= set(service.keywords)
    assert {"Personalausweis beantragen", "Оформити посвідчення особи"} <= set(service.names)


def test_services_of_the_example_are_said_in_every_language(
    sqlite_database: Database, clock: FixedClock
) -> None:
    services = load_example(sqlite_database, clock).directory.services.values()
    for language in ("en", "uk", "tr", "ar"):
        lacking = [
            service.slug
            for service in services
            if not (words := service.words.get(language))
            or not (words.name and words.line and words.keywords)
            or len(words.documents) != len(service.documents_in("de"))
            or (words.fee is None) != (service.fee_in("de") is None)
        ]
        assert lacking == []
    often = [service for service in services if service.often]
    assert 6 <= len(often) <= 10
    assert [service.slug for service in often if "de-simple" not in service.words] == []
