"""Connections to a server: as many as may be used at once, kept open between requests.

They belong to the event loop in which they were opened. A task of that loop owns them: it closes
them when nothing was asked for a while, or when the loop ends.

They are those of httpcore, without the client that is usually around them: that takes most of the
time of a request, for what is not needed here (cookies, redirects, hooks).
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from hir_kit import UsageError
from hir_kit.plugin import needed

if TYPE_CHECKING:
    import ssl

    import httpcore2

    Line = httpcore2.AsyncHTTPConnection | httpcore2.AsyncConnectionPool

_IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where chat completions are, and what every request says.

    Attributes:
        url: The address without user and password.
        headers: The headers of every request; among them may be secrets.
        proxy: The proxy on the way there, as the environment names it; None where there is none.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    proxy: str | None = field(repr=False)

    @classmethod
    def of(cls, base: str, secret: str) -> Address:
        """Return the address below a base URL; raises UsageError where that is none.

        Args:
            base: The base URL, as the OpenAI protocol has it.
            secret: The key; empty: none.
        """
        try:
            parts = urlsplit(base)
            is_one = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
        except ValueError:  # no port
            is_one = False
        if not is_one or not (base + secret).isascii():
            raise UsageError(
                "llm.base_url is an address such as http://127.0.0.1:8000/v1, of ASCII characters "
                "as the key is"
            )
        login, _, host = parts.netloc.rpartition("@")
        path = parts.path.rstrip("/") + "/chat/completions"
        url = parts._replace(netloc=host, path=path, fragment="").geturl()
        proxies = getproxies()
        proxy = None if proxy_bypass(host) else proxies.get(parts.scheme) or proxies.get("all")
        return cls(url, tuple(_headers(host, login, secret).items()), proxy)


def _headers(host: str, login: str, secret: str) -> dict[str, str]:
    headers = {"Host": host, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    elif login:
        headers["Authorization"] = f"Basic {b64encode(unquote(login).encode()).decode()}"
    return headers


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
                    await line.aclose()
                else:
                    self._idle.append(line)

    async def _free(self) -> Line:
        """Return a connection that can be used; those that the server has closed are left."""
        while self._idle:
            line = self._idle.pop()
            if _is_usable(line):
                return line
            await line.aclose()
        return self._opened()

    def _opened(self) -> Line:
        needed("httpcore2", "llm", "asking a model")
        import httpcore2 as httpcore

        url = httpcore.URL(self._address.url)
        if self._context is None and url.scheme == b"https":
            self._context = httpcore.default_ssl_context()
        if self._address.proxy is None:
            return httpcore.AsyncHTTPConnection(url.origin, self._context)
        proxy = _proxy(self._address.proxy)
        return httpcore.AsyncConnectionPool(self._context, proxy, max_connections=1)

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


def _is_usable(line: Line) -> bool:
    """Return whether a connection can be used once more; a pool looks after its own."""
    import httpcore2 as httpcore

    if isinstance(line, httpcore.AsyncConnectionPool):
        return True
    return line.is_available() and not line.has_expired()


def _proxy(given: str) -> httpcore2.Proxy:
    """Return a proxy as the environment names it, with user and password where it has them."""
    import httpcore2

    parts = urlsplit(given if "://" in given else f"http://{given}")
    login, _, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    auth = (unquote(user), unquote(password)) if login else None
    return httpcore2.Proxy(parts._replace(netloc=host).geturl(), auth)
