"""Rewordings that must not move a judgement: dialects, learners' English, typing, a name under the text.

Each keeps the labels of its origin and is taught the teacher's answer to its origin, so that the student
learns to look through the marker. What is exchanged here is wider than what `make evaluate` exchanges.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import numpy as np

from training.targets import Example

# way of writing: "word>other word"; several words are joined by _, a word may go away altogether
_TABLES: Final[dict[str, str]] = {
    "african american": "isn't>ain't aren't>ain't hasn't>ain't haven't>ain't going_to>finna going_to>gon "
    "trying_to>tryna "
    "with>wit that>dat this>dis the>da they>dey them>dem they_are>they is_not>ain't you_all>y'all "
    "your>yo my>mah something>sumn nothing>nothin always>stay is>be are>be because>cuz ask>aks "
    "four>fo for>fo i_am>ima",
    "scottish": "you>ye your>yer my>ma to>tae not>no don't>dinnae can't>cannae won't>willnae didn't>didnae "
    "isn't>isnae wasn't>wasnae doesn't>doesnae of>o with>wi from>fae out>oot about>aboot now>noo "
    "down>doon little>wee yes>aye no>naw over>ower more>mair who>wha know>ken house>hoose have>hae "
    "old>auld",
    "northern": "something>summat nothing>nowt anything>owt the>t' was>were my>me with>wi' isn't>in't you>thee "
    "while>whilst",
    "irish": "you>yous you>ye my>me idiot>eejit am_not>amn't thing>yoke nothing>nathin my>me old>auld",
    "indian": "please>kindly please>pls_kindly i_want>i_am_wanting i_have>i_am_having today>today_only "
    "now>now_itself reply>revert_back you_know>you_are_knowing i_need>i_am_needing "
    "soon>at_the_earliest update>updation postponed>preponed what_is>what_is_the same>same_only "
    "i_think>i_am_thinking",
    "singapore": "the> already>liao already>alr_liao is> are> can_you>can_anot why>why_like_that don't>dun "
    "really>really_one very>damn a> now>now_hor what>simi that>dat like_this>like_dat",
    "nigerian": "please>abeg is>dey are>dey them>dem what>wetin you_all>una not>no trouble>wahala they>dem the> "
    "don't>no want_to>wan my>my_own that>dat my_friend>oga this>dis has>don have>don to>make_e",
    "caribbean": "the>di them>dem that>dat this>dis can't>cyaan don't>nuh not>nah my>mi to>fi there>deh with>wid "
    "i>mi what>weh think>tink nothing>nutten for>fi they>dem of>a",
    "southern": "you>y'all about_to>fixin'_to isn't>ain't going_to>gonna those>them any>no over_there>yonder of>a",
    "learner": "the> a> an> has>have have>has didn't>not doesn't>don't was>were were>was is> are> to> i_am>i "
    "is>are much>many for>since on>in at>in told>said_me went>go bought>buy sent>send came>come "
    "took>take waited>wait it> informations>informations advice>advices people>peoples does>do did> "
    "paid>payed",
    "typed": "you>u your>ur are>r please>pls please>plz thanks>thx because>cuz because>bc people>ppl "
    "tomorrow>tmrw before>b4 to>2 for>4 and>n with>w/ okay>k really>rly though>tho message>msg "
    "don't>dont can't>cant isn't>isnt i'm>im doesn't>doesnt didn't>didnt won't>wont wasn't>wasnt "
    "haven't>havent it's>its what>wat the>teh",
}
_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "singapore": (" lah", " leh", " lor", " sia", " hor"),
    "nigerian": (" o", " sha", " abeg"),
    "scottish": (" eh", " pal", " like"),
    "irish": (" so it is", " like", " at all at all"),
    "northern": (" like", " love", " mate"),
    "indian": (" only", " sir", " na", " ji"),
    "southern": (" y'all", " bless"),
    "african american": (" fr", " ong", " bruh"),
    "caribbean": (" yuh know", " man", " seen"),
}
NAMES: Final = (
    "Aiden Murphy",
    "Zainab Hussain",
    "Takeshi Mori",
    "Shanice Jefferson",
    "Ewa Kowalczyk",
    "Rajesh Iyer",
    "Chinedu Okafor",
    "Lucía Ortega",
    "Bronwen Pugh",
    "Ahmed Farouk",
    "Hannah Clarke",
    "DeShawn Tillman",
    "Anh Tran",
    "Dimitra Vassiliou",
    "Ayşe Yılmaz",
    "Sven Lindqvist",
    "Thandiwe Dlamini",
    "Moshe Katz",
    "Kamala Rao",
    "Olivia Hughes",
    "Tyrone Banks",
    "Xiu Ying Chen",
    "Gheorghe Popa",
    "Nneka Eze",
)
_RULES: Final = {
    way: [tuple(part.replace("_", " ") for part in pair.split(">")) for pair in table.replace("> ", ">~ ").split()]
    for way, table in _TABLES.items()
}
SHARE: Final = {
    "written_customers": 4.0,
    "written_replies": 0.6,
    "written_posts": 1.5,
    "written_sentences": 0.4,
    "apple_tweets": 2.0,
    "skytrax": 0.8,
    "yelp_sentences": 2.0,
    "vader_gt": 0.6,
    "banking77": 0.6,
    "goemotions": 0.4,
}


def exchanged(text: str, way: str, rng: np.random.Generator) -> str:
    """The text in another way of writing, each marker with even odds."""
    for old, new in _RULES[way]:
        if rng.random() < 0.6:
            text = re.sub(rf"\b{re.escape(old)}\b ?", (new + " ").replace("~ ", ""), text, flags=re.IGNORECASE)
    if way in _TAGS and rng.random() < 0.5:
        text = text.rstrip(" .!") + str(rng.choice(_TAGS[way])) + (text[-1] if text[-1:] in ".!?" else "")
    return text.strip()


def mistyped(text: str, rng: np.random.Generator) -> str:
    """The text as quick thumbs leave it: small letters, no end, two letters swapped."""
    if rng.random() < 0.5:
        text = text.lower()
    if rng.random() < 0.3:
        text = text.rstrip(".!?")
    words = text.split(" ")
    for at in rng.integers(0, len(words), max(1, len(words) // 12)):
        word = words[at]
        if len(word) > 4 and word.isalpha():
            cut = int(rng.integers(1, len(word) - 2))
            words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


def signed(text: str, rng: np.random.Generator) -> str:
    """The text with a name under it or before it."""
    name = str(rng.choice(NAMES))
    return f"{text}{rng.choice([' ', ', ', chr(10)])}{name}" if rng.random() < 0.7 else f"{name} here. {text}"


def reworded(text: str, rng: np.random.Generator) -> str:
    """One rewording: mostly a dialect or learner's English, else typing or a name."""
    kind = rng.random()
    if kind < 0.7:
        return exchanged(text, str(rng.choice(list(_RULES))), rng)
    return mistyped(text, rng) if kind < 0.85 else signed(text, rng)


def rewordings(found: list[Example], seed: int = 5) -> list[Example]:
    """Rewordings of the examples, more of service texts; none where nothing was there to exchange."""
    rng = np.random.default_rng(seed)
    out = []
    for example in found:
        for _ in range(rng.poisson(SHARE.get(example.source, 0.0))):
            text = reworded(example.text, rng)
            if text and text != example.text:
                out.append(replace(example, text=text, origin=example.text, weight=example.weight * 0.7))
    return out
