"""What is asked for with every message and every look of an open console"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_conversation_id"), ["conversation_id"], unique=False)
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_looked", ["clinician_id", "action", "at"], unique=False)
        batch_op.drop_index(batch_op.f("ix_audit_entry_clinician_id"))


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_clinician_id"), ["clinician_id"], unique=False)
        batch_op.drop_index("ix_audit_entry_looked")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_conversation_id"))
