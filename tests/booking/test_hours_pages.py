"""The page of an office's hours over HTTP: forms without script, bounds, two administrators."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.runner import Runner
from aufruf.office.directory import read_directory
from aufruf.office.files.sources import SourceFile
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from tests.booking.browser import PAGE, visiting
from tests.booking.desk import Desk, at
from tests.factories import load_texts
from tests.office.test_hours_files import AMTAL, RICH, with_rules

HOURS = "/office/amtal-buergerbuero/hours"
HASH = hash_password("Wernborn an der Usa")
RULE = {
    "what": "rule",
    "since": "2026-12-02",
    "days": ["wed"],
    "from": "18:00",
    "to": "19:30",
    "mode": "appointment",
    "public-main": "1",
    "total-main": "2",
    "every_weeks": "1",
    "who": "all",
}
CLOSURE = {"what": "closure", "whose": "office", "when": "once", "reason": "Personalversammlung",
           "first": "2026-12-03"}  # fmt: skip


class Administrator:
    """Somebody who administers Amtal, and what the last page said to them."""

    def __init__(self, client: TestClient, runner: Runner, login: str = "leitung") -> None:
        secret = runner.run_now((), sign_in, login=login, proven=HASH).secret
        self.client = client
        self.headers = {**PAGE, "authorization": f"Bearer {secret}"}
        self.text = ""

    def see(self, query: str = "", status: int = 200) -> str:
        answer = self.client.get(f"{HOURS}{query}", headers=self.headers)
        assert answer.status_code == status
        self.text = unescape(answer.text)
        return self.text

    def send(self, fields: dict[str, object], status: int = 200) -> str:
        answer = self.client.post(HOURS, data=fields, headers=self.headers)
        assert answer.status_code == status, answer.text
        self.text = unescape(answer.text)
        return self.text

    def hidden(self, name: str) -> str:
        """What the form says unseen."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, name
        return found[1]

    def look(self, **fields: object) -> dict[str, object]:
        """Ask for the preview; returns what its save button sends."""
        self.send({**fields, "do": "preview"})
        seen = {name: self.hidden(name) for name in ("version", "seen", "opened")}
        return {**fields, **seen, "do": "save"}

    def save(self, **fields: object) -> None:
        self.send(self.look(**fields), 303)


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    for login in ("leitung", "bernd"):
        desk.runner.run_now((), set_password, login=login, password_hash=HASH)
    with visiting(desk.database, clock, tmp_path) as opened:
        yield opened


@pytest.fixture
def lena(desk: Desk, client: TestClient) -> Administrator:
    return Administrator(client, desk.runner)


def said(desk: Desk) -> list[tuple[int, int, str]]:
    rules = desk.database.read_now(read_directory).office(desk.office.id).rules
    return [(rule.from_minute, rule.to_minute, rule.mode) for rule in rules]


def number_of(desk: Desk) -> int:
    (rule,) = desk.database.read_now(read_directory).office(desk.office.id).rules
    return rule.id


def test_hours_are_added_changed_ended_and_taken_back_without_a_script(
    desk: Desk, lena: Administrator
) -> None:
    usual = (480, 1080, "mixed")
    lena.save(**RULE)
    assert said(desk) == [usual, (1080, 1170, "appointment")]
    assert "Die Änderung ist gespeichert" in lena.see("?saved=1&week=2026-W49")
    new = max(map(int, re.findall(r"rule=(\d+)", lena.text)))
    form = lena.see(f"?rule={new}&day=2026-12-02")
    assert 'value="19:30"' in form
    assert "18:00–19:30" in form
    lena.save(**{**RULE, "rule": str(new), "to": "20:00"})
    assert said(desk)[1] == (1080, 1200, "appointment")
    newest = max(map(int, re.findall(r"rule=(\d+)", lena.see("?week=2026-W49"))))
    lena.save(what="end", rule=str(newest), last="2026-12-16")
    assert "bis Mi., 16.12.2026" in lena.see()
    lena.see("/history")
    assert lena.text.count("Lena Leitung") == 4  # the head names who is signed in
    back = max(map(int, re.findall(r"back=(\d+)", lena.text)))
    assert "Änderung zurücknehmen" in lena.see(f"?back={back}")
    lena.save(what="back", back=str(back))
    assert "bis Mi., 16.12.2026" not in lena.see()
    assert "nimmt eine Änderung zurück" in lena.see("/history")
    assert "gibt es so nicht mehr" in lena.see(f"?back={back}")


def test_what_is_left_outside_is_shown_with_the_way_to_move_it(
    desk: Desk, lena: Administrator
) -> None:
    late = desk.book(at("17:30"))
    number = str(number_of(desk))
    fields = {**RULE, "rule": number, "since": "2026-11-26", "from": "08:00", "to": "17:00",
              "days": ["mon", "tue", "wed", "thu", "fri"]}  # fmt: skip
    sent = lena.look(**fields)
    assert "Ein gebuchter Termin liegt dann außerhalb." in lena.text
    for words in ("Amira Kaya", f"{late.reference[:4]}-{late.reference[4:]}", "17:30 Uhr"):
        assert words in lena.text
    assert "/office/amtal-buergerbuero/change?from=2026-11-26&to=2026-11-26" in lena.text
    desk.book(at("17:00"))
    lena.send(sent, 409)
    assert "2 gebuchte Termine liegen dann außerhalb." in lena.text
    assert len(said(desk)) == 1
    lena.send({**sent, "seen": lena.hidden("seen")}, 303)
    assert desk.find(late.reference).status == "confirmed"
    assert "2 gebuchte Termine liegen außerhalb der Öffnungszeiten." in lena.see()


def test_second_administrator_sees_what_changed_meanwhile(
    desk: Desk, client: TestClient, lena: Administrator
) -> None:
    other = Administrator(client, desk.runner)
    sent = lena.look(**RULE)
    other.save(**CLOSURE)
    lena.send(sent, 409)
    assert "Inzwischen hat sich etwas geändert" in lena.text
    assert "Geschlossen: Personalversammlung, Do., 03.12.2026" in lena.text
    assert len(said(desk)) == 1
    lena.send({**sent, "version": lena.hidden("version"), "seen": lena.hidden("seen")}, 303)
    assert len(said(desk)) == 2
    number = str(number_of_first(desk))
    gone = lena.look(what="end", rule=number, last="2026-12-01")
    other.save(what="end", rule=number, last="2026-12-08")
    lena.send(gone, 422)
    assert "Inzwischen hat sich etwas geändert" in lena.text
    assert "Das gibt es so nicht mehr" in lena.text
    assert 'value="save"' not in lena.text


def number_of_first(desk: Desk) -> int:
    return desk.database.read_now(read_directory).office(desk.office.id).rules[0].id


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_closures_of_every_kind_are_ticked_set_and_lifted(desk: Desk, lena: Administrator) -> None:
    lena.save(what="usual", usual=["heiligabend", "fastnachtsdienstag"])
    lena.save(**CLOSURE, part="1", **{"from": "13:00", "to": "00:00"}, reason_en="Staff meeting")
    lena.save(what="closure", when="each_year", each_day="27", each_month="12", count="5",
              reason="Zwischen den Jahren", whose="town")  # fmt: skip
    lena.save(what="closure", when="easter", easter="1", reason="Betriebsausflug")
    lena.save(what="closure", when="bridge", reason="Brückentag")
    assert "1 Tag nach Ostersonntag" in lena.see()
    assert "an jedem Brückentag" in lena.text
    lena.see("?new=usual")
    assert lena.text.count(" checked") == 3
    closed = desk.database.read_now(read_directory).office("amtal-standesamt").closures
    assert [(one.month, one.month_day, one.days) for one in closed] == [(12, 27, 5)]
    week = lena.see("?week=2026-W52")
    assert ("Heiligabend" in week, "Erster Weihnachtstag" in week) == (True, True)
    lena.save(what="usual", usual=["fastnachtsdienstag", "brueckentage"])
    assert "Heiligabend" not in lena.see("?week=2026-W52")
    assert "13:00–24:00 geschlossen" in lena.see("?week=2026-W49")
    number = re.findall(r"closure=(\d+)", lena.text)[0]
    lena.see(f"?closure={number}")
    lena.save(what="remove", closure=number)
    numbers = len(set(re.findall(r"closure=(\d+)", lena.see())))
    assert numbers == 4


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_single_day_is_opened_otherwise_and_given_back(desk: Desk, lena: Administrator) -> None:
    assert "Stattdessen an diesem Tag schließen" in lena.see("?new=special&day=2026-12-05")
    lena.save(**{**RULE, "days": [], "special": "1", "since": "2026-12-25", "from": "10:00"})
    assert "10:00–19:30" in lena.see("?week=2026-W52")
    assert "Erster Weihnachtstag" not in lena.text
    number = max(map(int, re.findall(r"rule=(\d+)", lena.text)))
    assert 'name="special" value="1"' in lena.see(f"?rule={number}")
    assert "Neue Öffnungszeit" in lena.see("?new=rule")
    assert 'name="rule"' not in lena.see(f"?copy={number}")
    lena.save(what="end", rule=str(number), last="2026-11-24")
    assert "Erster Weihnachtstag" in lena.see("?week=2026-W52")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_office_without_hours_begins_with_a_week(
    desk: Desk, lena: Administrator, clock: FixedClock
) -> None:
    head, _, rest = AMTAL.read_text(encoding="utf-8").partition("[[offices.opening]]")
    empty = f"{head}[[offices.counters]]{rest.partition('[[offices.counters]]')[2]}"
    load_texts(desk.database, clock, SourceFile("amtal.toml", empty))
    assert "Womit möchten Sie beginnen?" in lena.see()
    lena.save(what="start", start="mixed")
    assert said(desk) == [(480, 720, "mixed"), (840, 1080, "mixed")]
    lena.send({"what": "start", "start": "mixed"}, 422)
    assert "Das überschneidet sich mit:" in lena.text


# (what is sent, what the page says is wrong)
WRONG: list[tuple[dict[str, object], str]] = [
    ({**RULE, "from": ""}, "Bitte ausfüllen."),
    ({**RULE, "from": "7h"}, "Bitte eine Uhrzeit wie 07:30."),
    ({**RULE, "from": "18:03"}, "Bitte in Schritten von 5 Minuten."),
    ({**RULE, "to": "17:55"}, "Das Ende muss nach dem Anfang liegen."),
    ({**RULE, "days": []}, "Bitte wählen Sie mindestens eines aus."),
    ({**RULE, "mode": "sometimes"}, "Das geht hier nicht."),
    ({**RULE, "since": "2026-11-24"}, "Das liegt in der Vergangenheit. Bitte heute oder später."),
    ({**RULE, "since": "9999-12-31"}, "Bitte ein Datum."),
    ({**RULE, "until": "2026-12-01"}, "Das Ende liegt vor dem Anfang."),
    ({**RULE, "public-main": "", "total-main": ""},
     "Bitte sagen, wie viele Termine zugleich gehen."),
    ({**RULE, "public-main": "3"}, "Für alle kann es nicht mehr Plätze geben als insgesamt."),
    ({**RULE, "public-main": "100", "total-main": "100"}, "Das geht hier nicht."),
    ({**RULE, "public-main": "x"}, "Bitte eine Zahl."),
    ({**RULE, "held-main": "2"}, "Zurückhalten kann man höchstens die Plätze für alle."),
    ({**RULE, "held-main": "1"}, "Zurückgehaltene Plätze brauchen eine Zeit, zu der sie frei"),
    ({**RULE, "break_from_0": "18:30"}, "Pausen müssen innerhalb der Zeiten liegen"),
    ({**RULE, "break_from_0": "18:30", "break_to_0": "20:00"}, "Pausen müssen innerhalb"),
    ({**RULE, "every_weeks": "53"}, "Das geht hier nicht."),
    ({**RULE, "nth": ["6"]}, "Das geht hier nicht."),
    ({**RULE, "slot_minutes": "7"}, "Das geht hier nicht."),
    ({**RULE, "horizon_days": "731"}, "Das geht hier nicht."),
    ({**RULE, "who": "some"}, "Bitte wählen Sie mindestens eines aus."),
    ({**RULE, "who": "some", "services": ["angeln"]}, "Das geht hier nicht."),
    ({**RULE, "from": "17:00"}, "Das überschneidet sich mit:"),
    ({**RULE, "rule": "99"}, "Das gibt es so nicht mehr"),
    ({"what": "end", "rule": "1", "last": "2026-11-23"}, "Das liegt in der Vergangenheit."),
    ({"what": "end", "rule": "1", "last": ""}, "Bitte ein Datum."),
    ({"what": "usual"}, "Noch ist nichts geändert."),
    ({"what": "start"}, "Bitte ausfüllen."),
    ({"what": "dance"}, ""),
    ({**CLOSURE, "reason": ""}, "Bitte ausfüllen."),
    ({**CLOSURE, "first": "2026-11-24"}, "Das liegt in der Vergangenheit."),
    ({**CLOSURE, "last": "2026-12-01"}, "Das Ende liegt vor dem Anfang."),
    ({**CLOSURE, "when": "each_year", "each_day": "31", "each_month": "4"}, "Bitte ein Datum."),
    ({**CLOSURE, "when": "easter", "easter": "300"}, "Das geht hier nicht."),
    ({**CLOSURE, "when": "easter"}, "Bitte ausfüllen."),
    ({**CLOSURE, "part": "1", "from": "12:00", "to": "10:00"}, "Das Ende muss nach dem Anfang"),
    ({**CLOSURE, "closure": "99"}, "Das gibt es so nicht mehr"),
    ({"what": "remove", "closure": "x"}, "Das gibt es so nicht mehr"),
]  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_mistake_is_said_kindly_and_saves_nothing(desk: Desk, lena: Administrator) -> None:
    for fields, sentence in WRONG:
        page = lena.send({**fields, "do": "save", "seen": "x", "version": "1"}, 422)
        assert sentence in page, fields
    assert len(said(desk)) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_everything_a_file_can_say_survives_its_form(
    desk: Desk, lena: Administrator, clock: FixedClock
) -> None:
    load_texts(desk.database, clock, SourceFile("amtal.toml", with_rules(RICH)))
    for number in sorted(set(re.findall(r"rule=(\d+)", lena.see()))):
        page = lena.see(f"?rule={number}&week=2026-W48")
        form = page.partition("data-hours>")[2].partition("</form>")[0]
        lena.send({**sent_by(form), "do": "preview"}, 422)
        assert "Noch ist nichts geändert." in lena.text
    for number in sorted(set(re.findall(r"closure=(\d+)", lena.see()))):
        page = lena.see(f"?closure={number}")
        form = page.partition("data-hours>")[2].partition("</form>")[0]
        lena.send({**sent_by(form), "do": "preview"}, 422)
        assert "Noch ist nichts geändert." in lena.text


def sent_by(form: str) -> dict[str, object]:
    """What a browser would send of this form untouched."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        chosen = " checked" in tag or not re.search('type="(radio|checkbox)"', tag)
        if name and value and chosen:
            fields.setdefault(name[1], []).append(value[1])
    return dict(fields)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_far_days_and_weeks_that_are_none_show_a_week(desk: Desk, lena: Administrator) -> None:
    far = ("?day=0001-01-01", "?day=9999-12-31&new=special", "?week=2026-W54", "?week=2099-W53")
    for query in far:
        assert "data-week" in lena.see(query)
    assert "gibt es so nicht mehr" in lena.see("?rule=99&closure=98")
    lena.see("?week=1999-W01", 422)
    lena.see("/history?before=x", 422)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_clerks_see_the_week_and_change_nothing(
    desk: Desk, client: TestClient, lena: Administrator
) -> None:
    lena.save(**CLOSURE)
    bernd = Administrator(client, desk.runner, "bernd")
    number = number_of(desk)
    for query in ("", "?week=2026-W49", f"?rule={number}", "?new=rule&back=1&saved=1"):
        content = bernd.see(query).partition("<main")[2]
        assert "8:00–18:00" in content
        assert ("<form" in content, "#panel" in content) == (False, False)
    assert "Personalversammlung" in content
    assert f'href="{HOURS}" aria-current="page"' in bernd.text
    bernd.send({**RULE}, 403)
    bernd.see("/history", status=403)
    assert client.get(HOURS, headers=PAGE).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_rule_that_may_not_be_said_is_shown_mended_and_ended(
    desk: Desk, lena: Administrator
) -> None:
    """As somebody wrote it into the tables: appointments without places, and an odd time."""
    break_rule(desk)
    number = number_of(desk)
    assert "8:02–18:00, mit und ohne Termin" in lena.see()
    assert 'value="08:02"' in lena.see(f"?rule={number}")
    week = ["mon", "tue", "wed", "thu", "fri"]
    lena.save(**{**RULE, "rule": str(number), "days": week, "from": "08:00", "to": "18:00"})
    assert said(desk) == [(482, 1080, "mixed"), (480, 1080, "appointment")]
    back = max(map(int, re.findall(r"back=(\d+)", lena.see("/history"))))
    lena.save(what="back", back=str(back))
    assert said(desk) == [(482, 1080, "mixed")]
    lena.save(what="end", rule=str(number_of(desk)), last="2026-12-01")
    assert "bis Di., 01.12.2026" in lena.see()


def break_rule(desk: Desk) -> None:
    with desk.database.write_engine.begin() as conn:
        conn.execute(text("DELETE FROM opening_rule_pool"))
        conn.execute(text("UPDATE opening_rule SET from_minute = 482"))
