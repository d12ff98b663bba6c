"""Which language a text is in: a cheap certificate for English first, lingua only in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

from core.language.service.cleaning import is_odd
from core.language.service.dialects import STANDARD
from core.language.service.words import tokens

SUPPORTED: Final = frozenset({"en"})
SURE_WORDS: Final = 4  # texts with fewer words take the tenant's locale
ASKED: Final = 40  # words that lingua is shown
COMMONEST: Final = 1_500  # so many English words are known everywhere
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
# Common words of other languages. Those that are very common in English too, or in a dialect, speak for neither.
FOREIGN: Final = (
    _names(
        "und der das ist nicht ich sie mit ein eine auf auch wie haben sich für mein meine bitte danke im war kein "
        "le les des est je vous pas une dans pour que qui avec sur mon ma merci c'est j'ai suis par plus me bonjour "
        "el los las está por para con una del pero muy mi gracias porque como es desde hola "
        "il che non di sono per della grazie não uma você obrigado meu minha "
        "het een niet van voor maar zijn ik naar og ikke det på jeg att och inte är var wat dit "
        "nie jest się proszę na do że ve bir bu için değil la de en y lo si se al su tu "
        "dem den zu wird sind wir aber e o da em no é un au du ce ne dat te op met weg "
        "saya tidak yang dan ini itu untuk dengan ang ng sa hindi ako po mga ko lagi"
    )
    - ENGLISH
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


class Tally(NamedTuple):
    """What a text's pieces are made of."""

    common: int  # common English words
    function: int  # English function words among them
    foreign: int  # function words of other languages
    apart: int  # capitalised words that are none of these, and words common in English and elsewhere
    words: int
    surfaces: int
    odd: int  # pieces that need cleaning

    @property
    def telling(self) -> int:
        """How many words speak for a language or against one."""
        return self.words - self.apart


class WordKinds:
    """What a word says of its text's language."""

    def __init__(self, common: Sequence[str] = ()) -> None:
        self._common = frozenset(common) | ENGLISH
        self._anywhere = FOREIGN & {*common[:COMMONEST], *STANDARD}

    def tally(self, surface: str) -> int:
        """The tally of one surface, as a number that can be summed."""
        told = self._kind(surface) + (1 << 64) if is_word(surface) else 0
        return told + (1 << 80) + odd_tally(surface)

    def speaks(self, word: str) -> bool:
        """Whether a word is no name and not common everywhere."""
        return self._kind(word) != _APART

    def _kind(self, word: str) -> int:
        lowered = word.lower().replace("\u2019", "'")
        if lowered in self._anywhere:
            return _APART
        if lowered in FOREIGN:
            return 1 << 32
        value = (lowered in self._common) + ((lowered in ENGLISH) << 16)
        return _APART if not value and word[0].isupper() and not word.isupper() else value


def odd_tally(piece: str) -> int:
    """What a piece adds to the sum of its surfaces."""
    return is_odd(piece) << 96


def summed(packed: Iterable[int]) -> Tally:
    """One tally from those of a text's pieces."""
    return Tally._make(_PACKED.unpack(sum(packed).to_bytes(_PACKED.size, "little")))


_PACKED: Final = Struct("<7H")
_APART: Final = 1 << 48


def is_word(surface: str) -> bool:
    """Whether a surface is a word: no number, no mark, no address."""
    return surface[0].isalpha() and "@" not in surface


def plainly_english(tally: Tally) -> bool:
    """Whether the words alone settle it: mostly common English, and hardly anything foreign."""
    size = tally.telling
    if tally.foreign * 4 > tally.function:
        return tally.common * 5 >= size * 4
    return tally.function * 6 >= size or tally.common * 5 >= size * 3


def plainly_foreign(tally: Tally) -> bool:
    """Whether the words alone settle it: a third are function words of another language, few are English."""
    if tally.foreign < 2 or tally.foreign <= tally.function or tally.foreign * 3 < tally.telling:
        return False
    return tally.foreign > 2 or tally.common * 2 < tally.telling


def language(text: str, tally: Tally, locale: str | None, kinds: WordKinds) -> str:
    """The text's language as ISO 639-1, ``und`` for another script or one that is plainly another language."""
    if other_script(text):
        return "und"
    if tally.words < SURE_WORDS:
        return of_locale(locale)
    if plainly_english(tally):
        return "en"
    if plainly_foreign(tally):
        return "und"
    words = [s for s in tokens(text) if is_word(s)]
    told = [w for w in words if kinds.speaks(w)]
    if len(told) < SURE_WORDS:
        # German writes nouns with a capital: without enough other words all of them are asked about.
        told = words if tally.foreign else told
    if len(told) < SURE_WORDS:
        return of_locale(locale)
    return _asked(" ".join(told[:ASKED]), of_locale(locale), summed(map(kinds.tally, told)).common / len(told))


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
