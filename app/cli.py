"""The command `aufruf`. Each subcommand is a few lines around what the parts offer."""

import logging
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..core.database import Database
from ..core.errors import DomainError
from ..core.filelock import AlreadyServedError
from ..core.logs import set_up
from ..core.settings import Settings, explain
from ..office.files.mistakes import WrongFilesError
from .demo.data import NotADemoError, OldDataError
from .demo.run import prepare
from .hand import NoDataError, read_settings, sentence_of
from .main import create_app
from .migrate import MigrationFailedError, migrate
from .office_cli import calling, device, hours, load, staff
from .serving import UnsafeAddressError
from .serving import serve as serve_app
from .voice_cli import voice

logger = logging.getLogger("aufruf.app")

cli = typer.Typer(
    name="aufruf",
    help="Appointments, waiting numbers and call screens for citizen offices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("load")(load)
cli.add_typer(hours, name="hours")
cli.add_typer(calling, name="calling")
cli.add_typer(staff, name="staff")
cli.add_typer(device, name="device")
cli.add_typer(voice, name="voice")


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    only: Annotated[
        Literal["all", "public"] | None,
        typer.Option(help="public: only what may face the internet."),
    ] = None,
) -> None:
    """Serve until stopped."""
    settings = read_settings(host=host, port=port, only=only)
    set_up(settings.log_level)
    serve_app(settings, create_app, say_where)


def say_where(address: str) -> None:
    """Tell the log where people can come now."""
    logger.info("listening", extra={"data": {"address": address}})


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    fresh: Annotated[bool, typer.Option(help="Forget what an earlier demo left.")] = False,
    live: Annotated[bool, typer.Option(help="Run the simulated day.")] = True,
) -> None:
    """Show everything on one day that is always open, with invented people."""
    given = {"data_dir": Path(os.environ.get("AUFRUF_DATA_DIR", "var/demo"))}
    settings = read_settings(demo=True, port=port, public_url=f"http://localhost:{port}", **given)
    set_up("warning")
    clock, guest = prepare(settings, fresh=fresh, live=live)
    serve_app(
        settings,
        lambda these: create_app(these, clock, guest),
        lambda _address: typer.echo(f"Open {settings.public_url} in a browser; Ctrl+C ends it."),
    )


@cli.command("migrate")
def migrate_database() -> None:
    """Bring the database to the tables of this version."""
    with closing(Database(read_settings().database)) as database:
        migrate(database)
    typer.echo("The database is up to date.")


def main() -> None:
    """Run the command line; what a person can put right ends with one sentence, not a trace."""
    try:
        cli()
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        fail(explain(error))
    except (AlreadyServedError, MigrationFailedError, UnsafeAddressError, OSError) as error:
        fail(str(error))
    except (WrongFilesError, NotADemoError, OldDataError, NoDataError) as error:
        fail(str(error))
    except DomainError as error:
        fail(sentence_of(error))
    except SQLAlchemyError as error:
        logger.debug("the database refused", exc_info=error)
        fail(f"The database refused, and nothing was changed: {database_reason(error)}")


def database_reason(error: SQLAlchemyError) -> str:
    """What the driver says, in one line; the statement and its values stay out of it."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause).strip().partition("\n")[0]


def fail(sentence: str) -> None:
    """Say what is wrong and end with status 1."""
    typer.echo(sentence, err=True)
    sys.exit(1)
