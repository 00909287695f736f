"""The inbox: deliveries, work, batches, journal."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.UniqueConstraint("system", "connection", "delivery"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    _partial("ix_deliveries_received", "deliveries", ["id"], "state = 'received'")
    op.create_table(
        "work",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("delivery_id", NUMBER, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("item", sa.JSON()),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("alike", sa.String(), nullable=False),
        sa.Column("join_key", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String()),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.UniqueConstraint("delivery_id", "part", "trigger"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_delivery_id", "work", ["delivery_id"])
    op.create_index("ix_work_batch_id", "work", ["batch_id"])
    op.create_index("ix_work_updated_at", "work", ["updated_at"])
    _partial("ix_work_open", "work", ["lane", "trigger", "due_at"], "state IN ('waiting', 'failed')")
    _partial("ix_work_dispatched", "work", ["batch_id"], "state = 'dispatched'")
    _partial("ix_work_join", "work", ["join_key", "trigger"], "state = 'waiting' AND join_key != ''")
    op.create_table(
        "batches",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("deployment", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("flow_run_id", sa.String()),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float()),
        sa.Column("outcome", sa.String(), nullable=False),
    )
    op.create_index("ix_batches_flow_run_id", "batches", ["flow_run_id"])
    _partial("ix_batches_open", "batches", ["lane", "trigger"], "state != 'ended'")
    op.create_table(
        "journal",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON()),
        sa.Column("at", sa.Float(), nullable=False),
        sa.UniqueConstraint("scope", "fingerprint"),
    )
    op.create_index("ix_journal_at", "journal", ["at"])


def downgrade() -> None:
    for table in ("journal", "batches", "work", "deliveries"):
        op.drop_table(table)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
