"""The screen or kiosk that a path names, in the waiting room of the office that it names."""

from starlette.requests import Request

from ...core.errors import not_found
from ...core.ground import ground_of
from ...office.directory import latest_directory
from ...office.infos import DeviceInfo, OfficeInfo
from ...office.staff.frame import office_of

KINDS = ("display", "kiosk")


async def device_here(request: Request) -> tuple[OfficeInfo, DeviceInfo]:
    """Both as the path has them as `{o}` and `{d}`; not_found for a device of another room."""
    office = await office_of(request)
    directory = await latest_directory(ground_of(request))
    device = directory.device(request.path_params["d"])
    if device.area_id != office.area_id or device.kind not in KINDS:
        raise not_found()
    return office, device
