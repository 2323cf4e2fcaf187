"""${message[0].upper() + message[1:]}."""
<% steps = "\n".join(line for line in (upgrades or "pass").splitlines() if "# ###" not in line) %>
import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${steps.strip()}
