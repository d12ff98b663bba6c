"""One analyser for all tests of the service."""

import pytest

from core.language.service.analyzer import ServiceAnalyzer


@pytest.fixture(scope="session")
def analyzer() -> ServiceAnalyzer:
    return ServiceAnalyzer()
