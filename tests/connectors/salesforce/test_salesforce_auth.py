from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from connectors.salesforce.auth import assertion
from connectors.salesforce.settings import ConnectionSettings
from core.errors import ConfigurationError

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def made(key: str = "") -> str:
    return assertion(key=key or pem(KEY), issuer="consumer", subject="user", audience="https://login", now=NOW)


def test_the_assertion_is_signed_and_lasts_three_minutes_at_most() -> None:
    header, claims, signature = made().split(".")
    assert json.loads(decoded(header)) == {"alg": "RS256", "typ": "JWT"}
    told = json.loads(decoded(claims))
    assert (told["iss"], told["sub"], told["aud"]) == ("consumer", "user", "https://login")
    assert 0 < told["exp"] - NOW.timestamp() <= 180
    KEY.public_key().verify(decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    "key",
    [
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_a_key_that_is_none_is_the_admins_business(key: str) -> None:
    with pytest.raises(ConfigurationError, match="private key") as caught:
        made(key)
    assert "AAAA" not in str(caught.value)


def test_settings_take_their_own_types_and_hide_the_key() -> None:
    given = {"private_key": "very-secret", "connect_seconds": "2", "unknown": 1, "login_url": "https://test"}
    settings = ConnectionSettings.from_options(given)
    assert (settings.connect_seconds, settings.login_url) == (2.0, "https://test")
    assert "very-secret" not in repr(settings)
