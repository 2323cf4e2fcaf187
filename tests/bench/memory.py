"""How much memory a server takes, with and without a thousand sockets."""

from tests.bench.asking import draws
from tests.bench.crowd import Crowd, one
from tests.bench.figure import Findings, Row
from tests.bench.listeners import Audience
from tests.bench.rates import bare_posts
from tests.bench.scale import Bench
from tests.bench.servers import house_of, serving_bare
from tests.bench.town import build_town

GOAL_BYTES = 200_000_000


def measure_memory(bench: Bench) -> Findings:
    """Phones, as they are what there may be a thousand of; each with a ticket of its own."""
    phones = bench.scale.phones
    found = Findings("Memory of the server")
    town = build_town(bench.folder / "town")
    (desk,) = town.desks
    with house_of(town, bench.folder / "ours").serving() as ours:
        at_rest = ours.memory()
        with Crowd(ours.address, 16) as crowd:
            drawn = crowd.serve(one(sent) for sent in draws(town, desk, phones))
        worked = ours.memory()
        doors = [(f"/ws/tickets/{answer.json()['token']}", None) for answer in drawn]
        with Audience(ours.address, doors) as audience:
            audience.drain(bench.scale.phone_seconds)
            found.count("phones connected", phones, len(audience.listeners))
            full = ours.memory()
            (slug,) = desk.displays
            alike = [(f"/ws/displays/{slug}", town.tokens[slug])] * phones
            with Audience(ours.address, alike) as screens:  # beside the phones: nothing is free yet
                screens.gather(b'"type":"snapshot"')
                fuller = ours.memory()
    bare_rest, bare_full = _bare(bench, phones)
    found.rows += [
        Row("Just started", _mb(at_rest), f"{_mb(bare_rest)} bare Starlette"),
        Row(f"After {phones:,} tickets drawn, no socket", _mb(worked)),
        Row(
            f"With {phones:,} phones connected",
            _mb(full),
            f"{_mb(bare_full)} bare Starlette",
            f"{full / bare_full:.2f}",
            f"under {_mb(GOAL_BYTES)}",
            full < GOAL_BYTES,
        ),
        Row(
            "One phone's socket",
            f"{(full - worked) / phones / 1000:.0f} kB",
            f"{(bare_full - bare_rest) / phones / 1000:.0f} kB bare Starlette",
        ),
        Row(f"One screen's socket, of {phones:,}", f"{(fuller - full) / phones / 1000:.0f} kB"),
    ]
    found.notes.append(
        "Resident memory as Linux tells it. The bare server imports the same libraries only as far"
        " as it needs them, and its sockets do nothing."
    )
    return found


def _bare(bench: Bench, sockets: int) -> tuple[int, int]:
    with serving_bare(bench.folder / "bare") as bare:
        with Crowd(bare.address, 16) as crowd:
            crowd.serve(bare_posts("/row", 100))
        rest = bare.memory()
        with Audience(bare.address, [("/socket", None)] * sockets):
            return rest, bare.memory()


def _mb(size: float) -> str:
    return f"{size / 1e6:.0f} MB"
