"""Connections to a server: as many as may be used at once, kept open between requests.

They belong to the event loop in which they were opened. A task of that loop owns them: it closes
them when nothing was asked for a while, or when the loop ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hir_plugin_llm.line import Address, Line, opened, ssl_context

if TYPE_CHECKING:
    import ssl

_IDLE_SECONDS = 5.0


class Lines:
    """Gives connections, so many at once.

    Each connection is used by one request at a time: a pool that many requests share looks through
    all of them for each request.

    Args:
        most: How many connections.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._loops: dict[asyncio.AbstractEventLoop, _OfLoop] = {}

    @asynccontextmanager
    async def one(self, address: Address) -> AsyncIterator[Line]:
        """Give a connection that nobody else uses, as soon as there is one."""
        loop = asyncio.get_running_loop()
        mine = self._loops.get(loop)
        if mine is None:
            forget = lambda: self._loops.pop(loop, None)  # noqa: E731
            mine = self._loops[loop] = _OfLoop(self._most, address, forget)
        async with mine.one() as line:
            yield line


class _OfLoop:
    """The connections of one event loop; `forget` is called when they are closed."""

    def __init__(self, most: int, address: Address, forget: Callable[[], object]) -> None:
        self._address, self._forget = address, forget
        self._room = asyncio.Semaphore(most)
        self._idle: list[Line] = []
        self._busy = 0
        self._uses = 0
        self._context: ssl.SSLContext | None = None
        self._owner: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Line]:
        async with self._room:
            line = await self._free()
            if self._owner is None or self._owner.done():
                self._owner = asyncio.create_task(self._own())
            self._busy += 1
            self._uses += 1
            try:
                yield line
            finally:
                self._busy -= 1
                if self._owner.done():
                    await line.close()
                else:
                    self._idle.append(line)

    async def _free(self) -> Line:
        """Return a connection that can be used; those that the server has closed are left."""
        while self._idle:
            line = self._idle.pop()
            if line.is_usable:
                return line
            await line.close()
        if self._context is None and self._address.url.startswith("https:"):
            self._context = ssl_context()
        return opened(self._address, self._context)

    async def _own(self) -> None:
        try:
            uses = -1
            while self._busy or self._uses != uses:
                uses = self._uses
                await asyncio.sleep(_IDLE_SECONDS)
        finally:
            self._forget()
            while self._idle:
                await self._idle.pop().close()
