"""Labels for the review list, thresholds and their signatures, daily tests, caring contacts"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add_columns()
    _label()
    _threshold_change()
    _drill()
    _caring_contact()


def _add_columns() -> None:
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.add_column(sa.Column("medicines", sa.LargeBinary(), nullable=True, comment="as the team recorded them"))
        batch_op.add_column(sa.Column("medicines_at", MOMENT, nullable=True))
        batch_op.add_column(_marked("test", "made up for the daily test"))
    with op.batch_alter_table("clinician", schema=None) as batch_op:
        batch_op.add_column(_marked("admin", "may set the daily test, export labels"))
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_owner"), ["owner"], unique=False)
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_author", ["author", "created_at"], unique=False)
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_opened_at"), ["opened_at"], unique=False)


def _marked(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment)


def _label() -> None:
    op.create_table(
        "label",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("flag_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, comment="what it should have been"),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("hide", sa.LargeBinary(), nullable=True, comment="words to take out besides those found"),
        sa.Column("clinician_id", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_label_message_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_label_conversation_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_label_flag_id")),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_label_clinician_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["clinician.id"], name=op.f("fk_label_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("message_id", "kind", "span_start", "span_end", name=op.f("uq_label_message_id_kind_span_start_span_end")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index("ix_label_status", ["status", "at"], unique=False)


def _threshold_change() -> None:
    op.create_table(
        "threshold_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False, comment="clinical/model.yml as it stood"),
        sa.Column("was", sa.LargeBinary(), nullable=False, comment="the numbers in force"),
        sa.Column("proposed", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("effect", sa.LargeBinary(), nullable=True, comment="what the replay over the stored messages found"),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("first_by", sa.String(length=32), nullable=True),
        sa.Column("first_at", MOMENT, nullable=True),
        sa.Column("second_by", sa.String(length=32), nullable=True),
        sa.Column("second_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["proposed_by"], ["clinician.id"], name=op.f("fk_threshold_change_proposed_by")),
        sa.ForeignKeyConstraint(["first_by"], ["clinician.id"], name=op.f("fk_threshold_change_first_by")),
        sa.ForeignKeyConstraint(["second_by"], ["clinician.id"], name=op.f("fk_threshold_change_second_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["clinician.id"], name=op.f("fk_threshold_change_withdrawn_by")),
        sa.CheckConstraint("second_by IS NULL OR second_by <> first_by", name="two_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_change")),
    )


def _drill() -> None:
    op.create_table(
        "drill",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("daily_at", sa.String(length=5), nullable=True, comment="HH:MM in the clinic's time: the next follows by itself"),
        sa.Column("set_by", sa.String(length=32), nullable=True),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("missed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True, comment="acknowledged, or given up after a day"),
        sa.ForeignKeyConstraint(["set_by"], ["clinician.id"], name=op.f("fk_drill_set_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_drill_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
    )
    with op.batch_alter_table("drill", schema=None) as batch_op:
        batch_op.create_index("ix_drill_due", ["started_at", "due_at"], unique=False)
        batch_op.create_index("ix_drill_running", ["ended_at", "started_at"], unique=False)


def _caring_contact() -> None:
    op.create_table(
        "caring_contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=False, comment="whose name it carries"),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_caring_contact_conversation_id")),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_caring_contact_clinician_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_caring_contact_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caring_contact")),
    )
    with op.batch_alter_table("caring_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_caring_contact_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_caring_contact_due", ["status", "due_at"], unique=False)


def downgrade() -> None:
    for table in ("caring_contact", "drill", "threshold_change", "label"):
        op.drop_table(table)
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_opened_at"))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_author")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_owner"))
    with op.batch_alter_table("clinician", schema=None) as batch_op:
        batch_op.drop_column("admin")
    with op.batch_alter_table("patient", schema=None) as batch_op:
        for column in ("test", "medicines_at", "medicines"):
            batch_op.drop_column(column)
