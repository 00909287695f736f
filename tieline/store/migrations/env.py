"""How Alembic runs here: on the connection that `tieline.store.migrate` gives it."""

from alembic import context
from sqlmodel import SQLModel

from tieline.approvals import tables as approval_tables
from tieline.feeds import tables as feed_tables
from tieline.inbox import tables as inbox_tables
from tieline.language import tables as language_tables
from tieline.store import tables
from tieline.sync import tables as sync_tables

assert all((tables, language_tables, inbox_tables, feed_tables, approval_tables, sync_tables))  # noqa: S101 - imported for the tables that they declare

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
