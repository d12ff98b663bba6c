"""The SDK over our own transport: it builds paths and bodies, a ``requests`` session carries them.

The SDK brings urllib3 pools of its own, without time-outs, budgets or renewal of a token, and reads answers by
methods that urllib3 has dropped. Its ``api_factory`` setting lets us hand each of its clients another pool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests


class Answer:
    """A response as the SDK reads it."""

    def __init__(self, response: requests.Response) -> None:
        self.status, self.reason = response.status_code, response.reason
        self.data = response.content.decode("utf-8", "replace").encode()
        self._headers = response.headers

    def getheaders(self) -> Mapping[str, str]:
        """Return all headers."""
        return self._headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return one header."""
        return self._headers.get(name, default)


class Pool:
    """Takes the place of a urllib3 pool in the SDK's clients."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def request(
        self,
        method: str,
        url: str,
        *,
        body: str | None = None,
        fields: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> Answer:
        """Send one request; what the transport raises goes through."""
        data = None if body is None else body.encode()
        return Answer(self._session.request(method, url, params=fields, data=data, headers=dict(headers or {})))


def api_factory(session: requests.Session) -> Callable[[Any, str, Mapping[str, Any]], Any]:
    """Return what the SDK calls to make one of its API objects."""

    def make(package: Any, name: str, _: Mapping[str, Any]) -> Any:
        client = package.ApiClient(configuration=package.Configuration())
        client.rest_client.pool_manager = Pool(session)
        return getattr(package, name)(api_client=client)

    return make
