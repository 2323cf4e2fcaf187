"""How long a clerk waits for the answer to "next", with a full room and every counter at work."""

from collections.abc import Iterator

from tests.bench.asking import draws, press
from tests.bench.crowd import Answer, Citizen, Crowd, one
from tests.bench.figure import Findings, Row, ms, percentile, spread
from tests.bench.listeners import Audience
from tests.bench.rates import Rate, bare_posts
from tests.bench.scale import Bench
from tests.bench.servers import house_of, serving_bare
from tests.bench.town import COUNTERS, Town, build_town

GOAL_SECONDS = 0.020


def measure_next(bench: Bench) -> Findings:
    """Eight counters call and put back as fast as they are answered, their pages open."""
    scale = bench.scale
    found = Findings(f"Next pressed at {COUNTERS} counters, {scale.waiting} waiting")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    doors = [(f"/ws/counters/{slug}", town.counter_token(slug)) for slug in desk.counters]
    row = Rate()
    with (
        house_of(town, bench.folder / "ours").serving() as ours,
        serving_bare(bench.folder / "bare") as bare,
        Crowd(ours.address, COUNTERS) as crowd,
        Audience(ours.address, doors) as pages,
    ):
        crowd.serve(one(sent) for sent in draws(town, desk, scale.waiting))
        busy = ours.cpu()
        together = _together(crowd, town, desk.counters, scale.presses // COUNTERS, pages)
        busy = (ours.cpu() - busy) / len(together)
        alone = _alone(crowd, town, desk.counters[0], scale.presses // 4, pages)
        row.run(bare, COUNTERS, bare_posts("/row", scale.presses))
    found.count("answers to next", {200}, {answer.status for answer in together + alone})
    found.rows += [
        _row("all counters press at the same moment", together, row),
        _row("one counter presses", alone, row),
        Row("Processor time of the server, each press and the step after it", ms(busy)),
    ]
    found.notes.append(
        "Each press is followed by a put-back, so that the line stays as long; the eight counter"
        " pages are connected and told of every change. The baseline is the bare row at eight"
        " connections."
    )
    return found


def _together(
    crowd: Crowd, town: Town, counters: tuple[str, ...], rounds: int, pages: Audience
) -> list[Answer]:
    answers: list[Answer] = []
    for _ in range(rounds):
        called = crowd.serve(one(press(town, counter)) for counter in counters)
        answers += called
        crowd.serve(put_back(town, called))
        pages.drain(0.02)
    return answers


def _alone(crowd: Crowd, town: Town, counter: str, rounds: int, pages: Audience) -> list[Answer]:
    answers: list[Answer] = []
    for _ in range(rounds):
        called = [crowd.ask(press(town, counter))]
        answers += called
        crowd.serve(put_back(town, called))
        pages.drain(0.02)
    return answers


def put_back(town: Town, called: list[Answer]) -> Iterator[Citizen]:
    """Each of these tickets goes back into the line, at its old place."""
    for answer in called:
        ticket = answer.json()
        yield one(press(town, ticket["counter"], f"tickets/{ticket['id']}/put-back"))


def _row(what: str, answers: list[Answer], bare: Rate) -> Row:
    seconds = [answer.seconds for answer in answers]
    late = percentile(seconds, 95)
    return Row(
        f"Answer to next, {what}",
        spread(seconds),
        f"{spread(bare.seconds)} one row committed",
        f"{late / percentile(bare.seconds, 95):.1f}",
        f"p95 under {ms(GOAL_SECONDS)}",
        late < GOAL_SECONDS,
    )
