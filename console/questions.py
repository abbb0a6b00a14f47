"""Questions that had no checked answer: what patients asked, how often, and who waits."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.render import render
from console.visitors import Posting, Visiting, parts_of
from store.audit import audited
from store.questions import Settled, counts, read_questions, settle

router = APIRouter(prefix="/questions")


@router.get("")
def show(request: Request, visitor: Visiting, settled: bool = False) -> Response:
    parts = parts_of(request)
    groups = audited(
        parts.store, visitor.clinician_id, "questions", parts.now(), lambda session: read_questions(session, settled=settled),
        lambda found: [one.patient.id for group in found for one in group.asked],
    )  # fmt: skip
    answers = {entry.id: entry.question for entry in parts.programme.faq.entries.values()}
    return render(request, "questions.html", groups=groups, counts=counts(groups), settled=settled, answers=answers)


@router.post("")
def press_settle(request: Request, posted: Posting) -> Response:
    parts = parts_of(request)
    how = Settled.NOT_OURS if posted.text("how") == Settled.NOT_OURS else Settled.ANSWERED
    ids = [one for one in posted.text("ids").split(",") if one]
    with parts.store.write() as session:
        settle(session, posted.visitor.clinician_id, ids, how, parts.now())
    return RedirectResponse("/console/questions", 303)
