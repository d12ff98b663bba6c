"""Errors that say what the caller does next: reject, wait, give up, mend the set-up."""


class AttuneError(Exception):
    """Base of every error the project raises on purpose."""


class RejectedError(AttuneError):
    """The input is refused for a named reason; sending it again unchanged will not help."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class RetryLaterError(AttuneError):
    """Nothing is wrong with the row; the other side cannot take it now."""

    def __init__(self, after_seconds: float | None = None, cause: str = "") -> None:
        super().__init__(cause or "try again later")
        self.after_seconds = after_seconds
        self.cause = cause


class ContendedError(RetryLaterError):
    """Two transactions stood in each other's way (a deadlock); nothing was changed, do it again at once."""


class PermanentError(AttuneError):
    """This one row can never succeed as it is (record gone, field missing, validation rule)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class ConfigurationError(AttuneError):
    """A person has to change a setting or a permission before this can work."""


class GrantRefusedError(ConfigurationError):
    """The vendor no longer accepts our access: somebody took it back there. Only connecting again helps."""
