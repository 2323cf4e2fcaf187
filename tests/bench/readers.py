"""The whole town looks at the public status at once, beside a bare endpoint with the same bytes.

Measured are the page as everybody gets it first, the answer to those who have it already (304), and
the text for programs; by 16 on lines that stay, and by a thousand at the same time.
"""

from collections.abc import Iterator

from tests.bench.asking import draws
from tests.bench.crowd import Citizen, Crowd, one, request
from tests.bench.figure import Findings, Row, ms, per_second, spread
from tests.bench.rates import Rate
from tests.bench.scale import Bench
from tests.bench.servers import Server, house_of, serving_text
from tests.bench.town import Desk, build_town

# 15,000 people with the page open, each of which asks anew every 30 seconds.
GOAL = 500
ENGLISH = "?lang=en"


def measure_readers(bench: Bench) -> Findings:
    """In turn with the bare ones; the line is as long as on a busy day."""
    found = Findings("The whole town looks at the public status")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    house = house_of(town, bench.folder / "ours")
    with house.serving() as ours:
        with Crowd(ours.address, 8) as crowd:
            crowd.serve(one(sent) for sent in draws(town, desk, bench.scale.waiting))
            page = crowd.ask(get(page_of(desk)))
            small = crowd.ask(get(f"/stand/{desk.slug}/klein{ENGLISH}"))
        with serving_text(bench.folder / "bare", page.body) as bare:
            found.rows += _measure(bench, found, desk, ours, bare)
    found.notes.append(
        f"{bench.scale.waiting} people wait. The page has {len(page.body):,} bytes, the small one"
        f" {len(small.body):,}. The bare endpoint: Starlette on the same uvicorn settings, without"
        " middleware, answering the bytes of the page and nothing else. A thousand at once have"
        " a connection each; one thread of the bench asks and reads them all."
    )
    return found


def page_of(desk: Desk) -> str:
    return f"/stand/{desk.slug}{ENGLISH}"


def get(path: str, **headers: str) -> bytes:
    return request("GET", path, None, **headers)


def etag_of(server: Server, path: str) -> str:
    """Of the page as it is now; asked on a connection of its own, with the head."""
    with Crowd(server.address, 1) as crowd:
        return crowd.ask(get(path)).header("etag")


def asking(path: str, number: int, **headers: str) -> Iterator[Citizen]:
    return (one(get(path, **headers)) for _ in range(number))


def _measure(
    bench: Bench, found: Findings, desk: Desk, ours: Server, bare: Server
) -> Iterator[Row]:
    number, status = bench.scale.readings, f"/api/v1/offices/{desk.slug}/status"
    kinds = {
        "Page": (page_of(desk), "page", {200}),
        "Page that the reader has (304)": (page_of(desk), "known", {200, 304}),
        "Text for programs": (status, "json", {200}),
    }
    for what, (path, kind, statuses) in kinds.items():
        mine, theirs = Rate(), Rate()
        for _ in range(bench.scale.runs):
            theirs.run(bare, 16, asking("/text", number))
            headers = {"if_none_match": etag_of(ours, path)} if kind == "known" else {}
            mine.run(ours, 16, asking(path, number, **headers))
        found.count(f"{what}: answers", True, mine.statuses <= statuses)
        yield _row(f"{what}, readers a second, 16 at once", mine, theirs)
    mine, theirs = Rate(), Rate()
    for _ in range(bench.scale.runs):
        theirs.run(bare, bench.scale.readers, asking("/text", number))
        answers = mine.run(ours, bench.scale.readers, asking(page_of(desk), number))
        found.count("every reader was answered", number, len(answers))
    found.count(f"{bench.scale.readers} at once: answers", {200}, mine.statuses)
    yield _row(f"Page, readers a second, {bench.scale.readers} at once", mine, theirs)


def _row(what: str, ours: Rate, bare: Rate) -> Row:
    return Row(
        what,
        f"{per_second(ours.middle)} ({spread(ours.seconds)}, {ms(ours.cpu)} of the processor)",
        f"{per_second(bare.middle)} bare text ({ms(bare.cpu)})",
        f"{ours.middle / bare.middle:.2f}",
        f"at least {per_second(GOAL)}",
        ours.middle >= GOAL,
    )
