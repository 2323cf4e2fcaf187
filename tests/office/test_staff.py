"""Staff: adding them, what they may do, passwords, signing in."""

import pytest
from sqlalchemy import text

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.office.staff import access_store, account_store
from aufruf.office.staff.commands import add_staff, set_active, set_password, set_roles, sign_in
from aufruf.office.staff.passwords import LONGEST, SHORTEST, hash_password, is_password
from tests.office.town import PASSWORD, PASSWORD_HASH, Town


def roles(database: Database, login: str) -> access_store.KnownStaff:
    account = database.read_now(account_store.account_of, login)
    assert account is not None
    return database.read_now(access_store.staff_with_roles, account.staff_id)


def sessions(database: Database) -> int:
    return database.read_now(
        lambda conn: conn.execute(text("SELECT count(*) FROM session")).scalar_one()
    )


def test_add_staff_keeps_login_in_lower_case_and_roles(town: Town, database: Database) -> None:
    town.runner.run_now(
        (),
        add_staff,
        login="  Frida.Graf@Usingen.example ",
        name=" Frida Graf ",
        offices=["citizen-usingen"],
        municipalities=["neu-anspach"],
    )
    account = database.read_now(account_store.account_of, "frida.graf@usingen.example")
    assert account is not None
    assert (account.name, account.password_hash, account.active) == ("Frida Graf", None, True)
    known = roles(database, "frida.graf@usingen.example")
    assert (known.offices, known.municipalities) == (frozenset({1}), frozenset({2}))


@pytest.mark.parametrize(
    ("login", "name", "office", "code"),
    [
        ("bernd", "Noch ein Bernd", "citizen-usingen", "login_taken"),
        ("BERND ", "Noch ein Bernd", "citizen-usingen", "login_taken"),
        ("x", "Zu kurz", "citizen-usingen", "invalid_value"),
        ("mit leer", "Leerzeichen", "citizen-usingen", "invalid_value"),
        ("nul\0", "NUL", "citizen-usingen", "invalid_value"),
        ("l" * 81, "Zu lang", "citizen-usingen", "invalid_value"),
        ("frida", "   ", "citizen-usingen", "invalid_value"),
        ("frida", "n" * 121, "citizen-usingen", "invalid_value"),
        ("frida", "Frida", "nowhere", "unknown_office"),
    ],
)
def test_add_staff_refuses_and_changes_nothing(
    town: Town, database: Database, login: str, name: str, office: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        town.runner.run_now((), add_staff, login=login, name=name, offices=[office])
    assert refused.value.code == code
    assert database.read_now(account_store.account_of, "frida") is None


def test_set_roles_replaces_all_roles(town: Town, database: Database) -> None:
    town.runner.run_now((), set_roles, login="bernd", offices=["registry-anspach"])
    assert roles(database, "bernd").offices == frozenset({2})


def test_password_is_checked_against_its_hash_alone() -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed
    assert hashed != PASSWORD_HASH, "each hash has its own salt"
    assert is_password(PASSWORD, hashed)
    assert not is_password(PASSWORD + " ", hashed)
    assert not is_password(PASSWORD, None)
    assert not is_password(PASSWORD, "not a hash")


@pytest.mark.parametrize("length", [0, SHORTEST - 1, LONGEST + 1])
def test_password_of_unfit_length_is_refused(length: int) -> None:
    with pytest.raises(DomainError) as refused:
        hash_password("x" * length)
    assert refused.value.code == "invalid_value"


def test_sign_in_opens_a_session_of_twelve_hours(
    town: Town, database: Database, clock: FixedClock
) -> None:
    opened = town.runner.run_now((), sign_in, login="Bernd", proven=PASSWORD_HASH)
    assert (opened.expires_at - clock.now()).total_seconds() == 12 * 3600
    stored = database.read_now(
        lambda conn: conn.execute(text("SELECT token_hash FROM session")).scalar_one()
    )
    assert opened.secret not in stored


@pytest.mark.parametrize(
    ("login", "proven"),
    [("nobody", PASSWORD_HASH), ("bernd", None), ("bernd", "another hash")],
    # The hash is salted anew in each worker, and workers compare the names of their tests.
    ids=["unknown", "unproven", "changed"],
)
def test_sign_in_fails_alike_for_whatever_is_wrong(
    town: Town, login: str, proven: str | None
) -> None:
    with pytest.raises(DomainError) as refused:
        town.runner.run_now((), sign_in, login=login, proven=proven)
    assert (refused.value.code, refused.value.status) == ("login_failed", 401)


def test_sign_in_fails_when_the_password_changed_after_it_was_checked(town: Town) -> None:
    town.runner.run_now((), set_password, login="bernd", password_hash=hash_password("x" * 12))
    with pytest.raises(DomainError, match="login_failed"):
        town.runner.run_now((), sign_in, login="bernd", proven=PASSWORD_HASH)


def test_new_password_ends_the_sessions_of_that_person_alone(
    town: Town, database: Database
) -> None:
    town.session("bernd")
    town.session("bernd")
    town.session("carla")
    town.runner.run_now((), set_password, login="bernd", password_hash=PASSWORD_HASH)
    assert sessions(database) == 1


def test_inactive_staff_lose_their_sessions_and_cannot_sign_in(
    town: Town, database: Database
) -> None:
    town.session("bernd")
    town.runner.run_now((), set_active, login="bernd", active=False)
    assert sessions(database) == 0
    with pytest.raises(DomainError, match="login_failed"):
        town.session("bernd")
    town.runner.run_now((), set_active, login="bernd", active=True)
    town.session("bernd")


def test_commands_about_unknown_staff_say_so(runner: Runner) -> None:
    with pytest.raises(DomainError, match="unknown_staff"):
        runner.run_now((), set_roles, login="nobody")
    with pytest.raises(DomainError, match="unknown_staff"):
        runner.run_now((), set_active, login="nobody", active=True)
    with pytest.raises(DomainError, match="unknown_staff"):
        runner.run_now((), set_password, login="nobody", password_hash=PASSWORD_HASH)
