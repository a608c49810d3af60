"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mark",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("sealed_word", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_state_next_try"), "outbox", ["state", "next_try"])

    op.create_table(
        "person",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary()),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "coordinator",
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("password", sa.String(256)),
        sa.Column("sealed_totp", sa.LargeBinary()),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("setup_hash", sa.LargeBinary()),
        sa.Column("setup_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_coordinator_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_coordinator")),
    )
    op.create_table(
        "partnership",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("mentor_id", sa.String(22), nullable=False),
        sa.Column("mentee_id", sa.String(22), nullable=False),
        sa.Column("rings", sa.String(6), nullable=False),
        sa.Column("mentor_granted", sa.Boolean(), nullable=False),
        sa.Column("mentee_granted", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mentee_id"], ["person.id"], name=op.f("fk_partnership_mentee_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["person.id"], name=op.f("fk_partnership_mentor_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("mentor_id", "mentee_id", name=op.f("uq_partnership_mentor_id_mentee_id")),
    )
    op.create_index(op.f("ix_partnership_mentee_id"), "partnership", ["mentee_id"])

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"])

    op.create_table(
        "session",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("partnership_id", sa.String(22), nullable=False),
        sa.Column("opened_by", sa.String(22)),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met", sa.DateTime(timezone=True)),
        sa.Column("left", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(6)),
        sa.Column("summarised", sa.DateTime(timezone=True)),
        sa.Column("phone", sa.String(8), nullable=False),
        sa.Column("current_item", sa.String(36)),
        sa.Column("current_since", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_session_opened_by_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_session_partnership_id_partnership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_partnership_id"), "session", ["partnership_id"])
    op.create_index(op.f("ix_session_starts"), "session", ["starts"])

    op.create_table(
        "agenda_item",
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("item", sa.String(36), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_agenda_item_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "item", name=op.f("pk_agenda_item")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(22)),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_audit_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_session_id"), "audit", ["session_id"])

    op.create_table(
        "goal",
        sa.Column("partnership_id", sa.String(22), nullable=False),
        sa.Column("goal", sa.String(36), nullable=False),
        sa.Column("specific", sa.String(200), nullable=False),
        sa.Column("measurable", sa.String(1000), nullable=False),
        sa.Column("owner", sa.String(6), nullable=False),
        sa.Column("relevant", sa.String(1000), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_in", sa.String(22)),
        sa.ForeignKeyConstraint(
            ["changed_in"], ["session.id"], name=op.f("fk_goal_changed_in_session"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_goal_partnership_id_partnership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("partnership_id", "goal", name=op.f("pk_goal")),
    )
    op.create_table(
        "note_snapshot",
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sealed_data", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_note_snapshot_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_note_snapshot")),
    )
    op.create_table(
        "note_update",
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("sealed_data", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_note_update_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "seq", name=op.f("pk_note_update")),
        sa.UniqueConstraint("session_id", "update_id", name=op.f("uq_note_update_session_id_update_id")),
    )
    op.create_table(
        "operation",
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("op", sa.String(36), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_operation_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "op", name=op.f("pk_operation")),
    )
    op.create_table(
        "phone_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_phone_change_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_change")),
    )
    op.create_index(op.f("ix_phone_change_session_id_at"), "phone_change", ["session_id", "at"])

    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("joined", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_presence_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_session_id_joined"), "presence", ["session_id", "joined"])

    op.create_table(
        "rung_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.String(8), nullable=False),
        sa.Column("previous", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("whose", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_rung_change_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rung_change")),
    )
    op.create_index(op.f("ix_rung_change_session_id_at"), "rung_change", ["session_id", "at"])

    op.create_table(
        "seat",
        sa.Column("session_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(6), nullable=False),
        sa.Column("link_hash", sa.LargeBinary()),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_seat_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "role", name=op.f("pk_seat")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_seat_link_hash")),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


_TABLES = (
    "seat",
    "rung_change",
    "presence",
    "phone_change",
    "operation",
    "note_update",
    "note_snapshot",
    "goal",
    "audit",
    "agenda_item",
    "session",
    "sign_in",
    "partnership",
    "coordinator",
    "person",
    "outbox",
    "mark",
)
"""In an order that breaks no reference."""
