"""What a mail needs beside the appointment: addresses, sender, texts, the key of the links.

What is written stands in `mails/sending.py`.
"""

from dataclasses import dataclass, field
from email.headerregistry import Address
from functools import lru_cache
from urllib.parse import urlsplit

from ...core.ground import Ground
from ...core.texts import Texts
from ...office.infos import OfficeInfo
from ..links import change_code, holder_path


@dataclass(frozen=True, slots=True)
class Post:
    """What a mail needs beside the appointment. Commands that get none send none.

    `sender` is the address of the installation, for towns that have none of their own.
    """

    public_url: str
    sender: str
    texts: Texts
    secret_key: str = field(repr=False)

    def link(self, reference: str) -> str:
        """The secret link of an appointment."""
        return self.public_url + holder_path(self.secret_key, reference)

    def code(self, reference: str) -> str:
        """What proves, beside the reference, whose appointment it is."""
        return change_code(self.secret_key, reference)

    def address_of(self, office: OfficeInfo) -> str:
        """The address mails and invitations of an office come from: its town's."""
        return office.municipality.mail_sender or self.sender

    def sender_of(self, office: OfficeInfo) -> str:
        """`Bürgerbüro Usingen <termine@usingen.example>`."""
        return _named(office.name, self.address_of(office))

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"


def post_of(ground: Ground) -> Post:
    settings = ground.settings
    return Post(settings.public_url, settings.mail_from, ground.texts, ground.secret_key)


@lru_cache(maxsize=500)
def _named(name: str, address: str) -> str:
    """With quotes where a name needs them (RFC 5322, 3.4)."""
    return str(Address(name, addr_spec=address))
