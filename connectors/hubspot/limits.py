"""HubSpot's limits: a burst of calls in ten seconds, and searches apart, whose answers carry no limit headers.

https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
"""

from __future__ import annotations

from collections.abc import Mapping

import requests

from connectors.transport import retry_after, whole
from core.errors import RetryLaterError
from core.ports import Budget

BURST, SEARCH = "burst", "search"
# Seconds until a policy named in a 429 lets calls through again. The daily one is asked again every quarter hour:
# HubSpot does not say when an account's day ends.
POLICIES: Mapping[str, float] = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0, "DAILY": 900.0}
LOCKED_SECONDS = 2.0


class Limits:
    """The two hooks of the transport."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    def spend(self, request: requests.PreparedRequest) -> None:
        """Take a call from the limit it counts against; token calls count against none."""
        if "/oauth/" not in (request.url or ""):
            self._budget.spend(limit_of(request))

    def learn(self, response: requests.Response) -> None:
        """Believe the headers; on 429 and 423 raise ``RetryLaterError`` with the wait that HubSpot means."""
        headers = response.headers
        capacity = whole(headers, "X-HubSpot-RateLimit-Max")
        left = whole(headers, "X-HubSpot-RateLimit-Remaining")
        if capacity is not None and left is not None:
            window = (whole(headers, "X-HubSpot-RateLimit-Interval-Milliseconds") or 10_000) / 1000
            self._budget.learn(BURST, capacity=capacity, remaining=left, resets_in=window)
        if response.status_code == 429:
            wait = retry_after(headers) or POLICIES.get(_policy(response), POLICIES["TEN_SECONDLY_ROLLING"])
            self._budget.block(limit_of(response.request), wait)
            raise RetryLaterError(wait, "HTTP 429")
        if response.status_code == 423:
            # https://developers.hubspot.com/docs/api-reference/error-handling asks for two seconds at least.
            raise RetryLaterError(max(LOCKED_SECONDS, retry_after(headers) or 0.0), "HTTP 423")


def limit_of(request: requests.PreparedRequest) -> str:
    """Name the limit that a request counts against."""
    return SEARCH if (request.url or "").partition("?")[0].endswith("/search") else BURST


def _policy(response: requests.Response) -> str:
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        return ""
    return str(body.get("policyName")) if isinstance(body, dict) else ""
