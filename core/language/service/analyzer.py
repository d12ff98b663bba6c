"""The analyser as a whole: one object, loaded once, for customers, replies, conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.language.service.artefact import FOLDER, load
from core.language.service.conversation import judge_conversation
from core.language.service.customer import CustomerJudge
from core.language.service.judgement import (
    ConversationJudgement,
    CustomerJudgement,
    ReplyJudgement,
    refusal,
)
from core.language.service.neutral_words import NeutralWords
from core.language.service.reply import ReplyJudge
from core.language.service.turns import History, Turn, parse_time


class ServiceAnalyzer:
    """Reads the artefact (ArtefactError where it is absent or damaged) and judges with it."""

    def __init__(self, folder: Path = FOLDER, neutral: NeutralWords | None = None) -> None:
        artefact = load(folder)
        self.version = f"service-{artefact.version}"
        self.customers = CustomerJudge(artefact, neutral)
        self.replies = ReplyJudge(artefact, self.customers)
        self._escalation: Mapping[str, float] = artefact.settings["escalation"]

    def customer(self, texts: Sequence[str], locale: str | None = None) -> list[CustomerJudgement]:
        """One judgement a customer text, in order."""
        return self.customers.judge(texts, locale)

    def reply(self, reply: str, customer: str | None = None, locale: str | None = None) -> ReplyJudgement:
        """One public reply against the message it answers."""
        return self.replies.judge(reply, customer, locale)

    def text_of(self, role: str, text: str, locale: str | None = None) -> CustomerJudgement:
        """A customer text judged; any other author's feelings are refused (L2)."""
        if role != "customer":
            return refusal("WORKER_EMOTION_REFUSED")
        return self.customer([text], locale)[0]

    def conversation(self, row: Mapping[str, Any]) -> ConversationJudgement:
        """One conversation in the replay format."""
        turns = _turns(row)
        locale = row.get("locale") if isinstance(row.get("locale"), str) else None
        at = [i for i, t in enumerate(turns) if t.role == "customer"]
        judged = self.customer([turns[i].text for i in at], locale)
        for i, judgement in zip(at, judged, strict=True):
            turns[i] = replace(turns[i], customer=judgement)
        for i, turn in enumerate(turns):
            if turn.role == "agent":
                asked = next((t.text for t in reversed(turns[:i]) if t.role == "customer"), None)
                turns[i] = replace(turn, reply=self.reply(turn.text, asked, locale))
        return judge_conversation(turns, _history(row), self._escalation)


def _turns(row: Mapping[str, Any]) -> list[Turn]:
    out: list[Turn] = []
    for message in row.get("messages") or []:
        previous = out[-1].at if out else None
        out.append(
            Turn(str(message.get("role", "")), str(message.get("text") or ""), parse_time(message.get("at"), previous))
        )
    return out


def _history(row: Mapping[str, Any]) -> History:
    def number(key: str, default: int) -> int:
        value = row.get(key, default)
        return max(0, value) if isinstance(value, int) else default

    return History(number("contacts", 1), number("prior_escalations", 0))
