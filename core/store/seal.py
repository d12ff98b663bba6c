"""Secrets at rest: sealed with rotating Fernet keys; pseudonyms and digests keyed by a pepper."""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import ConfigurationError
from core.settings import StorageSettings


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens text; makes keyed digests that mean nothing without the pepper."""

    fernet: MultiFernet = field(repr=False)
    pepper: bytes = field(repr=False)

    def close(self, plain: str) -> str:
        """Seal ``plain`` with the newest key."""
        return self.fernet.encrypt(plain.encode()).decode() if plain else ""

    def open(self, sealed: str) -> str:
        """Open what any live key sealed; raise ``ConfigurationError`` when no key fits."""
        try:
            return self.fernet.decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            raise ConfigurationError(
                "a stored secret cannot be opened: ATTUNE_KEYS lacks the key it was sealed with"
            ) from None

    def rotate(self, sealed: str) -> str:
        """Seal again with the newest key."""
        return self.fernet.rotate(sealed.encode()).decode() if sealed else ""

    def digest(self, *parts: str) -> str:
        """Return a keyed digest of ``parts``: 32 hexadecimal digits, useless without the pepper."""
        return hmac.new(self.pepper, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def open_seal(settings: StorageSettings) -> Seal:
    """Take the keys from the settings, or from key files under the data folder, made at the first start."""
    folder = Path(settings.data_dir).absolute() / "keys"
    keys = settings.keys or _key_file(folder / "fernet", lambda: Fernet.generate_key().decode())
    pepper = settings.pepper or _key_file(folder / "pepper", lambda: os.urandom(32).hex())
    try:
        return Seal(MultiFernet([Fernet(key.strip()) for key in keys.split(",")]), pepper.encode())
    except ValueError:
        raise ConfigurationError("ATTUNE_KEYS must hold Fernet keys: 32 bytes, url-safe base64") from None


def _key_file(path: Path, make: Callable[[], str]) -> str:
    """Return the key in ``path``; whoever comes first makes it, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
    return path.read_text(encoding="utf-8")
