"""The whole application over the small house, and the devices and people that talk to it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from aufruf.app.main import create_app
from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.devices.commands import add_device
from tests.queue.room import Room
from tests.serving import serving

API = "/api/v1"
OFFICE = f"{API}/offices/amtal-buergerbuero"
CARD: dict[str, Any] = {"services": [{"slug": "personalausweis"}]}


@dataclass(frozen=True)
class Tokens:
    """Of the kiosk, and of the counters as programs drive them."""

    kiosk: str
    one: str
    two: str
    twelve: str


def hand_out_tokens(room: Room) -> Tokens:
    """A new device for each."""
    slugs = ("amtal-1", "amtal-2", "amtal-12")
    one, two, twelve = (add_counter(room, slug) for slug in slugs)
    return Tokens(_add(room, "kiosk", "Kiosk"), one, two, twelve)


def add_counter(room: Room, slug: str) -> str:
    """The token of a program that drives this counter."""
    return _add(room, "counter", f"Programm {slug}", slug)


def _add(room: Room, kind: str, name: str, counter: str | None = None) -> str:
    area = room.house.directory.area(room.house.area_id).slug
    issued = room.runner.run_now((), add_device, kind=kind, area=area, name=name, counter=counter)
    return issued.token


def application(database: Database, clock: Clock, folder: Path) -> Starlette:
    settings = Settings(
        database_url=database.url.render_as_string(hide_password=False),
        data_dir=folder,
        public_url="http://localhost:8000",
        strict_texts=True,
    )
    return create_app(settings, clock)


class Caller:
    """A program with a token, talking JSON."""

    def __init__(self, client: httpx2.AsyncClient, token: str | None) -> None:
        self.client = client
        self.token = token
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> httpx2.Response:
        return await self.client.get(path, headers=self.headers)

    async def delete(self, path: str) -> httpx2.Response:
        return await self.client.delete(path, headers=self.headers)

    async def post(self, path: str, body: object = None, key: str | None = None) -> httpx2.Response:
        more = {} if key is None else {"Idempotency-Key": key}
        return await self.client.post(
            path, json={} if body is None else body, headers=self.headers | more
        )


@dataclass(frozen=True)
class Hall:
    """The room behind a real server at `place`."""

    room: Room
    place: str
    app: Starlette
    client: httpx2.AsyncClient
    kiosk: Caller
    one: Caller
    two: Caller
    twelve: Caller
    citizen: Caller


@asynccontextmanager
async def open_hall(room: Room, folder: Path) -> AsyncGenerator[Hall]:
    """Serve the room on a free port."""
    tokens = hand_out_tokens(room)
    app = application(room.database, room.clock, folder)
    async with serving(app) as place, connect(place) as client:
        yield Hall(
            room,
            place,
            app,
            client,
            kiosk=Caller(client, tokens.kiosk),
            one=Caller(client, tokens.one),
            two=Caller(client, tokens.two),
            twelve=Caller(client, tokens.twelve),
            citizen=Caller(client, None),
        )


@asynccontextmanager
async def connect(place: str) -> AsyncGenerator[httpx2.AsyncClient]:
    limits = httpx2.Limits(max_connections=64)
    async with httpx2.AsyncClient(base_url=f"http://{place}", limits=limits, timeout=60) as client:
        yield client
