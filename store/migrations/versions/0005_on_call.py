"""The on-call schedule, addresses, pages of every channel"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PAGE = ("alarm_at", "empty", "next_at", "called_at", "step", "level")


def upgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("level", sa.Integer(), nullable=False, server_default="0", comment="the flag's level when this page was raised")
        )
        batch_op.add_column(sa.Column("step", sa.Integer(), nullable=False, server_default="0", comment="rungs called so far"))
        batch_op.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True, comment="the last of them"))
        batch_op.add_column(
            sa.Column("next_at", sa.DateTime(timezone=True), nullable=True, comment="when the next one is; none: the ladder has ended")
        )
        batch_op.add_column(sa.Column("empty", sa.String(length=80), nullable=False, server_default="", comment="rungs nobody stood on"))
        batch_op.add_column(
            sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True, comment="nobody was reached, or nobody answered")
        )
        batch_op.create_index("ix_page_next", ["next_at"], unique=False)

    op.create_table(
        "on_call_shift",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="0 is Monday"),
        sa.Column("starts", sa.Integer(), nullable=False, comment="minutes after midnight"),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("level_from", sa.Integer(), nullable=False),
        sa.Column("level_to", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_on_call_shift_clinician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_shift")),
    )
    op.create_table(
        "on_call_override",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("clinician_id", sa.String(length=32), nullable=True, comment="nobody: the rung is left empty"),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level_from", sa.Integer(), nullable=False),
        sa.Column("level_to", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_on_call_override_clinician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_override")),
    )
    with op.batch_alter_table("on_call_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_on_call_override_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "on_call_contact",
        sa.Column("clinician_id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True, comment="in place of the account's address"),
        sa.Column("phone", sa.LargeBinary(), nullable=True, comment="E.164"),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_on_call_contact_clinician_id")),
        sa.PrimaryKeyConstraint("clinician_id", name=op.f("pk_on_call_contact")),
    )
    op.create_table(
        "page_attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("page_id", sa.String(length=32), nullable=True),
        sa.Column("clinician_id", sa.String(length=32), nullable=True, comment="none: the clinic's webhook"),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False, comment="who was meant: a Role, everyone, test or acknowledge"),
        sa.Column("step", sa.Integer(), nullable=False, comment="which rung, counted from the page's first"),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True, comment="by the provider"),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True, comment="by the person it went to"),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["clinician_id"], ["clinician.id"], name=op.f("fk_page_attempt_clinician_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_attempt_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_page_attempt_key")),
    )
    with op.batch_alter_table("page_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_page_attempt_due", ["status", "due_at"], unique=False)
        batch_op.create_index("ix_page_attempt_provider", ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_page_attempt_page_id"), ["page_id"], unique=False)


def downgrade() -> None:
    op.drop_table("page_attempt")
    op.drop_table("on_call_contact")
    op.drop_table("on_call_override")
    op.drop_table("on_call_shift")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index("ix_page_next")
        for column in _PAGE:
            batch_op.drop_column(column)
