"""Fixtures for all tests."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase, settings

# Tiny models on one core: threads that wait for each other take more time than they save, several
# times more where tests run side by side. Read by torch at its import, here and in processes that
# tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell starts in the background ignores Ctrl-C, and so would the commands that tests stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Speed is measured in benchmarks/. Where the shared data are required, as in CI, the same examples
# are tried each time: what fails there is the change's doing. Everywhere else they are others.
#
# Why an example fails is not looked for on Python below 3.12: there it takes tracing each line,
# which takes minutes and has hung CPython 3.11.
PHASES = [one for one in Phase if one is not Phase.explain or sys.version_info >= (3, 12)]
settings.register_profile("untimed", deadline=None, phases=PHASES)
settings.register_profile("same", deadline=None, phases=PHASES, derandomize=True)
if settings.get_current_profile_name() == "default":
    required = os.environ.get("HIR_KIT_REQUIRE_SHARED") == "1"
    settings.load_profile("same" if required else "untimed")

# These watch time, or kill processes at moments of their own choice: beside many others on one
# machine they would say more of the machine than of hir-kit. They mostly wait. `make test` runs
# them last, two at a time.
TIMED = (
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
    """Mark the tests that are run with little beside them."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).as_posix()
        if place.startswith(TIMED):
            item.add_marker(pytest.mark.timed)


_ENDED: set[str] = set()


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> None:
    """Run a test once more, in a new process, where it has cost the process of many tests.

    Native code of what was loaded before may have broken down, or not come back.
    """
    if crashitem not in _ENDED:
        _ENDED.add(crashitem)
        print(f"\n{crashitem} has ended its process; it is run once more in a new one")
        report.outcome = "rerun"  # as pytest-xdist documents it
        sched.mark_test_pending(crashitem)


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


_SERVER = Path(__file__).parents[1] / "examples" / "judging" / "server.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scripted_server", _SERVER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scripted_server"] = module
    spec.loader.exec_module(module)
    return module


scripted = sys.modules.get("scripted_server") or _loaded()


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[str, Any]]]:
    """Give what starts a server with a reply; it returns the base URL and the server."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    servers = []

    def start(reply: Any = None, latency: float = 0.0, tls: Any = None) -> tuple[str, Any]:
        server = scripted.Server(reply, latency, tls)
        servers.append(server)
        url = asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
        return url, server

    yield start

    async def stop() -> None:
        for server in servers:
            server.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a test of models from the cache of the user, and from their key and address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
