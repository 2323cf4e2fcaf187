"""What a mass change's page bears: too many, too long, made by hand; nothing typed is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from aufruf.booking.mass.rules import Period
from aufruf.booking.mass.view import MOST
from aufruf.core.database import HIGHEST_ID
from aufruf.core.tx import Tx
from tests.booking.desk import THURSDAY, at
from tests.booking.mass import REASON, Ill
from tests.booking.test_mass_change import CHANGE, form_of

SHOWN = f"{CHANGE}?when=day&day=2026-11-26&kind=cancel"
# As many more as an appointment's time may have; only their times matter here.
MANY = text(
    "INSERT INTO appointment (office_id, reference, status, start_at, end_at, language,"
    " created_at, source, channel, sequence, extensions)"
    " SELECT office_id, 'MANY' || :nth, status, start_at, end_at, language,"
    " created_at, source, channel, 0, 0 FROM appointment WHERE reference = :reference"
)


def test_more_than_can_be_changed_at_once_are_refused(bernd: TestClient, sick: Ill) -> None:
    reference = sick.book(at("09:30"))
    form = {**form_of(bernd.get(SHOWN).text), "reason": REASON, "close": "true"}

    def crowd(tx: Tx) -> None:
        rows = [{"nth": nth, "reference": reference} for nth in range(MOST)]
        tx.conn.execute(MANY, rows)

    sick.desk.runner.run_now(sick.desk.office.id, crowd)
    for answer in (bernd.get(SHOWN), bernd.post(CHANGE, data=form)):
        assert "mehr als 1.000 Termine" in answer.text
        assert "Jetzt absagen" not in answer.text
    assert sick.desk.find(reference).status == "confirmed"
    assert sick.desk.book(at("10:00")).status == "confirmed"  # nothing was closed


def test_hundreds_left_out_are_read(bernd: TestClient, sick: Ill) -> None:
    kept = sick.book(at("09:30"))
    sick.book(at("10:00"))
    form: dict[str, object] = dict(form_of(bernd.get(SHOWN).text))
    mine = sick.desk.find(kept).id
    form |= {"reason": REASON, "leave": [mine, HIGHEST_ID + 1, *range(5_000, 5_950)]}
    assert bernd.post(CHANGE, data=form).status_code == 303
    assert sick.desk.find(kept).status == "confirmed"


@pytest.mark.parametrize("reason", ["x" * 201, "krank\x07"])
def test_reason_that_cannot_be_used_loses_nothing(
    bernd: TestClient, sick: Ill, reason: str
) -> None:
    kept = sick.desk.find(sick.book(at("09:30"))).id
    form = {**form_of(bernd.get(SHOWN).text), "leave": str(kept), "reason_en": "illness"}
    answer = bernd.post(CHANGE, data={**form, "reason": reason})
    assert answer.status_code == 422
    assert "Bitte prüfen Sie den Grund" in answer.text
    assert f'value="{reason}"' in answer.text
    assert 'value="illness"' in answer.text
    assert f'name="leave" value="{kept}" checked' in answer.text


def test_order_made_by_hand_keeps_to_the_longest_time(bernd: TestClient, sick: Ill) -> None:
    sick.book(at("09:30"))
    form = {**form_of(bernd.get(SHOWN).text), "reason": REASON, "close": "true"}
    for until in (at("09:00") + timedelta(days=93), at("09:00") - timedelta(days=2)):
        assert bernd.post(CHANGE, data={**form, "to": until.isoformat()}).status_code == 422
    into_the_night = {**form, "to": "2026-11-27T00:00:01+01:00"}
    assert bernd.post(CHANGE, data=into_the_night).status_code == 303


def test_minute_that_has_begun_lies_in_the_period() -> None:
    period = Period(at("09:00"), at("00:00", THURSDAY + timedelta(days=1)) + timedelta(seconds=1))
    assert [period.minutes_on(day) for day in period.days] == [(540, 1440), (0, 1)]


def test_numbers_no_row_has_are_unknown(bernd: TestClient) -> None:
    assert bernd.get(f"{CHANGE}/{HIGHEST_ID + 1}").status_code == 404
    assert bernd.get(f"{CHANGE}/99999999999999999999999").status_code == 404


def test_clerk_who_closes_is_named_in_the_history(bernd: TestClient, sick: Ill) -> None:
    sick.book(at("09:30"))
    form = {**form_of(bernd.get(SHOWN).text), "reason": REASON, "close": "true"}
    assert bernd.post(CHANGE, data=form).status_code == 303
    query = text("SELECT staff_id FROM hours_change ORDER BY id DESC LIMIT 1")
    who = sick.desk.database.read_now(lambda conn: conn.execute(query).scalar())
    assert who == sick.staff()
