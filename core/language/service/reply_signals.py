"""Wording of replies that counts for or against empathy, with where it stands."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from core.language.patterns import Match, Patterns
from core.language.service.words import TOKEN

_WHEN: Final = (
    r"(?:by|on|before|at|until|within|in|from|for|this|next|tomorrow|today|tonight) ?(?:the )?"
    r"(?:end of |next |this |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\w*|"
    r"(?:within|in|next|under|takes?|inside|about) (?:the (?:next|hour) ?)?(?:an? |\d+|one|two|three|four|"
    r"five|six|seven|ten|twenty|thirty)[- –to0-9]* ?(?:more |working |business )?(?:minute|min|hour|day|"
    r"week|month)s?|\b(?:today|tomorrow|tonight|this (?:morning|afternoon|evening|week)|by noon|"
    r"first thing)\b|\b\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m|p\.m)\b|\b\d{1,2}:\d\d\b|\b(?:\d{1,2}(?:st|nd|"
    r"rd|th)? )?(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december)(?: \d{1,2})?\b"
)
WORDING: Final[dict[str, str]] = {
    # names what the customer feels or why it is understandable
    "feeling": r"\b(?:frustrat\w+|upset\w*|worr(?:y|ied|ying)|stress\w*|disappoint\w+|annoy\w+|"
    r"anxious|anxiety|scar(?:y|ed)|frighten\w+|exhaust\w+|hard|difficult|awful|"
    r"horrible|rough|tough|unsettling|maddening|galling|miserable|heartbreak\w*|"
    r"painful|distress\w*|embarrass\w+|lonely|overwhelm\w+|tired|fed up|let down)\b",
    "reason": r"\b(?:no wonder|of course you|anyone would|i(?: would|'d) (?:be|feel|have been) "
    r"(?:\w+ )?(?:too|the same|cross|upset|furious|annoyed)|(?:you(?:'re| are) right|"
    r"rightly|understandabl\w+|makes sense|you (?:have|had) every|you shouldn't have|"
    r"shouldn't have (?:happened|had|been)|that(?:'s| is| was) (?:not (?:good enough|"
    r"what|how|the)|far too|too long|a lot|a long|exactly|the last thing)|i can see "
    r"(?:why|how|that)|i see why|must (?:have )?(?:be|been|feel|felt)|after "
    r"(?:all|everything)|especially (?:when|after|with|since))\b)",
    "stock": r"\b(?:(?:i|we) (?:completely |fully |totally |truly |do |can )?(?:understand|"
    r"appreciate) (?:your|how|that this|the|this)\b|apologi[sz]e for (?:any|the) "
    r"(?:inconvenience|trouble|delay|confusion)|sorry (?:for|about) (?:any|the) "
    r"(?:inconvenience|trouble|delay|confusion)|thank you for (?:your patience|"
    r"(?:contacting|reaching|bringing|your (?:e-?mail|message|feedback|interest))\b)|"
    r"your (?:satisfaction|feedback|call|business|experience) is (?:\w+ )?(?:important|"
    r"our|valued)|value(?:d)? (?:your|customer)|rest assured|strive to|at your earliest "
    r"convenience|sorry to hear)",
    "apology": r"\b(?:sorry|apolog\w+|regret|forgive)\b",
    "care": r"\b(?:hope you|hope (?:that )?(?:your|things|she|he|they|it)|thinking of you|here for "
    r"you|take care|feel better|wish you|glad (?:you|to|that|it)|happy (?:for|to hear)|"
    r"congratulations|well done|condolences|for your loss|i feel (?:for )?you|hang in|"
    r"proud of|stay strong|you(?:'re| are) not alone|love|hugs?|good luck|best of luck|"
    r"my heart|sending)\b",
    "own_action": r"\b(?:i|we)(?:'ve| have|'ll| will|'m| am|'re| are|'d)? (?:just |already |now |"
    r"personally |also |gone ahead and )*(?:refund\w*|sent|send\w*|ask\w*|call\w*|"
    r"book\w*|rais\w+|cancel\w*|credit\w*|chang\w+|fix\w*|check\w*|open\w*|ship\w*|"
    r"repla\w+|arrang\w+|remov\w+|escalat\w+|report\w*|order\w*|mov(?:ed?|ing)|add\w*|"
    r"reset\w*|look(?:ed|ing)|trac(?:ed?|ing)|put|pass(?:ed)?|re\w{3,}|updat\w+|"
    r"contact\w*|email\w*|write|ring|phone|speak\w*|spoke|stay\w*|follow\w*|make|"
    r"made|get|got|find|found|do(?:ing)?|sort\w*|chas\w+|walk|keep|tak(?:e|ing))\b",
    "pushed": r"\byou(?:'ll| will)? (?:need|have|must|should|ought) to\b|\byou must\b|\bplease "
    r"(?:contact|refer|see|visit|check our|use|fill|complete|submit|call|e-?mail)\b|"
    r"\bit is your responsibility\b|\bnot (?:our|my) (?:fault|problem|responsib\w+|"
    r"department)\b",
    "when": _WHEN,
    "vague": r"\b(?:as soon as (?:possible|we can)|shortly|soon|in due course|at some point|"
    r"be in touch|get back to you|look into|looking into|working (?:hard )?on it|bear "
    r"with us)\b",
    "step": r"\b(?:refund|replacement|engineer|courier|call(?: you)?|credit|appointment|collect"
    r"|reset|link|next step|ticket|reference|case|click|go to|settings|tap|select|reply "
    r"with|send me|let me know|attach\w*|option|either|instead)\b",
    "question": r"\?",
    "offer_help": r"anything else|further assistance|let me know if|happy to help|feel free",
    "policy": r"\b(?:our|company|per|under|the|standard) (?:\w+ )?(?:policy|policies|procedure|"
    r"terms|t&cs)\b",
    "thanks": r"\b(?:thank|thanks|please|grateful|appreciate)\b",
    "rude": r"\b(?:calm down|obviously|as i (?:already )?said|like i said|whatever|read the|"
    r"you people|your fault|stop (?:asking|emailing|contacting)|not my problem)\b|!{2,}",
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP: Final = _names(
    "about after again also always another because been before being between both came come could "
    "does doing done down during each even every from further gave give goes going gone good have "
    "having help here hope into just know like made make many more most much must need never next "
    "once only other over please really same should since some still such sure take tell than "
    "thank thanks that their them then there these they thing think this those through time today "
    "told too took under until upon very want wanted week went were what when where which while "
    "will with without would your yours yourself you've you're sorry team best regards dear hello "
    "customer service contact "
    # of three letters
    "add ago all and any are ask ate bad big bit but can cut day did due end far few for get got guy had has her him "
    "his hit how i'd i'm ill i've its let lot low may met min new nor not now off oil old one our out own pay per put "
    "ran red run saw say see set she sit six tbh ten the too top try two use via was way who why won yes yet you lol "
    "hey hi hrs sad fit key act fun fix tip won't aug dec feb jan jun jul mar nov oct sep mon tue wed thu fri sat sun"
)


def stem(word: str) -> str:
    """A word without its commonest endings."""
    for ending in ("ing", "ies", "ed", "es", "s", "'s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


class CaseWord(NamedTuple):
    """A content word and where it stands."""

    stem: str
    start: int
    end: int


def case_words(text: str) -> list[CaseWord]:
    """Content words, numbers and references of a text."""
    out = []
    for found in TOKEN.finditer(text):
        word = found.group().lower().replace("\u2019", "'")
        number = any(c.isdigit() for c in word)
        if number or (len(word) > 2 and word[0].isalpha() and word not in _STOP):
            out.append(CaseWord(word if number else stem(word), *found.span()))
    return out


def echoed(reply: str, customer: str) -> list[CaseWord]:
    """Words of the reply that take up the customer's own facts, each stem once."""
    theirs = {w.stem for w in case_words(customer[:6000])}
    seen: set[str] = set()
    out = []
    for word in case_words(reply[:6000]):
        if word.stem in theirs and word.stem not in seen:
            seen.add(word.stem)
            out.append(word)
    return out


@cache
def _patterns() -> Patterns:
    return Patterns(list(WORDING.items()))


class Heard:
    """What a reply says, kind of wording by kind, and which of the customer's facts it takes up."""

    def __init__(self, reply: str, customer: str) -> None:
        self.size = max(1, len(reply.split()))
        self.echo = echoed(reply, customer)
        self.found: dict[str, list[Match]] = {name: [] for name in WORDING}
        for match in _patterns().find(reply.replace("\u2019", "'")):
            self.found[match.name].append(match)

    def features(self) -> list[float]:
        """The numbers that the criteria rest on beside the network, in FEATURES' order."""
        echo, said = len(self.echo), self.found
        shares = min(6, echo) / 6, min(1.0, 4 * echo / self.size), min(1.0, self.size / 80)
        dated = float(bool(said["own_action"] and said["when"]))
        return [*(min(2, len(matches)) / 2 for matches in said.values()), *shares, dated]


FEATURES: Final = (*WORDING, "echo", "echo_share", "words", "dated_action")


def features(reply: str, customer: str) -> list[float]:
    """The numbers of a reply and its customer's message."""
    return Heard(reply, customer).features()
