"""Bank, card and national numbers: a shape that is cheap to find and a check that is hard to pass by chance."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.be import nn as be_nn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

Check = Callable[[str], bool]

_COMPACT = re.compile(r"[ \-./\xa0]")
# Issuer ranges of payment cards: without them every sixteenth-digit order number would pass one time in ten.
_CARD_LENGTHS: dict[str, tuple[int, ...]] = {
    "4": (13, 16, 19),
    "5": (16,),
    "2": (16,),
    "34": (15,),
    "37": (15,),
    "36": (14,),
    "30": (14,),
    "38": (14,),
    "6": (16, 17, 18, 19),
    "35": (16,),
}


def _stdnum(module: object) -> Check:
    def valid(text: str) -> bool:
        try:
            module.validate(text)  # type: ignore[attr-defined]
        except (ValidationError, ValueError):
            return False
        return True

    return valid


def is_card(text: str) -> bool:
    """Say whether a run of digits is a payment card number: issuer range, length and Luhn's check digit."""
    digits = _COMPACT.sub("", text)
    lengths = _CARD_LENGTHS.get(digits[:2]) or _CARD_LENGTHS.get(digits[:1]) or ()
    return len(digits) in lengths and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def _any(*modules: object) -> Check:
    checks = [_stdnum(module) for module in modules]
    return lambda text: any(check(text) for check in checks)


_EDGE, _END = r"(?<![\w.-])", r"(?![\w-])"

# kind, shape, check. Longer shapes first, so that a part of an IBAN is not taken for something else.
NUMBERS: tuple[tuple[str, re.Pattern[str], Check], ...] = (
    (
        "iban",
        re.compile(_EDGE + r"[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{2,4}){3,8}(?:[ ]?[A-Za-z0-9]{1,3})?" + _END),
        _stdnum(iban),
    ),
    ("card", re.compile(_EDGE + r"\d(?:[ -]?\d){12,18}" + _END), is_card),
    # Numbers with a telling shape of their own.
    ("national", re.compile(_EDGE + r"(?:\d{3}-\d{2}-\d{4})" + _END), _stdnum(ssn)),
    (
        "national",
        re.compile(_EDGE + r"[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]" + _END),
        _stdnum(codicefiscale),
    ),
    ("national", re.compile(_EDGE + r"[XYZxyz]?\d{7,8}-?[A-Za-z]" + _END), _any(dni, nie)),
    ("national", re.compile(_EDGE + r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}" + _END), _stdnum(nir)),
    ("national", re.compile(_EDGE + r"\d{6}[-+A-Ya-y]\d{3}[0-9A-Za-z]" + _END), _any(hetu, personnummer)),
    ("national", re.compile(_EDGE + r"\d{3}\.\d{3}\.\d{3}-\d{2}" + _END), _stdnum(cpf)),
    ("national", re.compile(_EDGE + r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}" + _END), _stdnum(be_nn)),
    (
        "national",
        re.compile(_EDGE + r"[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]" + _END),
        lambda _: True,
    ),
    ("national", re.compile(_EDGE + r"\d{3} \d{3} \d{4}" + _END), _stdnum(nhs)),
    ("national", re.compile(_EDGE + r"(?:\d{2} ?\d{3} ?\d{3} ?\d{3}|\d{11})" + _END), _any(idnr, pesel, cpf)),
    ("national", re.compile(r"(?<=bsn )\d{9}" + _END, re.IGNORECASE), _stdnum(bsn)),
)
