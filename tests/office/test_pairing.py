"""A new screen shows a code, somebody types it, and the screen gets its session: the commands."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.secrets import token_hash
from aufruf.core.tx import Tx
from aufruf.office.devices import pairing
from aufruf.office.devices.commands import OpenedDevice, revoke_device
from aufruf.office.devices.pairing import (
    ShownCode,
    claim_for_device,
    claim_pairing,
    code_in_groups,
    collect_session,
    plain_code,
    show_code,
)
from aufruf.office.devices.screen_settings import ScreenSettings
from aufruf.office.directory import read_directory
from aufruf.office.models import Pairing
from aufruf.office.staff import access_store
from tests.office.town import Town
from tests.races import race, winners


def show(
    town: Town, kind: str = "display", secret: str | None = None, network: str = ""
) -> ShownCode:
    return town.runner.run_now((), show_code, kind=kind, secret=secret, network=network)


def claim(town: Town, code: str, name: str = "Anzeige Flur") -> str:
    screen = ScreenSettings(layout="slides")
    return town.runner.run_now(
        (), claim_pairing, code=code, area="usingen", name=name, screen=screen
    )


def replace(town: Town, code: str, slug: str) -> None:
    """By an administrator of Usingen."""
    town.runner.run_now((), claim_for_device, code=code, area="usingen", slug=slug)


def collect(town: Town, shown: ShownCode) -> OpenedDevice:
    assert shown.secret is not None
    return town.runner.run_now((), collect_session, secret=shown.secret)


def is_open(database: Database, clock: FixedClock, opened: OpenedDevice) -> bool:
    hashes = [token_hash(opened.session.secret)]
    return bool(database.read_now(access_store.callers_of_sessions, hashes, clock.now()))


def refused(town: Town, code: str) -> str:
    with pytest.raises(DomainError) as refusal:
        claim(town, code)
    return refusal.value.code


def test_code_is_typed_as_it_is_read(town: Town, database: Database) -> None:
    shown = show(town)
    assert len(shown.code) == 6
    assert set(shown.code) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    kept = database.read_now(lambda conn: repr(conn.execute(text("SELECT * FROM pairing")).all()))
    assert shown.secret is not None
    assert shown.secret not in kept
    groups = code_in_groups(shown.code)
    assert [plain_code(one) for one in (groups, groups.lower(), groups.replace(" ", "-"))] == [
        shown.code
    ] * 3
    assert [plain_code(one) for one in ("", "ABC", "ABC DE1", "ÄBCDEF", "ABCDEFG")] == [""] * 5


def test_claimed_code_becomes_a_device_with_one_session(
    town: Town, database: Database, clock: FixedClock
) -> None:
    shown = show(town)
    assert claim(town, f" {shown.code[:3].lower()} {shown.code[3:]} ") == "usingen-anzeige-flur"
    device = database.read_now(read_directory).device("usingen-anzeige-flur")
    assert (device.kind, device.name, device.set_up) == ("display", "Anzeige Flur", True)
    assert device.screen == ScreenSettings(layout="slides")
    opened = collect(town, shown)
    assert opened.path == "/display/usingen-anzeige-flur"
    assert is_open(database, clock, opened)
    again = collect(town, shown)  # the first answer got lost
    assert is_open(database, clock, again)
    assert not is_open(database, clock, opened)
    clock.move(timedelta(minutes=2))
    with pytest.raises(DomainError, match="unknown_pairing"):
        collect(town, shown)
    assert is_open(database, clock, again)


def test_code_is_good_once_and_for_a_quarter_of_an_hour(town: Town, clock: FixedClock) -> None:
    used, late = show(town), show(town, "kiosk")
    claim(town, used.code)
    assert refused(town, used.code) == "unknown_pairing"
    assert show(town, "kiosk", late.secret).code == late.code
    clock.move(timedelta(minutes=15))
    assert refused(town, late.code) == "unknown_pairing"
    fresh = show(town, "kiosk", late.secret)
    assert (fresh.code != late.code, fresh.secret) == (True, None)
    assert claim(town, fresh.code, "Kiosk Flur") == "usingen-kiosk-flur"
    assert collect(town, late).kind == "kiosk"  # the same browser, with the secret it has


def test_claimed_code_waits_an_hour_for_its_screen(town: Town, clock: FixedClock) -> None:
    shown, other = show(town), show(town)
    claim(town, shown.code)
    claim(town, other.code)
    clock.move(timedelta(minutes=59))
    assert collect(town, shown).kind == "display"
    clock.move(timedelta(minutes=1))
    with pytest.raises(DomainError, match="unknown_pairing"):
        collect(town, other)
    begun = show(town, "display", other.secret)
    assert begun.secret not in {None, other.secret}


def test_code_opens_nothing_before_it_is_claimed_nor_after_revoking(town: Town) -> None:
    shown = show(town)
    with pytest.raises(DomainError, match="unknown_pairing"):
        collect(town, shown)
    town.runner.run_now((), revoke_device, slug=claim(town, shown.code))
    with pytest.raises(DomainError, match="unknown_pairing"):
        collect(town, shown)
    assert show(town, "display", shown.secret).secret not in {None, shown.secret}


def test_new_browser_takes_the_place_of_a_device(
    town: Town, database: Database, clock: FixedClock
) -> None:
    old = show(town)
    slug = claim(town, old.code)
    before = collect(town, old)
    shown, kiosk = show(town), show(town, "kiosk")
    with pytest.raises(DomainError, match="wrong_kind"):
        replace(town, kiosk.code, slug)
    with pytest.raises(DomainError, match="unknown_device"):
        replace(town, shown.code, "nowhere")
    replace(town, shown.code, slug)
    assert is_open(database, clock, before)  # until the new one is there
    after = collect(town, shown)
    assert (after.slug, is_open(database, clock, after)) == (slug, True)
    assert not is_open(database, clock, before)


def stands(town: Town, shown: ShownCode) -> bool:
    """Whether its browser still shows this code, and need not begin anew."""
    return show(town, "display", shown.secret).secret is None


def test_nobody_takes_the_place_of_a_device_of_another_town(town: Town) -> None:
    for kind, elsewhere in (("display", town.display_elsewhere), ("kiosk", town.kiosk_elsewhere)):
        shown = show(town, kind)
        with pytest.raises(DomainError, match="unknown_device"):
            replace(town, shown.code, elsewhere.slug)
        with pytest.raises(DomainError, match="unknown_pairing"):
            collect(town, shown)


def test_network_that_asks_for_many_codes_pushes_out_its_own_alone(
    town: Town, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MOST_OF_NETWORK", 3)
    monkeypatch.setattr(pairing, "MOST_SHOWN", 5)
    claimed, hall = show(town), show(town, network="192.0.2.7")
    claim(town, claimed.code)
    flood: list[ShownCode] = []
    for _ in range(5):
        clock.move(timedelta(seconds=1))
        flood.append(show(town, network="203.0.113.0"))
    assert claim(town, flood[2].code, "Anzeige Eingang") == "usingen-anzeige-eingang"
    assert refused(town, flood[1].code) == "unknown_pairing"
    others = [show(town, network=f"198.51.100.{last}") for last in range(3)]
    assert [stands(town, one) for one in (hall, *others)] == [True] * 4
    assert collect(town, claimed).slug == "usingen-anzeige-flur"


def claim_unguarded(tx: Tx, code: str) -> None:
    """The same without the guard that decides who was first."""
    tx.conn.execute(update(Pairing).where(col(Pairing.code) == code).values(device_id=1))


def test_code_typed_by_many_at_once_is_good_for_one(
    town: Town, database: Database, clock: FixedClock
) -> None:
    code, slug = show(town).code, town.display.slug

    def guarded(tx: Tx, _nth: int) -> str:
        claim_for_device(tx, code=code, area="usingen", slug=slug)
        return slug

    def unguarded(tx: Tx, _nth: int) -> str:
        claim_unguarded(tx, code)
        return slug

    ran = race(database, clock, guarded, racers=8, meet_before="UPDATE pairing")
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "unknown_pairing"}
    ran = race(database, clock, unguarded, racers=8, meet_before="UPDATE pairing")
    assert winners(ran) == 8
