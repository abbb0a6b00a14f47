"""What came with a message besides words; a hosted model's second opinions as rows"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    media = sa.Column("media", sa.String(length=60), nullable=True, comment="came along, not kept: image, audio, video, file")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(media)
    op.create_table(
        "second_opinion",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("model", sa.String(length=120), nullable=True, comment="who was asked"),
        sa.Column("level", sa.Integer(), nullable=True, comment="what it read there"),
        sa.Column("category", sa.String(length=8), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True, comment="why there is no answer"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_second_opinion_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_second_opinion")),
    )
    with op.batch_alter_table("second_opinion", schema=None) as batch_op:
        batch_op.create_index("ix_second_opinion_due", ["status", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("second_opinion")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("media")
