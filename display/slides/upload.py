"""Reads a form with a file in it, within bounds: nothing larger is ever held in memory."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ...core.errors import DomainError
from ...core.web import form_of
from .pictures import FILE_LIMIT

# The fields beside the file, and the lines that part them.
FIELDS_LIMIT = 64 * 1024
_MOST_FIELDS = 12
_FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """The fields as typed, and the bytes of the file if there was one."""

    fields: Mapping[str, str]
    file: bytes | None


async def upload_of(request: Request, name: str) -> Upload:
    """A form, with or without a file in the field `name`.

    Raises 413 `too_large` beyond FILE_LIMIT, 400, 415.
    """
    if not request.headers.get("content-type", "").lower().startswith(_FORM):
        form = await form_of(request)
        return Upload({key: str(value) for key, value in form.items()}, None)
    most = FILE_LIMIT + FIELDS_LIMIT
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise DomainError("too_large", 413)
    parser = MultiPartParser(
        request.headers,
        _bounded(request, most),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=FIELDS_LIMIT,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError) as error:
        raise DomainError("bad_request", 400) from error
    try:
        file = form.get(name)
        content = await file.read() if isinstance(file, UploadFile) else b""
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
    finally:
        await form.close()
    if any("\0" in part for pair in fields.items() for part in pair):
        raise DomainError("bad_request", 400)
    return Upload(fields, content or None)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise DomainError("too_large", 413)
        yield part
