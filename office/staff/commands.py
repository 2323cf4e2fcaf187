"""Commands about staff: who they are, what they may do, signing in. Run on no office's lane."""

import re
from collections.abc import Collection, Iterable

from sqlalchemy.exc import IntegrityError

from ...core.errors import DomainError, invalid
from ...core.inputs import is_visible
from ...core.tx import Tx
from ..directory import current_directory
from . import access_store as store
from . import account_store as accounts
from .sessions import STAFF_HOURS, OpenedSession, open_session

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,79}")


def login_of(text: str) -> str:
    """The form login names are kept and compared in."""
    return text.strip().lower()


def add_staff(
    tx: Tx,
    *,
    login: str,
    name: str,
    offices: Collection[str] = (),
    municipalities: Collection[str] = (),
    may_call_any: bool = True,
) -> int:
    """Add somebody, without a password yet: clerk of offices, administrator of municipalities.

    Without `may_call_any` a clerk calls whoever is next, never a number out of turn. For
    administrators and the shell. Raises login_taken, invalid_value, unknown_office,
    unknown_municipality.
    """
    login, name = login_of(login), name.strip()
    if not _LOGIN.fullmatch(login):
        raise invalid("login", "login_form")
    if len(name) > 120 or not is_visible(name):
        raise invalid("name", "length")
    try:
        with tx.conn.begin_nested():
            staff_id = accounts.add_account(tx.conn, login, name)
    except IntegrityError:
        raise DomainError("login_taken", 409) from None
    _write_roles(tx, staff_id, offices, municipalities, may_call_any=may_call_any)
    return staff_id


def set_roles(
    tx: Tx,
    *,
    login: str,
    offices: Collection[str] = (),
    municipalities: Collection[str] = (),
    may_call_any: bool = True,
) -> None:
    """Give somebody exactly these roles; they count from the next request on.

    For administrators and the shell. Raises unknown_staff, unknown_office, unknown_municipality.
    """
    account = _account(tx, login)
    accounts.delete_roles(tx.conn, account.staff_id)
    _write_roles(tx, account.staff_id, offices, municipalities, may_call_any=may_call_any)


def set_password(tx: Tx, *, login: str, password_hash: str) -> None:
    """Replace the password and end all sessions of that person.

    The hash comes from `passwords.hash_password`, made before the transaction. Raises
    unknown_staff.
    """
    account = _account(tx, login)
    accounts.write_password(tx.conn, account.staff_id, password_hash)
    store.delete_sessions(tx.conn, staff_id=account.staff_id)


def set_active(tx: Tx, *, login: str, active: bool) -> None:
    """Let somebody in again, or not any more (ends all sessions). Raises unknown_staff."""
    account = _account(tx, login)
    accounts.write_active(tx.conn, account.staff_id, active=active)
    if not active:
        store.delete_sessions(tx.conn, staff_id=account.staff_id)


def sign_in(tx: Tx, *, login: str, proven: str | None) -> OpenedSession:
    """Open a session for the person whose password was just checked.

    `proven` is the stored hash the password matched, None when it matched none: checking takes
    long and happens before the transaction, so a password changed meanwhile must fail here.
    Raises login_failed, the same for an unknown login, a wrong password and inactive staff.
    """
    account = accounts.account_of(tx.conn, login_of(login))
    if account is None or proven is None or not account.active:
        raise DomainError("login_failed", 401)
    if account.password_hash != proven:
        raise DomainError("login_failed", 401)
    return open_session(tx, hours=STAFF_HOURS, staff_id=account.staff_id)


def _account(tx: Tx, login: str) -> accounts.Account:
    account = accounts.account_of(tx.conn, login_of(login))
    if account is None:
        raise DomainError("unknown_staff", 404)
    return account


def _write_roles(
    tx: Tx,
    staff_id: int,
    offices: Iterable[str],
    municipalities: Iterable[str],
    *,
    may_call_any: bool,
) -> None:
    directory = current_directory(tx)
    accounts.add_roles(
        tx.conn,
        staff_id,
        {directory.office(slug).id for slug in offices},
        {directory.municipality(slug).id for slug in municipalities},
        may_call_any=may_call_any,
    )
