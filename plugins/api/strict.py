"""A blueprint that reads JSON strictly: what cannot be read is refused, whatever the reason."""

from __future__ import annotations

import json
from typing import Any

from flask import Request
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser


class StrictParser(FlaskParser):
    """Reads JSON; what Python's reader gives up on (numbers of thousands of digits) is as unreadable as the rest."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise
        except ValueError:
            raise json.JSONDecodeError("a number too long", "-", 0) from None


class Routes(Blueprint):  # type: ignore[misc]
    """A blueprint that reads strictly."""

    ARGUMENTS_PARSER = StrictParser()
