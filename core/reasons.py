"""Reason codes: why something was refused, and why a score is what it is. A code never holds personal data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a refusal matters to the admin."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named 'no': what happened and what to do, in words for the user and for the admin."""

    code: str
    user: str
    admin: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Driver:
    """A named 'because': the words an agent and an account manager read beside a score."""

    code: str
    agent: str
    account: str


_INFO, _WARN, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

REFUSALS: dict[str, Refusal] = {
    code: Refusal(code, user, admin, severity)
    for code, user, admin, severity in (
        # intake
        (
            "BAD_SIGNATURE",
            "A notification was refused: its signature does not fit.",
            "Check that the signing secret in Attune is the vendor's current one; rotate if in doubt.",
            _ERROR,
        ),
        (
            "STALE_TIMESTAMP",
            "A notification was refused: it is too old or from the future.",
            "Check this server's clock; the limit is five minutes either way.",
            _WARN,
        ),
        ("DUPLICATE", "Already received.", "Resends are normal; nothing to do.", _INFO),
        ("UNKNOWN_KIND", "A kind of event that Attune does not use.", "Unsubscribe it to save traffic.", _INFO),
        ("TOO_LARGE", "A notification was too large.", "The limit is 1 MiB an event, 8 MiB a batch.", _WARN),
        ("UNKNOWN_TENANT", "This address is not in use.", "Correct the webhook's address at the vendor.", _WARN),
        (
            "SCHEMA_DRIFT",
            "A notification could not be read; it is kept for 72 hours.",
            "Look at it in quarantine: the vendor's format may have changed.",
            _WARN,
        ),
        (
            "FEED_SILENT",
            "No news from this tool for an unusual time.",
            "Check the webhook's state at the vendor; silence is not calm.",
            _WARN,
        ),
        # permission
        (
            "NOT_PERMITTED",
            "Not analysed: no permission.",
            "The person objected or the purpose is off; nothing to repair.",
            _INFO,
        ),
        (
            "NO_BASIS",
            "Not analysed: no recorded legal basis.",
            "Record a lawful basis for this purpose before going live.",
            _WARN,
        ),
        (
            "PURPOSE_MISMATCH",
            "Not allowed for this purpose.",
            "Data may only serve the purpose it was taken for.",
            _WARN,
        ),
        (
            "SPECIAL_CATEGORY",
            "Sensitive detail was removed.",
            "Health, belief and similar details are removed before storage.",
            _INFO,
        ),
        ("MINOR", "Not analysed: the person is a minor.", "Minors are never profiled.", _INFO),
        ("REGION_PINNED", "Not available in this region.", "The data may not leave its region.", _WARN),
        (
            "INVALID_CONSENT",
            "The consent could not be accepted.",
            "Consent needs a purpose, a notice version and a time, and may not be bundled or from a minor.",
            _WARN,
        ),
        (
            "CONSENT_WITHDRAWN_BEFORE_WRITE",
            "Not written: permission was withdrawn.",
            "The withdrawal arrived between judgement and writing; nothing to repair.",
            _INFO,
        ),
        # never allowed
        (
            "BIOMETRIC_INPUT_REFUSED",
            "Voice, image and video are never analysed.",
            "The attachment was not opened; the text beside it was processed.",
            _INFO,
        ),
        ("WORKER_EMOTION_REFUSED", "Feelings of staff are never inferred.", "There is no setting for this.", _INFO),
        (
            "EXPLOITATIVE_RULE_REFUSED",
            "Distress may never raise commercial pressure.",
            "Rewrite the rule so that it lowers pressure.",
            _ERROR,
        ),
        # language
        ("TOO_SHORT", "Not tagged: too few words.", "Needs three words or a clear cue.", _INFO),
        (
            "LANGUAGE_UNSUPPORTED",
            "Not scored: this language is not supported yet.",
            "The text is left alone rather than guessed at.",
            _INFO,
        ),
        ("LOW_CONFIDENCE", "Unclear: not tagged.", "The wording allows several readings.", _INFO),
        ("NOT_A_PUBLIC_REPLY", "Not scored: not a public reply.", "Notes and automatic replies are left alone.", _INFO),
        ("EMPTY_TEXT", "Not scored: no words.", "There is nothing to read in it.", _INFO),
        ("NOTHING_TO_SCORE", "Not scored: only formulas.", "A greeting or closing alone is not judged.", _INFO),
        # writing
        (
            "FIELD_NOT_OWNED",
            "Not written: the field belongs to somebody else.",
            "Attune writes only fields it created.",
            _ERROR,
        ),
        (
            "FIELD_MISSING",
            "Not written: a field is missing.",
            "Run `attune install` again; it creates what is missing.",
            _ERROR,
        ),
        (
            "FIELD_COLLISION",
            "A field of the same name exists already.",
            "Rename your field; Attune never takes over one it did not create.",
            _ERROR,
        ),
        ("RECORD_GONE", "The record no longer exists.", "Nothing to repair.", _INFO),
        (
            "VALIDATION_RULE",
            "Not written: a rule of the record refuses it.",
            "Adjust the rule or exempt the integration user; the vendor's words stand beside this.",
            _ERROR,
        ),
        (
            "WRITE_CONFLICT",
            "Not written yet: somebody else is changing the record.",
            "It is read again and retried; after eight tries it waits here.",
            _WARN,
        ),
        ("RATE_LIMITED", "Waiting: the vendor's limit is reached.", "Writing goes on by itself.", _INFO),
        (
            "PROCESSING_FAILED",
            "This event could not be processed.",
            "It is kept; look at its cause and retry it with `attune dead retry`.",
            _ERROR,
        ),
        (
            "NO_RECEIPT",
            "Not written yet: the tool's answer does not speak of this part.",
            "It is tried again; if it stays, the vendor's answers may have changed.",
            _ERROR,
        ),
        (
            "NO_ANSWER",
            "Not taken: the answer does not say what it is about.",
            "An answer from a panel names a record, a kind and, to disagree, a reason.",
            _INFO,
        ),
        (
            "NO_SCHEDULE",
            "Not kept: nobody has said for how long.",
            "Every class of data needs a retention schedule before it may be written.",
            _ERROR,
        ),
        # getting in and out
        (
            "UNINSTALLED",
            "This connection was ended.",
            "Remove the webhook at the vendor; connect the tool again if this was not wanted.",
            _WARN,
        ),
        (
            "NO_APP",
            "This tool cannot be connected here yet.",
            "Whoever runs Attune has to enter the app's credentials first (docs/installation.md).",
            _ERROR,
        ),
        ("AWAY", "The tool does not answer now.", "Nothing was changed; begin again in a few minutes.", _WARN),
        (
            "BAD_ACCOUNT",
            "There is no such account.",
            "Zendesk: the part before .zendesk.com. Salesforce: the integration user's name, which has an @.",
            _WARN,
        ),
        (
            "GRANT_STATE",
            "This request has ended or was not begun in this browser.",
            "Begin again: a request is good once, for ten minutes, in the browser that began it.",
            _WARN,
        ),
        ("GRANT_DENIED", "Access was not allowed.", "Nothing was changed; begin again when it may be.", _INFO),
        (
            "GRANT_REFUSED",
            "The tool does not accept the request.",
            "The vendor's word stands beside this: the app's client id, secret, redirect address or approval is wrong.",
            _ERROR,
        ),
        (
            "ACCOUNT_TAKEN",
            "This account is connected to another organisation.",
            "It has to be uninstalled there first; one account serves one organisation.",
            _ERROR,
        ),
        (
            "SECOND_INSTALL",
            "Another account of this tool is connected already.",
            "An organisation has one account a tool: uninstall the other one first.",
            _ERROR,
        ),
        (
            "SCOPE_MISSING",
            "A part stays off: the tool did not grant what it needs.",
            "Allow the scopes named beside this and connect again, or go on without that part.",
            _WARN,
        ),
        (
            "PLAN_LIMIT",
            "The tool's plan has no room for this.",
            "The value stays in Attune and is shown by its panels; free some fields and create them again.",
            _WARN,
        ),
        (
            "NOT_READY",
            "An earlier step is not done yet.",
            "Do the steps in order; each says what it is waiting for.",
            _INFO,
        ),
        (
            "OBSERVING",
            "The time of observing is not over.",
            "Writing can begin on the date shown; an earlier start needs a reason, which is recorded.",
            _INFO,
        ),
        (
            "CHECKLIST_OPEN",
            "Something on the checklist is not confirmed.",
            "Confirm each point, with who or where, before going live.",
            _INFO,
        ),
        # work
        ("NOT_ENOUGH_DATA", "Not enough data for a score.", "Map usage, adoption or engagement fields.", _INFO),
        (
            "AMBIGUOUS_MATCH",
            "Two records could be the same customer; they are kept apart.",
            "Correct the CRM id or external id on one of them.",
            _WARN,
        ),
        ("COACHING_MODE", "Shown only to the author.", "Evaluation needs a recorded assessment.", _INFO),
    )
}

DRIVERS: dict[str, Driver] = {
    code: Driver(code, agent, account)
    for code, agent, account in (
        ("CANCEL_INTENT", "speaks of cancelling", "A recent case speaks of cancelling"),
        ("LEGAL_THREAT", "mentions legal steps", "A recent case mentions legal steps"),
        ("REGULATOR_MENTION", "mentions a regulator or ombudsman", "A recent case mentions a regulator"),
        ("SAFETY_SIGNAL", "a care alert was raised: follow the care protocol", "A care alert was raised"),
        ("VULNERABILITY_SIGNAL", "asks for special care", "A recent case asks for special care"),
        ("STRONG_FRUSTRATION", "the messages read as strongly frustrated", "Recent messages read as frustrated"),
        ("ANGER", "the messages read as angry", "Recent messages read as angry"),
        ("ANXIETY", "the messages read as worried", "Recent messages read as worried"),
        ("CONFUSION", "the messages read as confused", "Recent messages read as confused"),
        ("DISAPPOINTMENT", "the messages read as disappointed", "Recent messages read as disappointed"),
        ("SADNESS", "the messages read as sad", "Recent messages read as sad"),
        ("GRATITUDE", "the messages read as thankful", "Recent messages read as thankful"),
        ("NEGATIVE_WORDING", "the wording is negative", "Recent wording is negative"),
        ("POSITIVE_WORDING", "the wording is positive", "Recent wording is positive"),
        ("REPEAT_CONTACT", "has written repeatedly this week", "Repeated contacts"),
        ("REOPENED", "the case was reopened", "Reopened cases"),
        ("PRIOR_ESCALATION", "escalated before in the last 90 days", "Earlier escalations"),
        ("UNANSWERED_QUESTION", "a question is still unanswered", "Unanswered questions"),
        ("LONG_WAIT", "has waited long for an answer", "Long waits"),
        ("SENTIMENT_FALLING", "the wording is getting worse", "Wording is getting worse"),
        ("SENTIMENT_RISING", "the wording is getting better", "Wording is getting better"),
        ("BROKEN_PROMISE", "says that a promise was not kept", "A promise was not kept"),
        ("USAGE_DOWN", "usage is low or falling", "Usage is low or falling"),
        ("USAGE_UP", "usage is rising", "Usage is rising"),
        ("LOW_ADOPTION", "few features are used", "Few of the enabled features are used"),
        ("ADOPTION_UP", "more features are used", "More of the enabled features are used"),
        ("SUPPORT_SENTIMENT_DOWN", "support conversations read badly", "Support conversations read badly"),
        ("SUPPORT_SENTIMENT_UP", "support conversations read well", "Support conversations read well"),
        ("SUPPORT_BURDEN_HIGH", "many contacts, reopenings or escalations", "Many contacts, reopenings or escalations"),
        ("SUPPORT_BURDEN_LOW", "few contacts were needed", "Few support contacts were needed"),
        ("LOW_ENGAGEMENT", "little contact with the account owner", "Little contact with the account owner"),
        ("ENGAGEMENT_UP", "good contact with the account owner", "Good contact with the account owner"),
        ("SOCIAL_NEGATIVE", "public mentions read badly", "Public mentions read badly"),
        ("SOCIAL_POSITIVE", "public mentions read well", "Public mentions read well"),
        ("EMPATHY_MISSING", "the reply does not acknowledge the concern", "Replies miss the concern"),
        ("NO_NEXT_STEP", "the reply names no next step", "Replies name no next step"),
        ("HOLLOW_REPLY", "the reply is polite but says nothing of this case", "Replies are hollow"),
        ("ACKNOWLEDGED", "the reply takes up the concern", "Replies take up the concern"),
        ("OWNED", "the reply takes it on", "Replies take it on"),
        ("CONCRETE_NEXT_STEP", "the reply names a concrete next step", "Replies name a next step"),
    )
}


def words(code: str, *, account: bool = False) -> str:
    """Return the plain words of a driver or a refusal; an unknown code is returned as it is."""
    driver = DRIVERS.get(code)
    if driver is not None:
        return driver.account if account else driver.agent
    refusal = REFUSALS.get(code)
    return refusal.user if refusal is not None else code
