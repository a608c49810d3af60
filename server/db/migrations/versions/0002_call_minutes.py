"""Numbers of each minute of a call, from both browsers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_minute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length_s", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("lost_s", sa.Integer(), nullable=False),
        sa.Column("breaks", sa.Integer(), nullable=False),
        sa.Column("concealed_pm", sa.Integer()),
        sa.Column("loss_pm", sa.Integer()),
        sa.Column("rtt_ms", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_call_minute_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_minute")),
    )
    op.create_index(op.f("ix_call_minute_session_id_role"), "call_minute", ["session_id", "role"])
