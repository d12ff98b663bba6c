"""Which language a text is in: a cheap certificate for English first, lingua only in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

SUPPORTED: Final = frozenset({"en"})
SURE_WORDS: Final = 4  # texts with fewer words take the tenant's locale
_LETTER: Final = re.compile(r"[^\W\d_]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_PLAIN: Final = re.compile(r"\A[\x00-\x7f\u2018-\u201f\u2026\u2013\u2014\u00a3\u20ac]*\Z")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that English text is full of and that are no common words of the languages around it.
ENGLISH: Final = _names(
    "the and you your is it's i'm i've my with this that have has had was were been are not don't "
    "didn't doesn't can't won't isn't what when where why how which would could should there they "
    "them their we our from for but of to it be can do did will just now still again please thanks "
    "thank after before because about only any some i he she her his him out up then than if"
)
# Words that speak strongly against English even when a few English ones stand beside them.
FOREIGN: Final = _names(
    "und der das ist nicht ich sie mit ein eine auf auch wie haben sich für mein bitte "
    "le les des est je vous pas une dans pour que qui avec sur mon ma merci c'est j'ai "
    "el los las está por para con una del pero muy mi gracias porque como "
    "il che non di sono per della grazie não uma com você obrigado meu minha "
    "het een niet van voor maar zijn ik naar og ikke det på jeg att och inte är "
    "nie jest się proszę na do że ve bir bu için değil la de en y lo si mi con se al su tu ich "
    "mit im dem den zu wird sind wir aber e o da em no é le un au du ce ne sur dat te de op met "
    "saya tidak yang dan ini itu untuk dengan ang ng sa hindi ako po mga"
)


@lru_cache(maxsize=1)
def detector() -> Any:
    """lingua in low-accuracy mode over the languages that support teams meet most."""
    from lingua import Language, LanguageDetectorBuilder

    names = _names(
        "ENGLISH GERMAN FRENCH SPANISH ITALIAN PORTUGUESE DUTCH SWEDISH DANISH POLISH "
        "TURKISH INDONESIAN TAGALOG ROMANIAN FINNISH CZECH HUNGARIAN"
    )
    chosen = [getattr(Language, n) for n in sorted(names)]
    return LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode().build()


def of_locale(locale: str | None) -> str:
    """The language part of a locale such as ``en-GB``; English where none is set."""
    return re.split(r"[-_]", locale)[0].lower() if locale else "en"


def other_script(text: str) -> bool:
    """Whether most letters belong to a script that no supported language uses."""
    if text.isascii() or _PLAIN.match(text):
        return False
    letters = _LETTER.findall(text)
    return len(letters) > 2 * len([c for c in letters if _LATIN.match(c)])


class WordCounts:
    """Counts common English, English function and foreign function words, and names, with one sum."""

    def __init__(self, common: Iterable[str] = ()) -> None:
        self._common = frozenset(common) | ENGLISH
        self._memo: dict[str, int] = {}

    def of(self, words: Sequence[str]) -> tuple[int, int, int, int]:
        """(common English, English function words, foreign function words, capitalised others)."""
        try:
            packed = sum(map(self._memo.__getitem__, words))
        except KeyError:
            packed = sum(map(self._learn, words))
        return packed & 0xFFFF, packed >> 16 & 0xFFFF, packed >> 32 & 0xFFFF, packed >> 48

    def named(self, word: str) -> bool:
        """Whether a word may be a name, which speaks for no language."""
        return (word not in self._memo and self._learn(word) == 1 << 48) or self._memo.get(word) == 1 << 48

    def _learn(self, word: str) -> int:
        known = self._memo.get(word)
        if known is not None:
            return known
        lowered = word.lower().replace("\u2019", "'")
        value = (lowered in self._common) + ((lowered in ENGLISH) << 16)
        value += (lowered in FOREIGN and lowered not in ENGLISH) << 32
        if not value and word[0].isupper() and not word.isupper():
            value = 1 << 48
        if len(self._memo) > 50_000:
            self._memo.clear()
        self._memo[word] = value
        return value

    def plainly_english(self, words: Sequence[str]) -> bool:
        """Whether the words alone settle it: mostly common English, hardly anything foreign; names aside."""
        common, function, foreign, names = self.of(words)
        if foreign * 4 > function:
            return False
        size = len(words) - names
        return function * 6 >= size or common * 10 >= size * 6


def language(text: str, words: Sequence[str], locale: str | None, counts: WordCounts) -> str:
    """The text's language as ISO 639-1, ``und`` for another script; names are left out of account."""
    if other_script(text):
        return "und"
    if len(words) < SURE_WORDS:
        return of_locale(locale)
    if counts.plainly_english(words):
        return "en"
    told = [w for w in words if not counts.named(w)]
    if len(told) < SURE_WORDS:
        # German writes nouns with a capital: without enough other words all of them are asked about.
        told = list(words) if counts.of(words)[2] else told
    if len(told) < SURE_WORDS:
        return of_locale(locale)
    return _asked(" ".join(told[:60]), of_locale(locale), counts.of(told)[0] / len(told))


def _asked(text: str, tenant: str, common: float) -> str:
    """lingua's answer, weighed with the share of common English words.

    Mostly common English: lingua must be very sure to refuse it (dialects, slang). Hardly any:
    lingua's best guess stands, and English is not assumed.
    """
    values = detector().compute_language_confidence_values(text)
    if not values:
        return tenant
    code = str(values[0].language.iso_code_639_1.name).lower()
    if code == tenant:
        return code
    wanted = 0.95 if common >= 0.4 else 0.6 if common >= 0.2 else 0.0
    return code if values[0].value >= wanted else tenant
