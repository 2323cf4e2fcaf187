"""Proof of work: a challenge that a browser answers with a short computation, in its background.

The format is that of ALTCHA's first version, so that programs find solvers for it in many
languages: find the number whose SHA-256 behind the salt is the challenge. No I/O, no clock; who
has to prove and what else will do stands in `guard/bots.py`.
"""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from pydantic import Field, StringConstraints, ValidationError

from ...core.inputs import Input
from ...core.secrets import derive

ALGORITHM = "SHA-256"
# As long as a hold can last: ten minutes, extended ten times, and a little more.
GOOD_FOR = timedelta(hours=2)
# Half of it on average: a third of a second on a phone, which hashes about 30,000 times a second.
LEAST_WORK = 20_000
# Each so many challenges that a network asks for in a while double the work, at most so often.
DOUBLED_EACH, DOUBLED_AT_MOST = 10, 6

_Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser gets: the number to find lies below `maxnumber`."""

    algorithm: str
    challenge: str
    salt: str
    maxnumber: int
    signature: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A right answer. It counts once: `digest` is kept until `until`."""

    digest: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Trust:
    """What a citizen's booking rests on: nothing to do, a proof to spend, or the e-mail's link."""

    proof: Proof | None = None
    ask_email: bool = False


FULL_TRUST = Trust()


class _Answer(Input):
    algorithm: Annotated[str, StringConstraints(pattern=f"^{ALGORITHM}$")]
    challenge: _Hex
    number: Annotated[int, Field(ge=0, lt=10**9)]
    salt: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\x21-\x7e]+&$")]
    signature: _Hex
    took: float | None = None


def work_for(asked_lately: int) -> int:
    """How many numbers a challenge goes through, for a network that asked for so many lately."""
    return LEAST_WORK << min(asked_lately // DOUBLED_EACH, DOUBLED_AT_MOST)


def make_challenge(secret_key: str, purpose: str, now: datetime, work: int) -> Challenge:
    """A new challenge for this purpose, good for two hours."""
    parameters = {"expires": int((now + GOOD_FOR).timestamp()), "purpose": purpose}
    # The closing "&" keeps digits from wandering between the salt and the number behind it.
    salt = f"{secrets.token_hex(12)}?{urlencode(parameters)}&"
    challenge = _hash(salt, secrets.randbelow(work))
    return Challenge(ALGORITHM, challenge, salt, work, _sign(secret_key, challenge))


def read_proof(secret_key: str, purpose: str, text: str, now: datetime) -> Proof | None:
    """The proof in an answer (base64 of its JSON); None when it is wrong, over, or for another."""
    try:
        answer = _Answer.model_validate_json(base64.b64decode(text, validate=True))
    except (ValidationError, ValueError):
        return None
    signed = hmac.compare_digest(_sign(secret_key, answer.challenge), answer.signature)
    if not signed or _hash(answer.salt, answer.number) != answer.challenge:
        return None
    parameters = parse_qs(answer.salt.partition("?")[2])
    until = datetime.fromtimestamp(int(parameters["expires"][0]), UTC)
    if parameters["purpose"] != [purpose] or until <= now:
        return None
    return Proof(answer.challenge, until)


def solve(challenge: Challenge) -> str:
    """The answer, as a program finds it; for tests and as an example."""
    number = next(n for n in range(challenge.maxnumber) if _fits(challenge, n))
    answer = {
        "algorithm": challenge.algorithm,
        "challenge": challenge.challenge,
        "number": number,
        "salt": challenge.salt,
        "signature": challenge.signature,
    }
    return base64.b64encode(json.dumps(answer).encode()).decode()


def _fits(challenge: Challenge, number: int) -> bool:
    return _hash(challenge.salt, number) == challenge.challenge


def _hash(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode()).hexdigest()


def _sign(secret_key: str, challenge: str) -> str:
    key = derive(secret_key, "proof of work", "")
    return hmac.digest(key.encode(), challenge.encode(), "sha256").hex()
