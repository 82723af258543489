"""Reward rules can be adopted as editions: one more kind of them"""

from portal.store.migrations.widening import widen

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = ("holidays", "reasons", "clocks", "categories", "divisions", "authorities", "oversight", "rewards")


def upgrade() -> None:
    widen("editions", "editionkind", "kind", KINDS)
