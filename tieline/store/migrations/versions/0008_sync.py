"""Syncs: what both sides agreed on, what was done, and what people have to decide."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "syncs",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("left_mark", sa.Text(), nullable=False),
        sa.Column("right_mark", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("watches", sa.Text(), nullable=False),
    )
    op.create_table(
        "sync_rows",
        sa.Column("sync", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("left_digest", sa.BigInteger()),
        sa.Column("right_digest", sa.BigInteger()),
        sa.Column("left_ref", sa.String(), nullable=False),
        sa.Column("right_ref", sa.String(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
    )
    op.create_index("ix_sync_rows_digests", "sync_rows", ["sync", "key", "left_digest", "right_digest"])
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("sync", sa.String(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_table(
        "sync_steps",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(), sa.ForeignKey("sync_runs.id"), nullable=False, index=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_table(
        "sync_conflicts",
        sa.Column("sync", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("column", sa.String(), primary_key=True),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("take", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.Float()),
    )


def downgrade() -> None:
    for name in ("sync_conflicts", "sync_steps", "sync_runs", "sync_rows", "syncs"):
        op.drop_table(name)
