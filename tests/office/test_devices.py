"""Devices: adding, new tokens, revoking, and the sessions of their browsers."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.secrets import token_hash
from aufruf.office.devices.commands import (
    add_device,
    open_device_session,
    renew_device_token,
    revoke_device,
)
from aufruf.office.directory import read_directory
from aufruf.office.staff import access_store
from tests.office.town import Town


def device_with(database: Database, token: str) -> access_store.KnownDevice | None:
    return database.read_now(access_store.device_of_token, token_hash(token))


def sessions(database: Database) -> int:
    return database.read_now(
        lambda conn: conn.execute(text("SELECT count(*) FROM session")).scalar_one()
    )


def test_device_is_found_by_its_token_and_stored_without_it(town: Town, database: Database) -> None:
    known = device_with(database, town.kiosk.token)
    assert known is not None
    assert (known.slug, known.kind, known.area_id) == ("usingen-kiosk", "kiosk", 1)
    kept = database.read_now(
        lambda conn: [tuple(row) for row in conn.execute(text("SELECT * FROM device"))]
    )
    assert all(
        issued.token not in repr(kept) for issued in (town.kiosk, town.display, town.counter)
    )


def test_links_carry_the_token_in_the_fragment(town: Town) -> None:
    assert town.display.link == f"/display/usingen-aufrufanzeige#{town.display.token}"
    assert town.kiosk.path == "/kiosk/usingen-kiosk"
    assert town.counter.path == "/counter/usingen-1"


def test_slugs_of_the_same_name_are_numbered_and_never_given_twice(town: Town) -> None:
    def again() -> str:
        return town.runner.run_now((), add_device, kind="kiosk", area="usingen", name="Kiosk").slug

    assert again() == "usingen-kiosk-2"
    town.runner.run_now((), revoke_device, slug="usingen-kiosk-2")
    assert again() == "usingen-kiosk-3"


def test_slug_is_written_without_umlauts_and_signs(town: Town) -> None:
    issued = town.runner.run_now(
        (), add_device, kind="display", area="usingen", name="Große Anzeige, Süd/Öst"
    )
    assert issued.slug == "usingen-grosse-anzeige-sued-oest"


@pytest.mark.parametrize(
    ("kind", "area", "name", "counter", "code"),
    [
        ("toaster", "usingen", "Toaster", None, "invalid_value"),
        ("kiosk", "nowhere", "Kiosk", None, "not_found"),
        ("kiosk", "usingen", " ", None, "invalid_value"),
        ("kiosk", "usingen", "\u200b", None, "invalid_value"),
        ("kiosk", "usingen", "Kiosk", "usingen-1", "invalid_value"),
        ("counter", "usingen", "Platz", None, "invalid_value"),
        ("counter", "usingen", "Platz", "nowhere", "unknown_counter"),
        ("counter", "usingen", "Platz in Anspach", "anspach-1", "invalid_value"),
    ],
)
def test_add_device_refuses_what_does_not_fit(
    town: Town, kind: str, area: str, name: str, counter: str | None, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        town.runner.run_now((), add_device, kind=kind, area=area, name=name, counter=counter)
    assert refused.value.code == code


def test_the_directory_follows_devices(town: Town, database: Database) -> None:
    before = database.read_now(read_directory)
    assert before.device("usingen-kiosk").kind == "kiosk"
    town.runner.run_now((), revoke_device, slug="usingen-kiosk")
    after = database.read_now(read_directory)
    assert after.version > before.version
    with pytest.raises(DomainError, match="not_found"):
        after.device("usingen-kiosk")


def test_session_lasts_and_is_extended_instead_of_doubled(
    town: Town, database: Database, clock: FixedClock
) -> None:
    def start(*present: str) -> tuple[str, float]:
        opened = town.runner.run_now(
            (), open_device_session, token=town.display.token, present=present
        )
        days = (opened.session.expires_at - clock.now()) / timedelta(days=1)
        return opened.session.secret, days

    first, days = start()
    assert days == 400
    clock.move(timedelta(days=30))
    assert start(first) == (first, 400)
    assert sessions(database) == 1
    another, _ = start("of-another-device")
    assert another != first
    assert sessions(database) == 2
    clock.move(timedelta(days=400, seconds=1))
    fresh, _ = start(first)
    assert fresh not in {first, another}
    assert sessions(database) == 1, "what has run out is tidied away"


def test_session_of_another_device_is_not_taken_over(town: Town, database: Database) -> None:
    kiosk = town.runner.run_now((), open_device_session, token=town.kiosk.token)
    display = town.runner.run_now(
        (), open_device_session, token=town.display.token, present=[kiosk.session.secret]
    )
    assert display.session.secret != kiosk.session.secret
    assert (display.slug, display.path) == (town.display.slug, town.display.path)
    assert sessions(database) == 2


@pytest.mark.parametrize("token", ["", "a" * 26, "\0", "ü" * 30])
def test_token_that_opens_nothing(town: Town, token: str) -> None:
    with pytest.raises(DomainError) as refused:
        town.runner.run_now((), open_device_session, token=token)
    assert (refused.value.code, refused.value.status) == ("unknown_token", 401)


def test_revoked_device_opens_nothing_any_more(town: Town, database: Database) -> None:
    town.runner.run_now((), open_device_session, token=town.kiosk.token)
    town.runner.run_now((), revoke_device, slug=town.kiosk.slug)
    assert device_with(database, town.kiosk.token) is None
    assert sessions(database) == 0
    for command in (revoke_device, renew_device_token):
        with pytest.raises(DomainError, match="unknown_device"):
            town.runner.run_now((), command, slug=town.kiosk.slug)


def test_new_token_ends_the_old_one_and_its_sessions(town: Town, database: Database) -> None:
    town.runner.run_now((), open_device_session, token=town.counter.token)
    renewed = town.runner.run_now((), renew_device_token, slug=town.counter.slug)
    assert renewed.path == "/counter/usingen-1"
    assert device_with(database, town.counter.token) is None
    assert device_with(database, renewed.token) is not None
    assert sessions(database) == 0
