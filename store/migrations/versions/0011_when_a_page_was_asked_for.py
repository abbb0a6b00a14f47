"""When a page was asked for, and by when somebody had to be there: the director's times are counted from these."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("asked_at", MOMENT, nullable=True, comment="when the reason came; a quiet call goes out a little later")
        )
        batch_op.add_column(sa.Column("respond_by", MOMENT, nullable=True, comment="CRISIS.md §9.1, counted from asked_at"))


def downgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_column("respond_by")
        batch_op.drop_column("asked_at")
