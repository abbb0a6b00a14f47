"""The question that was asked: the same words mean different things as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safety.assessment import Finding
from safety.matcher import View
from safety.message import Message


class QuestionLayer:
    """ "What would you like to let go of?" – "this life"."""

    def findings(self, message: Message, heard: Sequence[Finding]) -> Iterable[Finding]:
        if not message.prompt or not len(message.view.tokens):
            return []
        rules = message.clinical.context
        asked = {hit.label.id: hit.label for hit in rules.asked.hits(View(message.clinical.phrases.tokens(message.prompt)))}
        found = []
        for question in asked.values():
            for hit in rules.answers[question.id].hits(message.view):
                tokens = message.view.tokens
                start, end = tokens.starts[hit.first], tokens.ends[hit.last - 1]
                found.append(
                    Finding(
                        question.id, "question", question.category, question.level, start, end, tokens.text[start:end],
                        why=question.why,
                    )  # fmt: skip
                )
        return found
