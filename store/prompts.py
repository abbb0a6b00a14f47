"""Table: what the clock has offered, and when it asked once more. Whether it was answered is read from the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Id, UtcDateTime, new_id


class Prompt(Base):
    """One offer of one module. The same module twice on one day is refused by the database itself."""

    __tablename__ = "prompt"
    __table_args__ = (UniqueConstraint("patient_id", "module", "local_date"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    dose_id: Mapped[str | None] = mapped_column(ForeignKey("dose.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("module_run.id"))
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), comment="its first line")
    module: Mapped[str] = mapped_column(String(8))
    step: Mapped[str | None] = mapped_column(String(48), comment="a follow-up's own question")
    local_date: Mapped[str] = mapped_column(String(10), comment="the patient's date")
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminder_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))
    let_go_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="no answer came")
