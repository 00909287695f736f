"""Feeds: where each one goes on, which files it knows, and which deliveries it found."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    # The gateway does not name this column: what comes in from outside is never "found".
    op.add_column("deliveries", sa.Column("found", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "feeds",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("listing", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.Float(), nullable=False),
        sa.UniqueConstraint("system", "connection", "place"),
    )
    op.create_table(
        "known_files",
        sa.Column("feed_id", NUMBER, sa.ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("file", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("known_files")
    op.drop_table("feeds")
    op.drop_column("deliveries", "found")
