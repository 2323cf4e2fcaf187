"""Whether a booking comes from a person. Nobody is shown a puzzle, and nobody is locked out.

A browser proves it in the background (`guard/proof.py`). Without script, or on plain http, a
network has a few bookings free; beyond them the booking is good once the link in the e-mail was
followed.
"""

from starlette.requests import Request

from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.limits import buckets_of, network_of
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


def trust_in(request: Request, answer: str | None) -> Trust:
    """How far a citizen's booking is to be trusted, by its answer to a challenge."""
    network = _network_to_prove(request)
    if network is None:
        return Trust()
    proof = _proof_in(request, answer)
    if proof is not None:
        return Trust(proof)
    return Trust(ask_email=not _take_free_one(request, network))


def trust_in_program(request: Request, answer: str | None) -> Trust:
    """The same for a program, which is told: 422 proof_wrong, 403 proof_required."""
    network = _network_to_prove(request)
    if network is None:
        return Trust()
    proof = _proof_in(request, answer)
    if proof is None and answer is not None:
        raise DomainError("proof_wrong", 422)
    if proof is None and not _take_free_one(request, network):
        raise DomainError("proof_required", 403)
    return Trust(proof)


def _network_to_prove(request: Request) -> str | None:
    return network_of(request) if ground_of(request).settings.proof_of_work else None


def _proof_in(request: Request, answer: str | None) -> Proof | None:
    if answer is None:
        return None
    ground = ground_of(request)
    return read_proof(ground.secret_key, PURPOSE, answer, ground.clock.now())


def _take_free_one(request: Request, network: str) -> bool:
    free = buckets_of(ground_of(request), "unproved", size=UNPROVED, seconds=UNPROVED_SECONDS)
    if free.wait_seconds(network) > 0:
        return False
    free.spend(network)
    return True
