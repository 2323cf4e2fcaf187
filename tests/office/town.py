"""Two towns small enough to see through, and the people of our tests who work there.

Usingen has the citizen office with counters 1 and 2, Neu-Anspach the registry office with one.
Bernd is a clerk in Usingen, Carla in Neu-Anspach, Dora administers Usingen, Emil has no office.
"""

from dataclasses import dataclass

from sqlmodel import Session

from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office import models
from aufruf.office.devices.commands import IssuedToken, add_device
from aufruf.office.hours import models as hours_models
from aufruf.office.staff.commands import add_staff, set_password, sign_in
from aufruf.office.staff.passwords import hash_password

PASSWORD = "Sonnenblume-Feldberg-7"
PASSWORD_HASH = hash_password(PASSWORD)

STAFF = {
    "bernd": (["citizen-usingen"], []),
    "carla": (["registry-anspach"], []),
    "dora": ([], ["usingen"]),
    "emil": ([], []),
}


@dataclass(frozen=True)
class Town:
    """What tests name: tokens of devices; the runner to do more with."""

    runner: Runner
    display: IssuedToken
    kiosk: IssuedToken
    counter: IssuedToken
    display_elsewhere: IssuedToken
    kiosk_elsewhere: IssuedToken

    def session(self, login: str) -> str:
        """The secret of a fresh session of somebody."""
        return self.runner.run_now((), sign_in, login=login, proven=PASSWORD_HASH).secret


def found_town(runner: Runner) -> Town:
    """Everything above, in an empty database."""
    runner.run_now((), _build)
    for login, (offices, municipalities) in STAFF.items():
        runner.run_now(
            (),
            add_staff,
            login=login,
            name=login.title(),
            offices=offices,
            municipalities=municipalities,
        )
        runner.run_now((), set_password, login=login, password_hash=PASSWORD_HASH)
    return Town(
        runner,
        _device(runner, "display", "usingen", "Aufrufanzeige"),
        _device(runner, "kiosk", "usingen", "Kiosk"),
        _device(runner, "counter", "usingen", "Programm Platz 1", "usingen-1"),
        _device(runner, "display", "anspach", "Aufrufanzeige"),
        _device(runner, "kiosk", "anspach", "Kiosk"),
    )


def _device(
    runner: Runner, kind: str, area: str, name: str, counter: str | None = None
) -> IssuedToken:
    return runner.run_now((), add_device, kind=kind, area=area, name=name, counter=counter)


def _build(tx: Tx) -> None:
    with Session(tx.conn, join_transaction_mode="create_savepoint") as session:
        session.add(models.DirectoryVersion(version=1))
        session.add_all(_municipality(slug, name) for slug, name in TOWNS)
        session.flush()
        session.add_all(
            _area(number, slug) for number, slug in enumerate(("usingen", "anspach"), 1)
        )
        session.flush()
        session.add_all([_office(1, "citizen-usingen"), _office(2, "registry-anspach")])
        session.add_all([_service(1, "pass", "Reisepass"), _service(2, "trauung", "Trauung")])
        session.flush()
        session.add_all(_pool(office_id) for office_id in (1, 2))
        session.add_all([_offer(1, 1, "A"), _offer(2, 2, "B")])
        session.flush()
        session.add_all(
            [_counter(1, "usingen-1"), _counter(1, "usingen-2"), _counter(2, "anspach-1")]
        )
        session.flush()
        session.add_all(
            models.CounterOffer(counter_id=counter_id, offer_id=offer_id)
            for counter_id, offer_id in ((1, 1), (2, 1), (3, 2))
        )
        session.add(models.OfferResident(offer_id=2, municipality_id=1))
        session.add(models.OfferResident(offer_id=2, municipality_id=2))
        session.add(
            hours_models.OpeningRule(
                office_id=1, weekdays=[0, 1, 2, 3, 4], from_minute=480, to_minute=720, mode="mixed"
            )
        )
        session.commit()


AREAS = ("usingen", "anspach")
TOWNS = (("usingen", "Usingen"), ("neu-anspach", "Neu-Anspach"))


def _municipality(slug: str, name: str) -> models.Municipality:
    return models.Municipality(
        slug=slug, name=name, full_name=f"Stadt {name}", state="HE", crest=slug
    )


def _area(number: int, slug: str) -> models.WaitingArea:
    return models.WaitingArea(
        slug=slug, name="Wartebereich", municipality_id=number, way="Im Erdgeschoss"
    )


def _office(number: int, slug: str) -> models.Office:
    return models.Office(
        slug=slug,
        name="Bürgerbüro" if number == 1 else "Standesamt",
        municipality_id=number,
        area_id=number,
        street="Wilhelmjstraße 1",
        postcode="61250",
        town=TOWNS[number - 1][1],
        email="amt@example.org",
    )


def _service(number: int, slug: str, name: str) -> models.Service:
    return models.Service(
        slug=slug,
        words={
            "de": {"name": name, "line": name, "documents": [{"text": "Ausweis"}]},
            "en": {"name": f"{name} (en)", "line": name, "documents": [{"text": "Identity card"}]},
        },
        icon="document",
        topic="ausweis",
        position=number,
    )


def _pool(office_id: int) -> models.Pool:
    return models.Pool(office_id=office_id, slug="main", name="Plätze", main=True)


def _offer(office_id: int, service_id: int, letter: str) -> models.Offer:
    return models.Offer(
        office_id=office_id,
        service_id=service_id,
        minutes=15,
        further_minutes=10,
        letter=letter,
        walk_in=office_id == 1,
    )


def _counter(office_id: int, slug: str) -> models.Counter:
    return models.Counter(slug=slug, office_id=office_id, label=slug[-1], way="Links, zweite Tür")
