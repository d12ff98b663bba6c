"""What ``assess`` takes and gives: the second half of the nouns, used only inside the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.model import Case, Intent, Observation, Reason, Role
from core.ports import ReplyJudgement, TextJudgement


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as the core keeps it: stripped and redacted. A judged turn is never judged again.

    ``words``: the text without quotes, signature and footer, personal data replaced; empty when purged.
    ``refused``: why there is no judgement. ``signals``: hard signals found in a customer's words.
    """

    id: str
    role: Role
    at: datetime
    public: bool
    words: str
    customer: TextJudgement | None = None
    reply: ReplyJudgement | None = None
    refused: str | None = None
    notes: tuple[str, ...] = ()
    signals: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """The last value of a key and what it rested on."""

    value: float | int | str | None
    at: datetime
    parts: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """What is known of the customer besides this case's words."""

    contacts_7d: int = 1
    reopens: int = 0
    escalations_90d: int = 0
    open_incidents: int = 0
    previous: Mapping[str, Scored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """Health inputs of an account, summed over its ``cases`` of the last 180 days.

    ``signals``: mapped or fed components 0..100 (usage, adoption, engagement, social).
    ``sentiment_sum`` and ``sentiment_weight``: half-life-weighted sums over the cases, decayed to now.
    ``left_out``: why the words of some of its people may not count; empty when all do.
    """

    id: str
    signals: Mapping[str, float] = field(default_factory=dict)
    sentiment_sum: float = 0.0
    sentiment_weight: float = 0.0
    cases: int = 0
    left_out: str = ""
    contacts_30d: int = 0
    reopens_30d: int = 0
    escalations_30d: int = 0
    owner_id: str | None = None
    name: str | None = None
    previous: Mapping[str, Scored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer. ``code`` names the reason of a 'no'; ``basis`` the lawful basis of a 'yes'.

    ``redact``: allowed only on text whose personal and sensitive details were replaced.
    """

    purpose: str
    allowed: bool
    code: str = ""
    basis: str = ""
    redact: bool = False


@dataclass(frozen=True, slots=True)
class Permissions:
    """Everything the gate needs about one person, read from the ledger beforehand.

    ``bases``: purpose -> recorded lawful basis of the tenant. ``choices``: purpose -> granted | withdrawn |
    objected | pending (newest and most restrictive). ``region_ok``: the data is in its pinned region.
    """

    bases: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    minor: bool = False
    region_ok: bool = True


@dataclass(frozen=True, slots=True)
class Owners:
    """People of the tenant who take tasks, as vendor user ids; ``None`` when not set."""

    admin: str | None = None
    on_call: str | None = None
    trained: str | None = None


@dataclass(frozen=True, slots=True)
class JudgementSettings:
    """Defaults of the catalogue, each an admin setting; ``rule_version`` names the set."""

    rule_version: str = "2026.1"
    mode: str = "observe"
    reply_write: str = "widget_only"
    locale: str = "en"
    time_zone: str = "UTC"
    holidays: str = ""
    owners: Owners = field(default_factory=Owners)
    weights: Mapping[str, float] = field(
        default_factory=lambda: {
            "usage": 0.30,
            "adoption": 0.20,
            "support_sentiment": 0.20,
            "support_burden": 0.15,
            "engagement": 0.10,
            "social": 0.05,
        }
    )
    decay: float = 0.7
    tag_threshold: float = 0.55
    half_life: timedelta = timedelta(days=30)
    health_min_confidence: float = 0.50
    health_hysteresis: float = 3.0


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case with all its turns in time order, before judgement."""

    id: str
    case: Case
    turns: tuple[Turn, ...]
    person_id: str | None
    account_id: str | None
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole answer for one case, person or account: nothing else leaves ``assess``.

    ``sentiment``: what a case adds to its account's health, -1..1; ``left_out``: why it adds nothing.
    """

    turns: tuple[Turn, ...]
    observations: tuple[Observation, ...]
    intents: tuple[Intent, ...]
    refusals: tuple[str, ...]
    decisions: tuple[Decision, ...]
    sentiment: float | None = None
    left_out: str = ""
