"""Approvals, their log, and where they are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False, unique=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("scenario", "title", "summary", "link")),
        sa.Column("proposal", sa.JSON(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("approvers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("due_at", "remind_at", "reminded_at", "escalate_at")),
        sa.Column("escalate_to", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("escalated_at", "decided_at")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("decided_by", "decided_via", "reason")),
        sa.Column("edited", sa.String(), nullable=True),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_approvals_waiting", "approvals", ["asked_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "approval_log",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("approval_id", sa.String(), sa.ForeignKey("approvals.id"), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("what", "who", "via", "detail")),
    )
    op.create_index("ix_approval_log_approval_id", "approval_log", ["approval_id"])
    op.create_table(
        "approval_notices",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("approval_id", sa.String(), sa.ForeignKey("approvals.id"), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.UniqueConstraint("approval_id", "place", "reference"),
    )


def downgrade() -> None:
    for table in ("approval_notices", "approval_log", "approvals"):
        op.drop_table(table)
