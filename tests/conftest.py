"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Tiny models on one core: threads that wait for each other take more time than they save, several
# times more where tests run side by side. Read by torch at its import, here and in processes that
# tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("untimed", deadline=None)  # speed is measured in benchmarks/
if settings.get_current_profile_name() == "default":  # not in CI, which has a profile of its own
    settings.load_profile("untimed")

# These watch time, or kill processes at moments of their own choice: beside others on one machine
# they would say more of the machine than of hir-kit. `make test` runs them last, one by one.
ALONE = (
    "hir_kit/processes/",
    "hir_kit/runs/",
    "hir_kit/rewards/test_verifying.py",
    "hir_kit/test_time_limit.py",
    "hir_trainer/test_online_ranks.py",
    "hir_trainer/test_reward_functions.py",
    "hir_plugin_code/",
)

SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that are run alone."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        if place.startswith(ALONE):
            item.add_marker(pytest.mark.alone)


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
