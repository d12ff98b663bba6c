"""Settings: one frozen dataclass a concern, read once from the environment; secrets never show in ``repr``.

Every setting carries its own help; ``docs/settings.md`` is generated from here.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from environs import Env, EnvError

from core.errors import ConfigurationError

S = TypeVar("S")


def setting(env: str, default: Any, text: str, *, secret: bool = False) -> Any:
    """Declare one setting: its environment variable, default and help."""
    return field(default=default, repr=not secret, metadata={"env": env, "help": text, "secret": secret})


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the one PostgreSQL is. Without ``url`` an embedded one is started under the data folder."""

    url: str = setting(
        "DATABASE_URL", "", "PostgreSQL address of the role attune_app; empty = embedded server", secret=True
    )
    owner_url: str = setting(
        "DATABASE_OWNER_URL", "", "Address of the role attune_owner, for `attune migrate`", secret=True
    )
    pool_size: int = setting("ATTUNE_DB_POOL", 10, "Connections a process may hold open")


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """What is kept on disk and how it is sealed."""

    data_dir: str = setting("ATTUNE_DATA_DIR", "var", "Folder of the embedded server, its keys and the logs")
    keys: str = setting(
        "ATTUNE_KEYS", "", "Fernet keys, newest first, comma-separated; empty = a key file", secret=True
    )
    pepper: str = setting("ATTUNE_PEPPER", "", "Key of pseudonyms and link digests; empty = a key file", secret=True)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The web process."""

    host: str = setting("ATTUNE_HOST", "127.0.0.1", "Address to listen on")
    port: int = setting("ATTUNE_PORT", 8000, "Port to listen on")
    workers: int = setting("ATTUNE_WEB_WORKERS", 2, "gunicorn processes")
    threads: int = setting("ATTUNE_WEB_THREADS", 8, "Threads a process")
    public_url: str = setting(
        "ATTUNE_PUBLIC_URL", "", "Address as the vendors see it (HubSpot signs it); empty = taken from the request"
    )
    metrics_token: str = setting(
        "ATTUNE_METRICS_TOKEN", "", "Bearer token for /metrics; empty = /metrics is off", secret=True
    )
    trusted_proxies: int = setting(
        "ATTUNE_TRUSTED_PROXIES",
        0,
        "Proxies before the web process that each add the caller's address to X-Forwarded-For; 0 = it is ignored",
    )
    client_cert_header: str = setting(
        "ATTUNE_CLIENT_CERT_HEADER", "", "Header in which a trusted proxy passes the client certificate's fingerprint"
    )


@dataclass(frozen=True, slots=True)
class AppsSettings:
    """As which app Attune connects at the vendors (docs/installation.md)."""

    file: str = setting("ATTUNE_APPS_FILE", "", "JSON file with the app's credentials by vendor; empty = none")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The background workers."""

    concurrency: int = setting("ATTUNE_WORKER_CONCURRENCY", 4, "Jobs at once in one worker process")
    batch: int = setting("ATTUNE_BATCH", 100, "Events in one drain step")
    shards: int = setting("ATTUNE_SHARDS", 2, "Inbox parts an installation that may drain at the same time")
    coalesce_seconds: float = setting(
        "ATTUNE_COALESCE_SECONDS", 5.0, "Changes of one record within this time are written together"
    )
    sweep_seconds: int = setting("ATTUNE_SWEEP_SECONDS", 5, "How often forgotten work is looked for")
    poll_seconds: float = setting("ATTUNE_POLL_SECONDS", 1.0, "Longest wait before a queued job is noticed")
    heartbeat_seconds: float = setting("ATTUNE_HEARTBEAT_SECONDS", 10.0, "How often a worker says it is alive")
    stalled_seconds: float = setting("ATTUNE_STALLED_SECONDS", 30.0, "Silence after which its jobs are retried")
    max_tries: int = setting("ATTUNE_MAX_TRIES", 8, "Tries of one row before it is a dead letter")


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Which analyser judges."""

    analyzer: str = setting(
        "ATTUNE_ANALYZER", "service", "Analyser of wording: service (trained) or textblob (baseline)"
    )
    log_level: str = setting("ATTUNE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR; logs never hold messages")


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them."""

    database: DatabaseSettings
    storage: StorageSettings
    web: WebSettings
    worker: WorkerSettings
    judge: JudgeSettings
    apps: AppsSettings = field(default_factory=AppsSettings)

    @property
    def data_dir(self) -> Path:
        """The data folder, absolute."""
        return Path(self.storage.data_dir).absolute()


CONCERNS: dict[str, type[Any]] = {
    "database": DatabaseSettings,
    "storage": StorageSettings,
    "web": WebSettings,
    "worker": WorkerSettings,
    "judge": JudgeSettings,
    "apps": AppsSettings,
}


def load() -> Settings:
    """Read every setting; raise ``ConfigurationError`` naming the variable that cannot be read."""
    env = Env()
    env.read_env(".env", recurse=False)
    try:
        return Settings(**{name: _concern(env, kind) for name, kind in CONCERNS.items()})
    except EnvError as error:
        raise ConfigurationError(str(error)) from None


def _concern(env: Env, kind: type[S]) -> S:
    values = {entry.name: _read(env, entry) for entry in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)


def _read(env: Env, entry: Field[Any]) -> Any:
    name: str = entry.metadata["env"]
    default: Any = entry.default
    if isinstance(default, int):
        return env.int(name, default)
    return env.float(name, default) if isinstance(default, float) else env.str(name, default)
