"""Who is judged and how: customers' words for tone, public replies for wording, nothing else at all (L2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.judgement import Decision, Turn
from core.model import Role
from core.ports import Analyzer, TextJudgement

NOT_JUDGED = "NOT_A_PUBLIC_REPLY"


def judge(turns: Sequence[Turn], analyzer: Analyzer, locale: str | None, gate: Decision) -> tuple[Turn, ...]:
    """Return the turns with the new ones judged; a turn judged or refused before stays as it is.

    Without permission nothing is read: the words and signals of new turns are dropped with the refusal.
    """
    if not gate.allowed:
        return tuple(turn if _done(turn) else _denied(turn, gate.code) for turn in turns)
    found = _customers(turns, analyzer, locale)
    return tuple(_judged(index, turns, found, analyzer, locale) for index in range(len(turns)))


def tone(turn: Turn, analyzer: Analyzer, locale: str | None) -> TextJudgement:
    """Judge the tone of one turn's words. Anybody but a customer is refused, whatever the settings say."""
    if turn.role is not Role.CUSTOMER:
        return TextJudgement(None, refused="WORKER_EMOTION_REFUSED")
    return analyzer.customer([turn.words], locale)[0]


def _customers(turns: Sequence[Turn], analyzer: Analyzer, locale: str | None) -> dict[int, TextJudgement]:
    due = [i for i, turn in enumerate(turns) if turn.role is Role.CUSTOMER and turn.public and not _done(turn)]
    answers = analyzer.customer([turns[i].words for i in due], locale) if due else []
    return dict(zip(due, answers, strict=True))


def _judged(
    index: int, turns: Sequence[Turn], found: dict[int, TextJudgement], analyzer: Analyzer, locale: str | None
) -> Turn:
    turn = turns[index]
    if index in found:
        return replace(turn, customer=found[index], refused=found[index].refused)
    if _done(turn):
        return turn
    if turn.role is not Role.AGENT or not turn.public:
        return replace(turn, refused=NOT_JUDGED)
    answer = analyzer.reply(turn.words, _answered(turns, index), locale)
    return replace(turn, reply=answer, refused=answer.refused)


def _answered(turns: Sequence[Turn], index: int) -> str | None:
    """Return the customer's words that a reply answers: all since the reply before it."""
    words: list[str] = []
    for turn in reversed(turns[:index]):
        if turn.role is Role.AGENT and turn.public and words:
            break
        if turn.role is Role.CUSTOMER and turn.words:
            words.append(turn.words)
    return "\n".join(reversed(words)) or None


def _done(turn: Turn) -> bool:
    return turn.customer is not None or turn.reply is not None or turn.refused is not None


def _denied(turn: Turn, code: str) -> Turn:
    kept = code if turn.role in {Role.CUSTOMER, Role.AGENT} else NOT_JUDGED
    return replace(turn, words="", signals=(), refused=kept)
