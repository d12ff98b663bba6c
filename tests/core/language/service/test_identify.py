"""Which language: English in all its dress is read, what is another language is refused and not guessed at."""

import pytest

from core.language.service.analyzer import ServiceAnalyzer

OTHERS = [
    "wo ist mein paket bitte",
    "mein internet ist down und der router ist off",
    "der update button in der app ist weg",
    "Je ne peux pas me connecter depuis hier",
    "la commande en ligne no 4521 est en retard",
    "no me funciona la app desde ayer",
    "el delivery es super late y el support no help",
    "la app non funziona da ieri sera",
    "o app não abre no meu iPhone",
    "de app werkt niet meer op mijn telefoon",
    "jag vill ha pengarna tillbaka",
    "aplikacja nie działa na moim telefonie",
    "gusto ko ng refund sa order ko",
    "aplikasi tidak bisa dibuka di hp saya",
]
ENGLISH = [
    "no lunch for no today",
    "shop says no parcel for me",
    "can i cancel mon lesson move to tues",
    "in the room no fan",
    "Abeg help dem, dat dey da third time.",
    "Och, that's it working noo. Ta very much!",
    "La Casa de Papel is not loading",
    "On Sunday Maria Keller and Joao Ferreira tried the Deutsche Bahn app, no luck",
    "I gather the surveyor's en route. He's been en route since the 3rd.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_another_language_is_refused(analyzer: ServiceAnalyzer, text: str) -> None:
    assert analyzer.customer([text])[0].refused == "LANGUAGE_UNSUPPORTED"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_read(analyzer: ServiceAnalyzer, text: str) -> None:
    assert analyzer.customer([text])[0].refused != "LANGUAGE_UNSUPPORTED"
