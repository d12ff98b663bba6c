"""Wording in a draft that harms, by pattern, and the near-misses that must stay silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    """A kind of finding: what fires, what keeps it silent when it stands around the hit."""

    kind: str
    fires: re.Pattern[str]
    silent: re.Pattern[str]


def _rule(kind: str, fires: str, silent: str = r"(?!)") -> Rule:
    return Rule(kind, re.compile(fires, re.IGNORECASE), re.compile(silent, re.IGNORECASE))


RULES: Final = (
    _rule(
        "blaming",
        r"\b(?:(?:because|since|as) you (?:didn't|did not|failed|forgot|never|chose|ignored|"
        r"entered|gave|waited|left)|you (?:should have|should've|ought to have|could have|"
        r"failed to|neglected to|forgot to|must have (?:mis|entered|typed|done|missed|forgotten|"
        r"clicked|dropped))|if you (?:had|'d) (?:read|checked|followed|told|been|called|"
        r"listened|ordered|looked|only)|your (?:own )?(?:fault|mistake|error|responsibility to|"
        r"negligence|failure|carelessness)|user error|you didn't (?:read|follow|check|bother)|"
        r"you(?:'ve| have)? (?:clearly|obviously|simply|apparently) (?:did|didn't|not|have|haven't|entered|"
        r"forgot\w*|missed|ignored|misread|mis\w+)|had you (?:read|checked|followed|told|called|looked)|"
        r"(?:it|that|this)(?:'s| is| was) (?:entirely |really )?your (?:responsibility|fault|mistake|error|"
        r"own doing)|next time,? (?:please )?(?:read|check|make sure|be more careful|pay attention))",
        r"you (?:could|should) have (?:been told|had|received|got|heard|seen|expect)|not your "
        r"(?:own )?(?:fault|mistake|error)|isn't your|wasn't your|nothing you",
    ),
    _rule(
        "dismissive",
        r"\b(?:calm down|relax\b(?!ing)|no big deal|not (?:that|such|really) (?:a )?(?:big|bad|"
        r"serious|much)|get over it|you(?:'re| are) over-?react\w*|as i (?:already )?(?:said|"
        r"told|explained)|nothing (?:more )?(?:i|we) can do|it(?:'s| is) (?:only|just) (?:a|an|"
        r"the|one|two|\d)|other customers (?:don't|do not|manage|have)|(?:that(?:'s| is)|these "
        r"things) (?:just )?(?:how it (?:is|works)|happen)|not (?:our|my) (?:problem|concern)|"
        r"we(?:'ve| have) (?:nothing|no further)|nobody else|no one else (?:has )?complain\w*|"
        r"you(?:'ll| will) (?:just )?have to (?:wait|live|accept|put up)|consider this "
        r"(?:matter|case|ticket) closed|policy is policy|rules are rules|it is what it is|(?:like|as) "
        r"every(?:one|body) else|not the end of the world|make (?:such )?a fuss|you(?:'re|"
        r" are) being (?:\w+ )?"
        r"(?:unreasonable|difficult|dramatic|impatient)|that(?:'s| is) (?:just |simply )?(?:our|the) policy|"
        r"be (?:more )?patient\b|(?:nothing|no reason) to (?:worry|complain|get upset) about|it(?:'s|"
        r" is) not "
        r"as if|hardly (?:a|the|worth))",
        r"not (?:a|the) (?:big deal to|small)|nothing (?:more )?(?:you|to do)|isn't just|is not "
        r"just|not just",
    ),
    _rule(
        "robotic",
        r"\b(?:apologi[sz]e for any inconvenience|inconvenience (?:this|that|it)? ?(?:may|might) "
        r"have|your (?:call|feedback|satisfaction|business|query|request|message|experience|"
        r"opinion) (?:is|has been) (?:very |extremely |so |our )?(?:important|valued|valuable|"
        r"top|received|noted|logged|number)|valued customer|we (?:strive|endeavou?r) to|"
        r"at your earliest convenience|please be (?:advised|informed|assured)|kindly (?:be|note|"
        r"refer|do)|as per (?:our|your|the)|we (?:take|value) (?:your|all|these|such) \w+ (?:very )?"
        r"seriously|rest assured|patience and understanding|we (?:truly |greatly |sincerely |highly )?"
        r"(?:value|appreciate) your (?:business|feedback|loyalty|custom|patience|understanding)|we are "
        r"(?:constantly|always|continually) (?:striving|working|looking)|(?:anything else (?:i|"
        r"we) can (?:help|"
        r"assist)|further assistance)|do not hesitate|this (?:is an automated|inbox is)|"
        r"for quality (?:and|assurance))",
    ),
    _rule(
        "over_promise",
        r"\b(?:guarantee[ds]?|i (?:promise|swear|vow)|you have my word|100 ?%|never happen again|"
        r"won't (?:ever )?happen again|for sure\b|without fail|i (?:can )?assure you|risk[- ]free|"
        r"whatever happens|nothing (?:can|will) go wrong|(?:i'll|i will|we'll|"
        r"we will) (?:personally )?(?:make (?:absolutely )?"
        r"sure|ensure|see to it) (?:that )?(?:it|this|you|they|he|she|nothing)|(?:definitely|certainly|"
        r"absolutely) (?:be|get|have|arrive|"
        r"will|fix|receive|work)|without (?:a |any )?(?:doubt|fail)|no matter what|"
        r"will (?:always|never) (?:be|have|happen|fail|go|see|lose|again))",
        r"(?:can't|cannot|can not|couldn't|not able to|unable to|don't want to|won't|wouldn't|not|"
        r"never|before i|rather than|without) (?:\w+ ){0,2}(?:guarantee|promise)|guarantee (?:card|"
        r"period|claim|certificate|terms|form|expires|covers)|(?:under|the|your|month|year|"
        r"back|money-back|lifetime) guarantee",
    ),
    _rule(
        "liability",
        r"\b(?:we (?:are|were) (?:\w+ )?(?:liable|negligent|at fault legally|legally|reckless)|"
        r"(?:accept|admit|take) (?:full |legal |all )?(?:liability|legal responsibility)|our "
        r"(?:negligence|legal (?:fault|responsibility)|breach)|(?:in|a) breach of (?:the |our |"
        r"your |data |contract|duty)|broke the law|duty of care|(?:owe|pay) you (?:damages|"
        r"compensation for)|you(?:'d| would| could) win (?:if|in court)|sue us)",
        r"not (?:liable|admit|accept)|without admi\w+|can't comment|cannot comment",
    ),
    _rule(
        "regulated_advice",
        r"\b(?:(?:stop|skip|halve|double|increase|reduce|take (?:an? )?(?:extra|half|two|another)|"
        r"come off|cut down on) (?:\w+ ){0,3}(?:dose|tablets?|pills?|medication|insulin|meds|"
        r"antibiotics?|ibuprofen|paracetamol|aspirin)|you don't need (?:a|to see a|an) (?:doctor|"
        r"lawyer|solicitor|electrician|gas engineer|vet)|(?:put|invest|move) (?:it|your (?:money|"
        r"savings|pension)) (?:all )?(?:into|in|to)|you(?:'d| would|'ll| will) (?:win|lose) in "
        r"court|legally you (?:can|must|have|don't)|(?:it's|is) (?:perfectly |quite )?safe to "
        r"(?:take|mix|drive|eat|use it)|wire it (?:in )?yourself|tax[- ](?:deductible|free) (?:for "
        r"you|so))",
        r"(?:ask|check with|speak to|talk to|see) (?:your|a|the) (?:doctor|gp|pharmacist|vet|"
        r"lawyer|adviser|accountant)|can't advise|cannot advise|not able to advise",
    ),
    _rule(
        "third_party_data",
        r"\b(?:(?:account|order|parcel|reservation|booking) (?:belongs to|of|is under|was placed "
        r"by) (?:mr|mrs|ms|miss|dr)\.? [A-Z]\w+|(?:his|her|their) (?:address|phone|number|e-?mail|"
        r"mobile) is\b|(?:your neighbou?r|another customer|the other (?:guest|customer|driver|"
        r"passenger|tenant)),? (?:mr|mrs|ms|miss|dr)\.?)",
    ),
)

WHY: Final[dict[str, tuple[str, str, str]]] = {
    # kind: (level, why, what to add)
    "dismissive": (
        "hint",
        "This makes the trouble smaller than it is for the customer.",
        "Name what went wrong for them, then what can be done.",
    ),
    "blaming": (
        "hint",
        "This puts the fault on the customer.",
        "Describe what happened without 'you', and the way forward.",
    ),
    "robotic": (
        "hint",
        "A set phrase stands where this case should be.",
        "Take up a fact from their message and say what you do about it, by when.",
    ),
    "over_promise": (
        "confirm",
        "This promises what may not be in your hands.",
        "Say what you do yourself and by when, and what depends on others.",
    ),
    "liability": (
        "block",
        "This admits legal fault; that needs approval first.",
        "Describe what happened and what you do now; leave legal terms out.",
    ),
    "jargon": (
        "hint",
        "Words from inside the company that the customer may not know.",
        "Say the same in everyday words, or explain the term once.",
    ),
    "no_next_step": ("hint", "It does not say what happens next.", "Add one action, who does it and by when."),
    "third_party_data": (
        "confirm",
        "This tells the customer about another person.",
        "Leave out names and details of other people.",
    ),
    "regulated_advice": (
        "block",
        "Medical, legal, financial or safety advice needs a professional.",
        "Say that you cannot advise on this and where they can get advice.",
    ),
}


def hits(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of everything that fires and is not kept silent."""
    plain = text.replace("\u2019", "'")
    for rule in RULES:
        quiet = [m.span() for m in rule.silent.finditer(plain)]
        for found in rule.fires.finditer(plain):
            start, end = found.span()
            if not any(a < end and start < b for a, b in quiet):
                yield rule.kind, start, end
