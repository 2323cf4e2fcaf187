"""Somebody of the office before its pages, without script; and a visitor who only reads."""

import re
from html import unescape

from starlette.testclient import TestClient

from aufruf.core.errors import DomainError
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from tests.booking.browser import PAGE
from tests.queue.room import Room

OFFICE = "/office/amtal-buergerbuero"
HASH = hash_password("Wernborn an der Usa")


class Reader:
    """A browser that remembers what its last page said."""

    def __init__(self, client: TestClient, room: Room, login: str | None = None) -> None:
        self.client = client
        self.headers = dict(PAGE)
        self.text = ""
        if login is not None:
            self.headers["authorization"] = f"Bearer {_sign_in(room, login)}"

    def see(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, path
        return self._keep(answer.text)

    def send(self, path: str, fields: object, status: int = 200) -> str:
        answer = self.client.post(path, data=fields, headers=self.headers)  # pyright: ignore[reportArgumentType]
        assert answer.status_code == status, answer.text
        return self._keep(answer.text)

    @property
    def words(self) -> str:
        """What can be read on the last page."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def form(self) -> dict[str, list[str]]:
        """The fields of the page's form of settings, as a browser would send them untouched."""
        html = self.text.partition('class="calling-form"')[2].partition("</form>")[0]
        fields: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", html):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name and value and ('type="checkbox"' not in tag or " checked" in tag):
                fields.setdefault(name[1], []).append(value[1])
        for name, options in re.findall(r'<select[^>]* name="([^"]*)"(.*?)</select>', html, re.S):
            fields[name] = re.findall(r'<option value="([^"]*)" selected', options)
        return fields

    def _keep(self, text: str) -> str:
        self.text = text
        return unescape(text)


def _sign_in(room: Room, login: str) -> str:
    """The secret of one more session; a password set anew would end those there are."""
    try:
        return room.runner.run_now((), sign_in, login=login, proven=HASH).secret
    except DomainError:
        room.runner.run_now((), set_password, login=login, password_hash=HASH)
        return room.runner.run_now((), sign_in, login=login, proven=HASH).secret
