"""From a vendor's message to a turn fit for keeping: own words only, details replaced, signals noted."""

from __future__ import annotations

from core.compliance import consent, opt_out, redact
from core.judgement import Turn
from core.language import signals, strip
from core.model import Message, Role

REFUSED_MEDIA = ("audio/", "video/", "image/")
MEDIA_NOTE = "BIOMETRIC_INPUT_REFUSED"
MAX_WORDS = 20_000


def turn(message: Message, region: str) -> Turn:
    """Return the message as a turn; an attachment is never opened, the words beside it are used.

    Signals and a wish to stop are looked for before details are replaced: replacing may remove the very words.
    They are dropped again where the gate says no.
    """
    own = strip.own_words(message.text)[:MAX_WORDS]
    customer = message.role is Role.CUSTOMER
    return Turn(
        id=message.id,
        role=message.role,
        at=message.at,
        public=message.public,
        words=redact.redact(own, region).text,
        notes=_notes(message, own),
        signals=signals.find(own) if customer and message.public else (),
    )


def _notes(message: Message, own: str) -> tuple[str, ...]:
    noted = (
        (any(kind.lower().startswith(REFUSED_MEDIA) for kind in message.attachments), MEDIA_NOTE),
        (message.role is Role.CUSTOMER and opt_out.asks_to_stop(own), consent.OPT_OUT_NOTE),
    )
    return tuple(note for applies, note in noted if applies)
