"""What the clock offers, enrolment and doses as clinicians enter them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ENROLMENT = ("look_at", "call_if_silent", "closes", "opens", "check_in", "channel", "consent_at", "reopened_at", "ended_at")
_FLAG = ("step", "module", "urgency")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("reopened_at", _MOMENT, nullable=True, comment="flags before this stop the programme no more"))
        batch_op.add_column(sa.Column("consent_at", _MOMENT, nullable=True, comment="given in the clinic"))
        batch_op.add_column(
            sa.Column("channel", sa.String(length=8), nullable=True, comment="where prompts go; none: where the patient wrote last")
        )
        batch_op.add_column(
            sa.Column("check_in", sa.String(length=8), nullable=True, comment="morning, midday, evening; none: as the patient said in M1")
        )
        batch_op.add_column(sa.Column("opens", sa.String(length=5), nullable=True, comment="the patient's own hours; none: the clinic's"))
        batch_op.add_column(sa.Column("closes", sa.String(length=5), nullable=True))
        batch_op.add_column(
            sa.Column(
                "call_if_silent", sa.Boolean(), nullable=False, server_default=sa.true(),
                comment="tell us when the evening check is not answered",
            )  # fmt: skip
        )
        batch_op.add_column(
            sa.Column("look_at", _MOMENT, nullable=False, server_default="2000-01-01 00:00:00", comment="when the clock looks next")
        )
        batch_op.create_index(batch_op.f("ix_enrolment_look_at"), ["look_at"], unique=False)

    with op.batch_alter_table("dose", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("last", sa.Boolean(), nullable=False, server_default=sa.false(), comment="the last one of the course")
        )

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.true(), comment="False: the patient kept it private")
        )

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("next_module", sa.String(length=8), nullable=True, comment="promised by a step: the next offer")
        )

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("send_by", _MOMENT, nullable=True, comment="a prompt: not sent once the quiet hours have begun")
        )

    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("urgency", sa.String(length=10), nullable=True, comment="as the module asks: page, same_day, next_day")
        )
        batch_op.add_column(sa.Column("module", sa.String(length=8), nullable=True, comment="which exercise it is about"))
        batch_op.add_column(sa.Column("step", sa.String(length=48), nullable=True))

    op.create_table(
        "prompt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("dose_id", sa.String(length=32), nullable=True),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False, comment="its first line"),
        sa.Column("module", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=48), nullable=True, comment="a follow-up's own question"),
        sa.Column("local_date", sa.String(length=10), nullable=False, comment="the patient's date"),
        sa.Column("offered_at", _MOMENT, nullable=False),
        sa.Column("reminded_at", _MOMENT, nullable=True),
        sa.Column("reminder_id", sa.String(length=32), nullable=True),
        sa.Column("let_go_at", _MOMENT, nullable=True, comment="no answer came"),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("fk_prompt_dose_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_prompt_message_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_prompt_patient_id")),
        sa.ForeignKeyConstraint(["reminder_id"], ["message.id"], name=op.f("fk_prompt_reminder_id")),
        sa.ForeignKeyConstraint(["run_id"], ["module_run.id"], name=op.f("fk_prompt_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
        sa.UniqueConstraint("patient_id", "module", "local_date", name=op.f("uq_prompt_patient_id_module_local_date")),
    )
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_patient_id"), ["patient_id"], unique=False)


def downgrade() -> None:
    op.drop_table("prompt")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_look_at"))
    _drop("enrolment", *_ENROLMENT)
    _drop("flag", *_FLAG)
    for table, column in (("message", "send_by"), ("conversation", "next_module"), ("answer", "shared"), ("dose", "last")):
        _drop(table, column)


def _drop(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.drop_column(column)
