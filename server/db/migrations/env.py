"""What Alembic runs for every command: the caller's connection, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from server.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_server_default=True,
)
context.run_migrations()
