"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # speed is measured in benchmarks/
if settings.get_current_profile_name() == "default":  # not in CI, which has a profile of its own
    settings.load_profile("untimed")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real prompts and responses that lies beside the repository.

    It is not part of it: without it the tests that compare with real data are skipped, unless
    ``HIR_KIT_REQUIRE_SHARED=1`` asks for them.
    """
    if (SHARED / "data").is_dir():
        return SHARED
    missing = f"the folder of reference data, {SHARED.name}/ beside the repository, is not there"
    if os.environ.get("HIR_KIT_REQUIRE_SHARED") == "1":
        pytest.fail(f"HIR_KIT_REQUIRE_SHARED=1, but {missing}")
    pytest.skip(missing)
