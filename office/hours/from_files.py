"""Hours from files beside hours from pages: who is right when a file is loaded again.

What pages and commands added stays. Where a page changed or ended what the file said, the page
leads: an unchanged file changes nothing, a changed one is refused until somebody decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from ..files.check_hours import overlapping
from ..files.mistakes import Mistake, WrongFilesError
from ..files.sources import MasterData
from ..files.writing import Key
from . import history, store
from .said import Said, key_of_said, read_closure, recall_rule, say_closure, say_rule, table_in
from .store import Names, Whose

Prefer = Literal["file", "page"]
"""Whose hours hold where a file and a page say different things; None refuses the file."""


@dataclass(frozen=True, slots=True)
class RuleIds:
    """The ids that opening rules refer to, by slug; pools and offers by office id and slug."""

    towns: Mapping[str, int]
    offices: Mapping[str, int]
    pools: Mapping[Key, int]
    offers: Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """When files are loaded, which of them just now, and who decides about hours and calling."""

    now: datetime
    loaded: frozenset[str]
    prefer: Prefer | None = None
    prefer_calling: Prefer | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """What one file says about one office's hours, or one town's closures."""

    whose: Whose
    names: Names
    file: str
    key: str
    slug: str
    said: dict[str, Said]


def write_hours(conn: Connection, data: MasterData, ids: RuleIds, terms: Terms) -> None:
    """Bring the hours to what the files say, as far as no page has changed them meanwhile.

    Raises WrongFilesError for each office where the file and its page say different things.
    """
    store.forget_others(conn, list(ids.offices.values()), list(ids.towns.values()))
    mistakes = [
        mistake for written in _all_written(data, ids) for mistake in _bring(conn, written, terms)
    ]
    if mistakes:
        raise WrongFilesError(mistakes)


def _bring(conn: Connection, written: _Written, terms: Terms) -> Iterator[Mistake]:
    """Apply what the file says newly to what is there; yields why that cannot be."""
    before = history.said_by_files(conn, written.whose)
    prefer = terms.prefer if written.file in terms.loaded else None
    new = set(written.said)
    present = _present(conn, written)
    base = set(present) if before is None else {key_of_said(said) for said in before}
    if prefer is None and base == new and before is not None:
        return
    result = _result(base, new, set(present), prefer)
    if result is None or _has_overlap(result - new, {**_said(present), **written.said}, result):
        yield _refusal(written)
        return
    _write(conn, written, terms, present, result)
    history.write_said_by_files(conn, written.whose, written.said.values())


def _result(
    base: set[str], new: set[str], present: set[str], prefer: Prefer | None
) -> set[str] | None:
    """What holds from now on; None where file and page say different things and nobody decided.

    `base` is what the file said before, `new` what it says now, `present` what holds so far.
    """
    if prefer is not None:
        return new if prefer == "file" else present
    if base <= present:
        return (present - base) | new
    return new if present == new else None


def _write(
    conn: Connection,
    written: _Written,
    terms: Terms,
    present: Mapping[str, tuple[int, Said]],
    result: set[str],
) -> None:
    """Delete and insert where the tables differ, and keep it in the history."""
    gone = [present[key] for key in sorted(present.keys() - result)]
    come = [written.said[key] for key in sorted(result - present.keys())]
    store.delete_rules(conn, [number for number, said in gone if "rule" in said])
    store.delete_closures(conn, [number for number, said in gone if "closure" in said])
    for said in come:
        put(conn, written.whose, written.names, said)
    if gone or come:
        history.add_change(
            conn,
            written.whose,
            terms.now,
            removed=[said for _, said in gone],
            added=come,
            source=written.file,
        )


def put(conn: Connection, whose: Whose, names: Names, said: Said) -> None:
    """Write what an entry of the history says: a rule of an office, or a closure."""
    table = table_in(said)
    if "rule" in said and whose.office_id is not None:
        store.insert_rule(conn, whose.office_id, names, recall_rule(table))
    else:
        store.insert_closure(conn, whose, read_closure(table))


def _present(conn: Connection, written: _Written) -> dict[str, tuple[int, Said]]:
    """What the tables say, with the ids."""
    found: list[tuple[int, Said]] = []
    if written.whose.office_id is not None:
        rules = store.read_rules(conn, written.whose.office_id)
        found += [(number, Said(rule=say_rule(rule))) for number, rule in rules.items()]
    closures = store.read_closures(conn, written.whose)
    found += [(number, Said(closure=say_closure(one))) for number, one in closures.items()]
    return {key_of_said(said): (number, said) for number, said in found}


def _said(present: Mapping[str, tuple[int, Said]]) -> dict[str, Said]:
    return {key: said for key, (_, said) in present.items()}


def _has_overlap(of_pages: set[str], said: Mapping[str, Said], result: set[str]) -> bool:
    """Whether hours that a page added meet those of the file; the file's own are checked before."""
    if not of_pages:
        return False
    rules = [recall_rule(table_in(said[key])) for key in result if "rule" in said[key]]
    return any(overlapping(rules))


def _refusal(written: _Written) -> Mistake:
    reason = (
        f"the page of {written.slug} says something else since the file was loaded; take it over"
        f" with `aufruf hours export {written.slug}`, or load with --hours page to keep the"
        " page's hours, with --hours file to replace them"
    )
    return Mistake(written.file, written.key, reason)


def _all_written(data: MasterData, ids: RuleIds) -> Iterator[_Written]:
    for town in data.municipalities:
        said: list[Said] = [{"closure": say_closure(one)} for one in town.entry.closures]
        yield _Written(
            Whose(municipality_id=ids.towns[town.entry.slug]),
            Names({}, {}),
            town.file,
            f"municipalities[{town.index}].closures",
            town.entry.slug,
            {key_of_said(each): each for each in said},
        )
    for office in data.offices:
        office_id = ids.offices[office.entry.slug]
        rules: list[Said] = [{"rule": say_rule(rule)} for rule in office.entry.opening]
        closures: list[Said] = [{"closure": say_closure(one)} for one in office.entry.closures]
        yield _Written(
            Whose(office_id=office_id),
            Names(_of_office(ids.pools, office_id), _of_office(ids.offers, office_id)),
            office.file,
            f"offices[{office.index}].opening",
            office.entry.slug,
            {key_of_said(each): each for each in (*rules, *closures)},
        )


def _of_office(ids: Mapping[Key, int], office_id: int) -> dict[str, int]:
    return {str(slug): number for (owner, slug), number in ids.items() if owner == office_id}
