"""Answers, questions without an answer, summaries"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "open_question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("after_faq", sa.String(length=8), nullable=True),
        sa.Column("guess", sa.String(length=8), nullable=True),
        sa.Column("answered_by_faq", sa.String(length=8), nullable=True),
        sa.Column("passed_on", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=32), nullable=True),
        sa.Column("settled_as", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_open_question_message_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_open_question_patient_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["clinician.id"], name=op.f("fk_open_question_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_question")),
        sa.UniqueConstraint("message_id", name=op.f("uq_open_question_message_id")),
    )
    with op.batch_alter_table("open_question", schema=None) as batch_op:
        batch_op.create_index("ix_open_question_open", ["settled_at", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_question_patient_id"), ["patient_id"], unique=False)


def downgrade() -> None:
    op.drop_table("open_question")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("passing")
