"""The client against a server on which everything goes wrong that can."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import UsageError
from hir_plugin_llm.client import Client
from hir_plugin_llm.line import Address
from hir_plugin_llm.options import LlmOptions
from hir_plugin_llm.reply import objects_in, text_of
from hir_plugin_llm.request import Request, Unanswered

scripted = sys.modules["scripted_server"]
pytestmark = pytest.mark.usefixtures("own_cache")
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
KEY = "sk-planted-0123456789"


def _client(tmp_path: Path, url: str | None, **options: Any) -> Client:
    named = {"model": "rules", "cache": str(tmp_path / "answers.sqlite"), **options}
    return Client(LlmOptions.model_validate({"base_url": url, "api_key": KEY, **named}))


def _request(text: str = "hello", **more: Any) -> Request:
    return Request(({"role": "user", "content": text},), "test/1", {"temperature": 0.0}, **more)


def _asked(client: Client, *requests: Request) -> list[Any]:
    return asyncio.run(client.answers(requests or (_request(),)))


def _said(answer: Any) -> str:
    return str(answer) if isinstance(answer, Unanswered) else text_of(answer)


Serve = Callable[..., tuple[str, Any]]


def _script(*steps: Any) -> Any:
    """Return a reply that goes through steps, one a request; the last one stays."""
    left = list(steps)

    async def reply(body: dict[str, Any], writer: Any) -> None:
        step = left.pop(0) if len(left) > 1 else left[0]
        if callable(step):
            await step(body, writer)
        else:
            scripted.send(writer, *step)

    return reply


FINE = (scripted.completion("fine"),)


async def _hang(body: dict[str, Any], writer: Any) -> None:
    del body, writer
    await asyncio.sleep(60)


async def _drip(body: dict[str, Any], writer: Any) -> None:
    del body
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _die(body: dict[str, Any], writer: Any) -> None:
    del body
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"choices": [')
    await writer.drain()
    writer.close()


async def _shut(body: dict[str, Any], writer: Any) -> None:
    del body
    writer.close()


HALF = (b'{"choices": [{"message": {"content": "fi',)
PAGE = (b"<html>Welcome</html>", "200 OK", ("content-type: text/html",))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (({"error": {"message": "slow down"}}, "429 Too Many"), "HTTP 429: slow down"),
        ((b"oops", "500 Broken"), "HTTP 500"),
        ((b"", "503 Off"), "HTTP 503"),
        (_hang, "no whole answer within 1 s"),
        (_drip, "no whole answer within 1 s"),
        (_die, "the server cannot be reached: RemoteProtocolError"),
        (_shut, "the server cannot be reached: RemoteProtocolError"),
        (HALF, "no JSON"),
        (PAGE, "no JSON"),
        (({"choices": []},), "no choices"),
        (({"choices": [{}]},), "a choice without a message"),
        (({"error": {"message": "no such engine"}},), "an error: no such engine"),
        (([1, 2],), "no object"),
        ((b"[" * 5000,), "no JSON"),
    ],
)
def test_a_fault_is_tried_again_and_then_said(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Any, reason: str
) -> None:
    monkeypatch.setattr("hir_plugin_llm.client._FIRST_WAIT", 0.01)
    url, server = serve(_script(fault, fault, FINE))
    once = _client(tmp_path, url, retries=1, timeout=1)
    assert reason in _said(_asked(once)[0])
    assert len(server.bodies) == 2
    assert (once.usage.failed, once.usage.tries) == (1, 2)
    again = _client(tmp_path, url, retries=1, timeout=1)
    assert _said(_asked(again)[0]) == "fine"
    assert _said(_asked(_client(tmp_path, None))[0]) == "fine"


@pytest.mark.parametrize("status", ["400 Bad", "401 Who", "403 No", "404 Where", "302 There"])
def test_what_will_not_get_better_is_asked_once(serve: Serve, tmp_path: Path, status: str) -> None:
    said = {"error": {"message": f"the key {KEY} is\nwrong"}}
    url, server = serve(_script((said, status, ("location: http://other.invalid/",))))
    found = _said(_asked(_client(tmp_path, url))[0])
    assert found == f"the server answered HTTP {status[:3]}: the key *** is wrong"
    assert len(server.bodies) == 1


def test_the_server_says_how_long_to_wait(serve: Serve, tmp_path: Path) -> None:
    wait = ({}, "429 Too Many", ("retry-after: 0.4",))
    url, server = serve(_script(wait, FINE))
    began = time.monotonic()
    assert _said(_asked(_client(tmp_path, url))[0]) == "fine"
    assert time.monotonic() - began >= 0.4
    long = ({}, "429 Too Many", ("retry-after: 900",))
    url, server = serve(_script(long, FINE))
    assert "it asks to wait 900 s" in _said(_asked(_client(tmp_path, url), _request("b"))[0])
    assert len(server.bodies) == 1
    past = ({}, "503 Off", ("retry-after: Wed, 21 Oct 2015 07:28:00 GMT",))
    url, server = serve(_script(past, FINE))
    assert _said(_asked(_client(tmp_path, url), _request("c"))[0]) == "fine"


def test_an_empty_purse_is_not_tried_again(serve: Serve, tmp_path: Path) -> None:
    spent = {"error": {"message": "pay", "code": "insufficient_quota"}}
    url, server = serve(_script((spent, "429 Too Many")))
    assert "HTTP 429: pay" in _said(_asked(_client(tmp_path, url))[0])
    assert len(server.bodies) == 1


def test_a_dead_server_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hir_plugin_llm.client._FIRST_WAIT", 0.001)
    monkeypatch.setattr("hir_plugin_llm.client._LAST_WAIT", 0.001)
    client = _client(tmp_path, "http://127.0.0.1:9/v1", concurrency=4)
    found = _asked(client, *(_request(str(n)) for n in range(60)))
    assert all("cannot be reached" in _said(answer) for answer in found)
    assert client.usage.tries < 2 * 60
    tries = client.usage.tries
    _asked(client, _request("once more"))
    assert client.usage.tries == tries + 1


def test_nothing_is_asked_twice(serve: Serve, tmp_path: Path) -> None:
    url, server = serve(_script(FINE), 0.05)
    client = _client(tmp_path, url)
    same = [_request()] * 5 + [_request(sample=1), _request("other")]
    assert [_said(answer) for answer in _asked(client, *same)] == ["fine"] * 7
    assert len(server.bodies) == 3
    assert _said(_asked(client)[0]) == "fine"
    assert len(server.bodies) == 3
    told = client.usage.to_json(1.0, 2.0)
    assert (told["answered"], told["cached"], told["prompt_tokens"]) == (3, 5, 300)
    assert told["cost"] == pytest.approx((300 + 2 * 60) / 1e6)


def test_several_threads_ask_one_client(serve: Serve, tmp_path: Path) -> None:
    """Rewards of one trainer may share a judge; each thread has an event loop of its own."""
    url, server = serve(_script(FINE), 0.05)
    client = _client(tmp_path, url)
    same = [_request(str(n)) for n in range(5)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: _asked(client, *same), range(3)))
    assert [_said(answer) for answers in found for answer in answers] == ["fine"] * 15
    assert len(server.bodies) <= 15


def test_at_most_so_many_are_on_their_way(serve: Serve, tmp_path: Path) -> None:
    now, most = 0, 0

    async def reply(body: dict[str, Any], writer: Any) -> None:
        nonlocal now, most
        del body
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        scripted.send(writer, *FINE)

    url, _ = serve(reply)
    client = _client(tmp_path, url, concurrency=3)
    _asked(client, *(_request(str(n)) for n in range(20)))
    assert most == 3


@pytest.mark.parametrize(("known", "tries"), [("json_schema", 1), ("json_object", 2), ("none", 3)])
def test_the_form_of_an_answer_is_found_out_once(
    serve: Serve, tmp_path: Path, known: str, tries: int
) -> None:
    async def reply(body: dict[str, Any], writer: Any) -> None:
        form = body.get("response_format", {"type": "none"})["type"]
        order = ["json_schema", "json_object", "none"]
        if order.index(form) < order.index(known):
            scripted.send(writer, {"error": "no such format"}, "500 Broken")
        else:
            scripted.send(writer, scripted.completion("{}"))

    url, server = serve(reply)
    client = _client(tmp_path, url)
    found = _asked(client, *(_request(str(n), schema=SCHEMA) for n in range(8)))
    assert [_said(answer) for answer in found] == ["{}"] * 8
    assert len(server.bodies) == tries - 1 + 8
    offline = _client(tmp_path, None, offline=True)
    assert _said(_asked(offline, _request("3", schema=SCHEMA))[0]) == "{}"


def test_nothing_is_sent_without_an_address(tmp_path: Path) -> None:
    client = _client(tmp_path, None)
    assert "no server was named" in _said(_asked(client)[0])
    assert "nothing is asked offline" in _said(_asked(_client(tmp_path, None, offline=True))[0])
    assert client.usage.tries == 0


def test_connections_are_closed_with_their_loop(serve: Serve, tmp_path: Path) -> None:
    """Warnings are errors here: a connection that is left open would be one."""
    url, _ = serve(_script(FINE))
    client = _client(tmp_path, url)
    for n in range(3):
        assert _said(_asked(client, _request(str(n)))[0]) == "fine"
    assert not client._lines._loops


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"finish_reason": "length", "message": {"content": "x"}}, "cut off"),
        ({"finish_reason": "content_filter", "message": {"content": "x"}}, "refused"),
        ({"finish_reason": "stop", "message": {"content": None, "refusal": "no"}}, "refused"),
        ({"finish_reason": "tool_calls", "message": {"content": "x"}}, "ended by 'tool_calls'"),
        ({"message": {"content": None, "reasoning_content": "hm"}}, "empty but for thinking"),
        ({"message": {"content": "  "}}, "is empty"),
        ({"message": {"content": "<think>never ends"}}, "nothing but thinking"),
        ({"message": {"content": 3}}, "is empty"),
    ],
)
def test_no_whole_text_is_said_so(choice: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        text_of({"choice": choice})


def test_thinking_is_set_aside() -> None:
    choice = {"finish_reason": "stop", "message": {"content": '<think>{"a": 1}</think>{"b": 2}'}}
    assert list(objects_in(text_of({"choice": choice}))) == [{"b": 2}]


@given(st.text(alphabet='{}[]":,a1 \\n'), st.dictionaries(st.text(), st.integers()))
def test_objects_are_found_in_any_text(text: str, value: dict[str, int]) -> None:
    list(objects_in(text + json.dumps(value)))
    assert list(objects_in(f"so: {json.dumps(value)}!")) == [value]


@pytest.mark.parametrize(
    ("base", "headers", "url"),
    [
        ("http://h:1/v1/", {"Authorization": f"Bearer {KEY}"}, "http://h:1/v1/chat/completions"),
        ("https://a%40b:c@h/v1?x=1", {}, "https://h/v1/chat/completions?x=1"),
    ],
)
def test_an_address_has_its_secrets_in_headers(
    base: str, headers: dict[str, str], url: str
) -> None:
    found = Address.of(base, KEY)
    assert found.url == url
    assert dict(found.headers).items() >= headers.items()
    basic = dict(Address.of(base, "").headers).get("Authorization")
    assert basic == ("Basic YUBiOmM=" if "@" in base else None)
    assert KEY not in repr(found)


@pytest.mark.parametrize("base", ["h:1", "ftp://h", "http://", "http://h:x/v1", "http://é/v1"])
def test_what_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="base_url is an address such as"):
        Address.of(base, "")


def test_a_proxy_of_the_environment_is_used(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, server = serve(_script(FINE))
    monkeypatch.setenv("http_proxy", url.replace("http://", "http://me:pass@").removesuffix("/v1"))
    monkeypatch.setenv("no_proxy", "far.example")
    client = _client(tmp_path, "http://model.invalid/v1")
    assert [_said(one) for one in _asked(client, _request("a"), _request("b"))] == ["fine"] * 2
    assert server.heads[0].startswith("POST http://model.invalid/v1/chat/completions HTTP/1.1")
    assert "proxy-authorization: basic bwu6cgfzcw==" in server.heads[0].lower()
    assert not Address.of("http://far.example/v1", "").proxy


def test_a_connection_that_the_server_has_closed_is_opened_anew(
    serve: Serve, tmp_path: Path
) -> None:
    async def bye(body: dict[str, Any], writer: Any) -> None:
        del body
        scripted.send(writer, *FINE)
        await writer.drain()
        writer.close()

    url, server = serve(bye)
    client = _client(tmp_path, url, retries=0, concurrency=1)

    async def ask() -> list[Any]:
        found = []
        for n in range(3):
            found += await client.answers([_request(str(n))])
            await asyncio.sleep(0.05)
        return found

    assert [_said(answer) for answer in asyncio.run(ask())] == ["fine"] * 3
    assert len(server.bodies) == 3


async def _in_chunks(body: dict[str, Any], writer: Any) -> None:
    del body
    writer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    writer.write(b"transfer-encoding: chunked\r\n\r\n")
    for byte in json.dumps(FINE[0]).encode():
        writer.write(b"1\r\n%c\r\n" % byte)
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def test_an_answer_may_come_in_pieces(serve: Serve, tmp_path: Path) -> None:
    url, _ = serve(_in_chunks)
    client = _client(tmp_path, url, concurrency=1)
    assert [_said(one) for one in _asked(client, _request("a"), _request("b"))] == ["fine"] * 2
    assert client.usage.tries == 2


def test_a_server_has_to_prove_who_it_is(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=test -addext"
    command = ["openssl", *made.split(), "subjectAltName=IP:127.0.0.1"]
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    subprocess.run(
        [*command, "-keyout", files[0], "-out", files[1]], check=True, capture_output=True
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files[1], files[0])
    url, server = serve(_script(FINE), tls=tls)
    assert url.startswith("https:")
    refused = _said(_asked(_client(tmp_path, url, retries=0))[0])
    assert refused == "the server cannot be reached: SSLCertVerificationError"
    assert not server.bodies
    monkeypatch.setenv("SSL_CERT_FILE", str(files[1]))
    assert _said(_asked(_client(tmp_path, url))[0]) == "fine"
