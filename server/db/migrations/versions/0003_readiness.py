"""Connection checks leave a word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "readiness",
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("word", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_readiness_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_readiness")),
    )
    op.create_index(op.f("ix_readiness_at"), "readiness", ["at"])


def downgrade() -> None:
    op.drop_table("readiness")
