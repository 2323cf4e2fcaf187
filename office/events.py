"""What can happen to the master data."""

from ..core.events import Event


class DirectoryChanged(Event):
    """Master data of this office changed; readers take a fresh snapshot of this version."""

    version: int
