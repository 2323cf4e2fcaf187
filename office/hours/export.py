"""The present hours of an office, or the closures of a town, as the text of a master data file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ...core.errors import DomainError
from ...core.runner import Runner
from ...core.tx import Tx
from ..directory import current_directory
from .commands import read_hours
from .edit import Hours
from .said import Said, say_closure, say_rule

_DAYS = {"valid_from", "valid_to", "first_day", "last_day"}


def export_hours(runner: Runner, slug: str) -> str:
    """`aufruf hours export SLUG`: of an office its hours and closures, of a town its closures."""
    return runner.run_now((), hours_text, slug=slug)


def hours_text(tx: Tx, *, slug: str) -> str:
    """Tables to put in place of those in the file. Raises unknown_office (404)."""
    directory = current_directory(tx)
    offices = directory.offices.values()
    for office in offices:
        if office.slug == slug:
            return _text(_of_office(read_hours(tx.conn, office)))
    for office in offices:
        if office.municipality.slug == slug:
            hours = read_hours(tx.conn, office)
            said = map(say_closure, hours.town_closures.values())
            return _text(("municipalities.closures", one) for one in said)
    raise DomainError("unknown_office", 404)


def _of_office(hours: Hours) -> Iterator[tuple[str, Said]]:
    for rule in hours.rules.values():
        yield "offices.opening", say_rule(rule)
    for closure in hours.closures.values():
        yield "offices.closures", say_closure(closure)


def _text(tables: Iterable[tuple[str, Said]]) -> str:
    return "\n".join(f"[[{name}]]\n{''.join(_lines(said))}" for name, said in tables)


def _lines(said: Said) -> Iterator[str]:
    for name, value in said.items():
        # A day is written as TOML's own date, without quotation marks.
        yield f"{name} = {value if name in _DAYS else _value(value)}\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, cast('list[object]', value)))}]"
    if isinstance(value, dict):
        table = cast("Mapping[str, object]", value)
        return f"{{ {', '.join(f'{name} = {_value(one)}' for name, one in table.items())} }}"
    return str(value)


def _quoted(text: str) -> str:
    """A text of one line without control characters, as all of ours are."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
