"""Connections to a server: as many as may be used at once, kept open between requests.

They belong to the event loop in which they were opened. A task of that loop owns them: it closes
them when nothing was asked for a while, or when the loop ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hir_kit.plugin import needed

if TYPE_CHECKING:
    import ssl

    import httpx2

_IDLE_SECONDS = 5.0


class Lines:
    """Gives connections, so many at once.

    Each client has one connection: a pool that many requests share looks through all of them for
    each request.

    Args:
        most: How many connections.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._loops: dict[asyncio.AbstractEventLoop, _OfLoop] = {}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Give a connection that nobody else uses, as soon as there is one."""
        loop = asyncio.get_running_loop()
        mine = self._loops.get(loop)
        if mine is None:
            mine = self._loops[loop] = _OfLoop(self._most, lambda: self._loops.pop(loop, None))
        async with mine.one() as client:
            yield client


class _OfLoop:
    """The connections of one event loop; `forget` is called when they are closed."""

    def __init__(self, most: int, forget: Callable[[], object]) -> None:
        self._forget = forget
        self._room = asyncio.Semaphore(most)
        self._idle: list[httpx2.AsyncClient] = []
        self._busy = 0
        self._uses = 0
        self._context: ssl.SSLContext | None = None
        self._owner: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx2.AsyncClient]:
        async with self._room:
            client = self._idle.pop() if self._idle else self._opened()
            if self._owner is None or self._owner.done():
                self._owner = asyncio.create_task(self._own())
            self._busy += 1
            self._uses += 1
            try:
                yield client
            finally:
                self._busy -= 1
                if self._owner.done():
                    await client.aclose()
                else:
                    self._idle.append(client)

    def _opened(self) -> httpx2.AsyncClient:
        httpx = needed("httpx2", "llm", "asking a model")
        if self._context is None:
            self._context = httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        client: httpx2.AsyncClient = httpx.AsyncClient(
            verify=self._context, limits=limits, timeout=None
        )
        return client

    async def _own(self) -> None:
        try:
            uses = -1
            while self._busy or self._uses != uses:
                uses = self._uses
                await asyncio.sleep(_IDLE_SECONDS)
        finally:
            self._forget()
            while self._idle:
                await self._idle.pop().aclose()
