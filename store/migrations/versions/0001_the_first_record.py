"""The first record"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinician",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="lower case"),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False, comment="Argon2id"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinician")),
        sa.UniqueConstraint("email", name=op.f("uq_clinician_email")),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True, comment="E.164"),
        sa.Column("phone_index", sa.String(length=64), nullable=True, comment="keyed hash of phone"),
        sa.Column("location", sa.LargeBinary(), nullable=True),
        sa.Column("location_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trusted_person", sa.LargeBinary(), nullable=True),
        sa.Column("trusted_person_consent", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False, comment="key of clinical/resources.yml"),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=48), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("entry_token_hash", sa.String(length=64), nullable=True, comment="clinic-issued link"),
        sa.Column("sms_opted_out_at", sa.DateTime(timezone=True), nullable=True, comment="STOP received"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("entry_token_hash", name=op.f("uq_patient_entry_token_hash")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_patient_phone_index")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=True),
        sa.Column("patient_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False, comment="ids and codes, never patients' words"),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_audit_entry_clinician_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_audit_entry_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_clinician_id"), ["clinician_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "clinician_web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="last act of the person"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_clinician_web_session_clinician_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_clinician_web_session")),
    )
    with op.batch_alter_table("clinician_web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinician_web_session_clinician_id"), ["clinician_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=12), nullable=False),
        sa.Column("owner_clinician_id", sa.String(length=32), nullable=True),
        sa.Column("owner_version", sa.Integer(), nullable=False, comment="optimistic lock on ownership"),
        sa.Column("protocol", sa.LargeBinary(), nullable=True, comment="safety.protocol state"),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_channel", sa.String(length=8), nullable=False),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_seq", sa.Integer(), nullable=False, comment="the patient's browser has shown up to here"),
        sa.Column(
            "bot_generation",
            sa.Integer(),
            nullable=False,
            comment="part of Rasa's sender id: a new one is a fresh tracker",
        ),
        sa.Column("bot_turns", sa.Integer(), nullable=False, comment="turns in this generation"),
        sa.Column("last_faq", sa.String(length=8), nullable=True),
        sa.Column("misunderstood", sa.Integer(), nullable=False, comment="low-confidence turns in a row"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_clinician_id"], ["clinician.id"], name=op.f("fk_conversation_owner_clinician_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_conversation_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_conversation_patient_id")),
    )
    op.create_table(
        "dose",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_dose_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose")),
    )
    with op.batch_alter_table("dose", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dose_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("hold_reason", sa.LargeBinary(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_enrolment_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_enrolment_patient_id")),
    )
    op.create_table(
        "patient_web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_web_session_patient_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_patient_web_session")),
    )
    with op.batch_alter_table("patient_web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_web_session_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=12), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=True, comment="the provider's or browser's id: unique"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column(
            "choices", sa.LargeBinary(), nullable=True, comment="outbound: [{id, value, label}]; inbound: the value"
        ),
        sa.Column("script", sa.String(length=64), nullable=True, comment="which reviewed line this is"),
        sa.Column("in_reply_to", sa.String(length=32), nullable=True),
        sa.Column("crisis", sa.Boolean(), nullable=False, comment="ignores quiet hours; failure raises a Flag"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn_status", sa.String(length=12), nullable=False),
        sa.Column("turn_attempts", sa.Integer(), nullable=False),
        sa.Column("delivery_status", sa.String(length=12), nullable=True, comment="outbound only"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True, comment="lease of a turn or a delivery"),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True, comment="Twilio MessageSid of a sent message"),
        sa.Column("error_code", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_message_clinician_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_message_channel_external_id")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_message_conversation_id_seq")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_outbox", ["delivery_status", "due_at"], unique=False)
        batch_op.create_index("ix_message_provider", ["provider_id"], unique=False)
        batch_op.create_index("ix_message_turn", ["turn_status", "created_at"], unique=False)

    op.create_table(
        "module_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("dose_id", sa.String(length=32), nullable=True),
        sa.Column("module", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True, comment="programme.Place: step and facts"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("fk_module_run_dose_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_module_run_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_run")),
    )
    with op.batch_alter_table("module_run", schema=None) as batch_op:
        batch_op.create_index("ix_module_run_open", ["patient_id", "status"], unique=False)

    op.create_table(
        "timer",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_timer_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("conversation_id", "kind", "subject", name=op.f("uq_timer_conversation_id_kind_subject")),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timer_due_at"), ["due_at"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("module", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=48), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_answer_message_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_answer_patient_id")),
        sa.ForeignKeyConstraint(["run_id"], ["module_run.id"], name=op.f("fk_answer_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("message_id", "module", "step", name=op.f("uq_answer_message_id_module_step")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("content_version", sa.String(length=16), nullable=False),
        sa.Column("unscreened", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_assessment_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_assessment_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "flag",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True, comment="the message that raised it last"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, comment="highest so far; only a person lowers it"),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=14), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False, comment="last time it was raised"),
        sa.Column("respond_by", sa.DateTime(timezone=True), nullable=True, comment="CRISIS.md §9.1"),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("disposition", sa.String(length=48), nullable=True, comment="id in clinical/protocol.yml"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["clinician.id"], name=op.f("fk_flag_acknowledged_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["clinician.id"], name=op.f("fk_flag_closed_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_flag_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_flag_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("ix_flag_queue", ["status", "level", "opened_at"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_measure_message_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_measure_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("message_id", "kind", name=op.f("uq_measure_message_id_kind")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "handoff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("flag_id", sa.String(length=32), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinician_id", sa.String(length=32), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True, comment="given back by the clinician"),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_handoff_clinician_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_handoff_conversation_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_handoff_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoff_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("flag_id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=14), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(length=32), nullable=True, comment="whose open console took it"),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told", sa.Boolean(), nullable=False, comment="script H3 was sent for it"),
        sa.ForeignKeyConstraint(["accepted_by"], ["clinician.id"], name=op.f("fk_page_accepted_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_page_conversation_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_page_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index("ix_page_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_page_flag_id"), ["flag_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_flag_id"))
        batch_op.drop_index("ix_page_due")

    op.drop_table("page")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_conversation_id"))

    op.drop_table("handoff")
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_patient_id"))

    op.drop_table("measure")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index("ix_flag_queue")
        batch_op.drop_index(batch_op.f("ix_flag_conversation_id"))

    op.drop_table("flag")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_conversation_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_patient_id"))

    op.drop_table("answer")
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timer_due_at"))

    op.drop_table("timer")
    with op.batch_alter_table("module_run", schema=None) as batch_op:
        batch_op.drop_index("ix_module_run_open")

    op.drop_table("module_run")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_turn")
        batch_op.drop_index("ix_message_provider")
        batch_op.drop_index("ix_message_outbox")

    op.drop_table("message")
    with op.batch_alter_table("patient_web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_web_session_patient_id"))

    op.drop_table("patient_web_session")
    op.drop_table("enrolment")
    with op.batch_alter_table("dose", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dose_patient_id"))

    op.drop_table("dose")
    op.drop_table("conversation")
    with op.batch_alter_table("clinician_web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clinician_web_session_clinician_id"))

    op.drop_table("clinician_web_session")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_patient_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_clinician_id"))

    op.drop_table("audit_entry")
    op.drop_table("patient")
    op.drop_table("clinician")
