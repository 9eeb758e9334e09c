"""What tests of models share: the scripted server of the examples, in a thread."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_FILE = Path(__file__).parents[2] / "examples" / "judging" / "server.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scripted_server", _FILE)
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

    def start(reply: Any = None, latency: float = 0.0) -> tuple[str, Any]:
        server = scripted.Server(reply, latency)
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


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test write the cache of the user, nor read a key or an address of theirs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
