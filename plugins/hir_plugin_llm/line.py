"""One connection to a server: by HTTP/1.1 as h11 speaks it, or through a proxy by httpcore.

A general client takes most of the time of a request, for what is not needed here: cookies,
redirects, hooks, pools.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from hir_kit import UsageError
from hir_kit.plugin import needed

if TYPE_CHECKING:
    import ssl

    import httpcore2

_PORTS = {"http": 80, "https": 443}
_READ_AT_ONCE = 1 << 16


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


class UnreachableError(Exception):
    """A server that cannot be reached, or does not speak HTTP; the text says in a word why."""


class Response(NamedTuple):
    """What a server sent: status, headers by name in lower case, and the whole body."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Line(Protocol):
    """A connection that one request uses at a time."""

    @property
    def is_usable(self) -> bool:
        """Whether another request can be sent."""

    async def post(self, data: bytes) -> Response:
        """Send a body to the address; raises UnreachableError."""

    async def close(self) -> None:
        """Close it."""


def opened(address: Address, context: ssl.SSLContext | None) -> Line:
    """Return a connection, which is made when it is used first."""
    kind = Direct if address.proxy is None else Proxied
    return kind(address, context)


def ssl_context() -> ssl.SSLContext:
    """Return what decides whether a server is the one that it says it is."""
    context: ssl.SSLContext = needed("httpcore2", "llm", "asking a model").default_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Direct:
    """A connection without anything between.

    Args:
        address: Where it leads.
        context: Decides about the server's certificate; None for plain HTTP.
    """

    def __init__(self, address: Address, context: ssl.SSLContext | None) -> None:
        needed("h11", "llm", "asking a model")
        import h11

        self._parts, self._headers, self._context = urlsplit(address.url), address.headers, context
        self._http = h11.Connection(h11.CLIENT)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def is_usable(self) -> bool:
        """Whether another request can be sent: neither side has closed it."""
        return self._streams is not None and not self._streams[0].at_eof()

    async def post(self, data: bytes) -> Response:
        """Send a body to the address; raises UnreachableError."""
        import h11

        try:
            if self._streams is None:
                self._streams = await self._connected()
            return await self._exchanged(*self._streams, data)
        except (OSError, h11.ProtocolError) as error:
            self._abort()
            raise UnreachableError(type(error).__name__) from None
        except BaseException:  # cancelled: the rest of the answer may still come
            self._abort()
            raise

    async def close(self) -> None:
        """Close it."""
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):  # it was closed from the other side
                await writer.wait_closed()

    def _abort(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self._parts.port or _PORTS[self._parts.scheme]
        host = self._parts.hostname
        return await asyncio.open_connection(host, port, ssl=self._context)

    async def _exchanged(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes
    ) -> Response:
        import h11

        http, parts = self._http, self._parts
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = [*self._headers, ("Content-Length", str(len(data)))]
        request = h11.Request(method="POST", target=target, headers=headers)
        events = (request, h11.Data(data=data), h11.EndOfMessage())
        writer.write(b"".join(http.send(event) or b"" for event in events))
        await writer.drain()
        status, received, body = 0, {}, []
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(_READ_AT_ONCE))
            elif isinstance(event, h11.Response):
                status, received = event.status_code, dict(event.headers)
            elif isinstance(event, h11.Data):
                body.append(bytes(event.data))
        if http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            http.start_next_cycle()
        else:
            await self.close()  # the server keeps no connection
        return Response(status, received, b"".join(body))


class Proxied:
    """A connection through the proxy that the environment names.

    Args:
        address: Where it leads.
        context: Decides about the server's certificate; None for plain HTTP.
    """

    def __init__(self, address: Address, context: ssl.SSLContext | None) -> None:
        httpcore = needed("httpcore2", "llm", "asking a model")
        self._address = address
        self._pool: httpcore2.AsyncConnectionPool = httpcore.AsyncConnectionPool(
            context, _proxy(str(address.proxy)), max_connections=1
        )

    is_usable = True  # a pool looks after its connection itself

    async def post(self, data: bytes) -> Response:
        """Send a body to the address; raises UnreachableError."""
        import httpcore2 as httpcore

        headers = [*self._address.headers, ("Content-Length", str(len(data)))]
        try:
            found = await self._pool.request(
                "POST", self._address.url, headers=headers, content=data
            )
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.TimeoutException,
        ) as error:
            raise UnreachableError(type(error).__name__) from None
        received = {name.lower(): value for name, value in found.headers}
        return Response(found.status, received, found.content)

    async def close(self) -> None:
        """Close it."""
        await self._pool.aclose()


def _proxy(given: str) -> httpcore2.Proxy:
    """Return a proxy as the environment names it, with user and password where it has them."""
    import httpcore2

    parts = urlsplit(given if "://" in given else f"http://{given}")
    login, _, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    auth = (unquote(user), unquote(password)) if login else None
    return httpcore2.Proxy(parts._replace(netloc=host).geturl(), auth)
