"""Whether a booking comes from a person. Nobody is shown a puzzle, and nobody is locked out.

A browser proves it in the background (`guard/proof.py`). Without script, or on plain http, a
network has a few bookings free; beyond them the booking is good once the link in the e-mail was
followed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.limits import Buckets, buckets_of, network_of
from .proof import Challenge, Proof, Trust, make_challenge, read_proof, work_for

PURPOSE = "book"
# A network's challenges are counted for so long each: the more of them, the more work.
CHALLENGE_SECONDS = 30.0
# Bookings without a proof that a network has free at once, and how long until the next one.
UNPROVED, UNPROVED_SECONDS = 4, 900.0


def challenge_for(request: Request) -> Challenge | None:
    """A new challenge; None where nobody has to prove anything (demo, exempt, switched off)."""
    network = _network_to_prove(request)
    if network is None:
        return None
    ground = ground_of(request)
    asked = buckets_of(ground, "challenge", size=1, seconds=CHALLENGE_SECONDS)
    work = work_for(asked.spent(network))
    asked.spend(network)
    return make_challenge(ground.secret_key, PURPOSE, ground.clock.now(), work)


@contextmanager
def trust_in(request: Request, answer: str | None) -> Iterator[Trust]:
    """How far a citizen's booking is to be trusted, by its answer to a challenge.

    A free one is used up by what succeeds within, not by what is refused.
    """
    network = _network_to_prove(request)
    proof = _proof_in(request, answer) if network else None
    if network is None or proof is not None:
        yield Trust(proof)
    elif not _take_free_one(request, network):
        yield Trust(ask_email=True)
    else:
        with _counts_if_booked(request, network):
            yield Trust()


@contextmanager
def trust_in_program(request: Request, answer: str | None) -> Iterator[Trust]:
    """The same for a program, which is told: 422 proof_wrong, 403 proof_required."""
    with trust_in(request, answer) as trust:
        wrong = answer is not None and trust.proof is None
        if wrong and _network_to_prove(request) is not None:
            raise DomainError("proof_wrong", 422)
        if trust.ask_email:
            raise DomainError("proof_required", 403)
        yield trust


@contextmanager
def trust_to_write(request: Request, answer: str | None) -> Iterator[Trust]:
    """The same for what has us write to an address: 429 saying when, once the free ones are used.

    There the link in the e-mail, which a booking falls back on, is what must be bounded.
    """
    with trust_in(request, answer) as trust:
        if trust.ask_email:
            wait = _free_ones(request).wait_seconds(network_of(request) or "")
            raise DomainError("too_many_requests", 429, {"retry_after_seconds": int(wait) + 1})
        yield trust


def _network_to_prove(request: Request) -> str | None:
    return network_of(request) if ground_of(request).settings.proof_of_work else None


def _proof_in(request: Request, answer: str | None) -> Proof | None:
    if answer is None:
        return None
    ground = ground_of(request)
    return read_proof(ground.secret_key, PURPOSE, answer, ground.clock.now())


@contextmanager
def _counts_if_booked(request: Request, network: str) -> Iterator[None]:
    try:
        yield
    except DomainError:
        _free_ones(request).give_back(network)
        raise


def _free_ones(request: Request) -> Buckets:
    return buckets_of(ground_of(request), "unproved", size=UNPROVED, seconds=UNPROVED_SECONDS)


def _take_free_one(request: Request, network: str) -> bool:
    free = _free_ones(request)
    if free.wait_seconds(network) > 0:
        return False
    free.spend(network)
    return True
