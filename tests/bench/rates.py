"""How many tickets and bookings a second, beside bare endpoints on the same server settings."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from statistics import median
from time import perf_counter

from tests.bench.asking import book, book_in_two_steps, draws, starts
from tests.bench.crowd import Answer, Citizen, Crowd, one, request
from tests.bench.figure import Findings, Row, ms, per_second, spread
from tests.bench.scale import Bench
from tests.bench.servers import Server, house_of, serving_bare
from tests.bench.town import build_town

# The best peer of each kind, measured on a machine like this one (16 at once).
PEER_DRAWS, PEER_BOOKINGS = 116, 160
TICKET_BODY: dict[str, object] = {"services": [{"slug": "ausweis"}], "language": "de"}

Citizens = Callable[[], Iterable[Citizen]]


class Rate:
    """Runs of the same: what was answered, and how many citizens were served a second."""

    def __init__(self) -> None:
        self.rates: list[float] = []
        self.cpus: list[float] = []
        self.seconds: list[float] = []
        self.statuses: set[int] = set()

    def run(self, server: Server, at_once: int, citizens: Iterable[Citizen]) -> list[Answer]:
        """Serve the citizens once and note how it went."""
        coming = list(citizens)
        with Crowd(server.address, at_once) as crowd:
            began, used = perf_counter(), server.cpu()
            answers = crowd.serve(coming)
            self.rates.append(len(coming) / (perf_counter() - began))
            self.cpus.append((server.cpu() - used) / len(coming))
        self.seconds += [answer.seconds for answer in answers]
        self.statuses |= {answer.status for answer in answers}
        return answers

    @property
    def cpu(self) -> float:
        """Processor seconds of the server for each citizen: hardly depends on what else runs."""
        return median(self.cpus)

    @property
    def middle(self) -> float:
        """Citizens served a second, the median of the runs."""
        return median(self.rates)


def measure_draws(bench: Bench) -> Findings:
    """Each run in an office where nobody has drawn yet, in turn with the bare ones."""
    found = Findings("Tickets drawn through HTTP (SQLite, durable)")
    levels = (1, 16, 64)
    town = build_town(bench.folder / "town", offices=bench.scale.runs * len(levels))
    untouched = iter(town.desks)
    house = house_of(town, bench.folder / "ours")
    with house.serving() as ours, serving_bare(bench.folder / "bare") as bare:
        warm_up(ours, bare)
        for at_once in levels:
            drawn, row, nothing = Rate(), Rate(), Rate()
            number = bench.scale.draws // (3 if at_once == 1 else 1)
            for _ in range(bench.scale.runs):
                nothing.run(bare, at_once, bare_posts("/nothing", number))
                row.run(bare, at_once, bare_posts("/row", number))
                answers = drawn.run(
                    ours, at_once, (one(sent) for sent in draws(town, next(untouched), number))
                )
                numbers = {answer.json()["number"] for answer in answers}
                found.count(f"{at_once} at once: different numbers", number, len(numbers))
            found.count(f"{at_once} at once: answers", {201}, drawn.statuses)
            found.rows += _draw_rows(at_once, drawn, row, nothing)
    found.notes.append(
        f"Every run draws {bench.scale.draws} tickets in one office (a third of them with 1 at"
        " once), all of which wait: the line is as long as that in the end. The draws carry an"
        " Idempotency-Key. A bare row: Starlette on the same uvicorn settings, plain sqlite3, one"
        " writer thread, durable, commits shared; the bare answer does nothing at all."
    )
    return found


def _draw_rows(at_once: int, drawn: Rate, row: Rate, nothing: Rate) -> list[Row]:
    ratio = drawn.middle / row.middle
    rows = [
        Row(
            f"Tickets a second, {at_once} at once",
            f"{per_second(drawn.middle)} ({spread(drawn.seconds)})",
            f"{per_second(row.middle)} one row committed; {per_second(nothing.middle)} nothing",
            f"{ratio:.2f}",
            "at least half of one row",
            ratio >= 0.5,
        )
    ]
    if at_once == 16:
        rows.append(against_peer("Tickets", drawn, PEER_DRAWS, 15))
        rows.append(cpu_row("each ticket", drawn, row))
    return rows


def cpu_row(what: str, ours: Rate, row: Rate) -> Row:
    """What the server's processor spends on each."""
    return Row(
        f"Processor time of the server, {what}",
        ms(ours.cpu),
        f"{ms(row.cpu)} one row committed",
        # The kernel counts in hundredths: a short run of the bare row may cost none.
        f"{ours.cpu / row.cpu:.1f}" if row.cpu else "not measurable",
    )


def against_peer(what: str, rate: Rate, peer: int, times: int) -> Row:
    """How many times the best peer."""
    ratio = rate.middle / peer
    return Row(
        f"{what} a second, 16 at once, beside the best peer",
        per_second(rate.middle),
        f"{per_second(peer)} (peer, measured earlier)",
        f"{ratio:.1f}",
        f"at least {times} times",
        ratio >= times,
    )


def measure_bookings(bench: Bench) -> Findings:
    """Ten places at a time, so that every booking finds one; in turn with the bare ones."""
    found = Findings("Bookings through HTTP (SQLite, durable), 16 at once")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    house = house_of(town, bench.folder / "ours")
    number = bench.scale.bookings
    coming = starts(places=10)
    whole, steps, row = Rate(), Rate(), Rate()
    with house.serving() as ours, serving_bare(bench.folder / "bare") as bare:
        warm_up(ours, bare)
        for _ in range(bench.scale.runs):
            row.run(bare, 16, bare_posts("/row", number))
            whole.run(ours, 16, (one(book(desk, start)) for start in islice(coming, number)))
            steps.run(
                ours, 16, (book_in_two_steps(desk, start) for start in islice(coming, number))
            )
    found.count("answers in one request", {201}, whole.statuses)
    found.count("answers in two steps", {201, 200}, steps.statuses)
    found.rows += [
        _booking_row("Bookings a second in one request", whole, row),
        against_peer("Bookings in one request", whole, PEER_BOOKINGS, 8),
        _booking_row("Bookings a second in two steps", steps, row),
        against_peer("Bookings in two steps", steps, PEER_BOOKINGS, 4),
        cpu_row("each booking in one request", whole, row),
        cpu_row("each booking in two steps", steps, row),
    ]
    found.notes.append(
        f"{number} bookings a run, each with name and e-mail address: the confirmation with its"
        " invitation is written to the outbox in the same commit. Two steps are two requests and"
        " two commits: the hold, then the contact."
    )
    return found


def _booking_row(what: str, ours: Rate, row: Rate) -> Row:
    return Row(
        what,
        f"{per_second(ours.middle)} (an answer {spread(ours.seconds)})",
        f"{per_second(row.middle)} one row committed",
        f"{ours.middle / row.middle:.2f}",
    )


def bare_posts(path: str, number: int) -> Iterator[Citizen]:
    """As many posts of the same body to a bare endpoint."""
    return (one(request("POST", path, TICKET_BODY)) for _ in range(number))


def warm_up(ours: Server, bare: Server) -> None:
    """First requests import and compile; they are nobody's figure."""
    with Crowd(ours.address, 16) as crowd:
        crowd.serve(one(request("GET", "/api/v1/offices/amt-1")) for _ in range(100))
    with Crowd(bare.address, 16) as crowd:
        crowd.serve(bare_posts("/row", 100))
