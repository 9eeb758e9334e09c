"""A server that speaks the OpenAI protocol and answers by rules: no model, no network.

    python server.py --background URL_FILE     start it; its address is written to URL_FILE
    python server.py --stop URL_FILE           stop it
    python server.py --batch FILE              print the answers to a batch file

It stands in for a real one where hir-kit is tried out and tested: `vllm serve MODEL`, a hosted
service, or any other that answers `POST /v1/chat/completions`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

WORDS = {
    "polite": ("please", "thank"),
    "beginner": ("first", "simple", "imagine"),
    "example": ("for example", "such as"),
}
"""What the rules look for in a response, by a word of the requirement."""

SECONDS = 600.0
"""How long a server in the background lives, if nobody stops it."""


def block(name: str, text: str) -> str:
    """Return what stands in a marked block of a question."""
    begin = re.search(rf"<{name} (\w+)>\n", text)
    end = text.find(f"\n</{name} {begin[1]}>", begin.end() - 1) if begin else -1
    return text[begin.end() : end] if begin and end > 0 else ""


def answer(body: dict[str, Any]) -> str:
    """Return what the rules answer to a request."""
    asked = body["messages"][-1]["content"]
    if block("RESPONSE", asked):
        return json.dumps(judged(block("REQUIREMENT", asked), block("RESPONSE", asked)))
    if block("REQUIREMENT", asked):
        is_there = block("REQUIREMENT", asked) in block("INSTRUCTION", asked)
        return json.dumps({"why": "looked it up", "asked": "yes" if is_there else "no"})
    kept = block("KEEP", asked).replace("- ", "").split("\n")
    return json.dumps({"instruction": " ".join([block("TASK", asked), *kept])})


def judged(requirement: str, response: str) -> dict[str, str]:
    """Return a verdict: whether the response says one of the words, whole."""
    for topic, words in WORDS.items():
        if topic not in requirement.lower():
            continue
        for word in words:
            if found := re.search(word, response, re.IGNORECASE):
                return {"evidence": found[0], "reason": f"says {word!r}", "verdict": "met"}
        return {"evidence": "", "reason": "says no such word", "verdict": "not_met"}
    return {"evidence": "", "reason": "no rule for this", "verdict": "cannot_tell"}


def completion(content: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """Return a chat completion as servers write it."""
    said = {"role": "assistant", "content": content, **message}
    return {
        "id": "chatcmpl-0",
        "object": "chat.completion",
        "model": "rules",
        "choices": [{"index": 0, "message": said, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    }


def batch(lines: Iterable[str]) -> Iterator[str]:
    """Yield the answers to the lines of a batch file, as `vllm run-batch` writes them."""
    for line in lines:
        row = json.loads(line)
        response = {"status_code": 200, "body": completion(answer(row["body"]))}
        found = {"id": "b", "custom_id": row["custom_id"], "response": response, "error": None}
        yield json.dumps(found)


Reply = Callable[[dict[str, Any], asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Serves chat completions on a port of this machine.

    Args:
        reply: Writes the response to the body of a request; by default what the rules say.
        latency: Seconds before it.
        tls: What it proves itself with, where it speaks HTTPS.
    """

    def __init__(
        self,
        reply: Reply | None = None,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.reply = reply or rules
        self.latency, self.tls = latency, tls
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[str] = []

    async def start(self) -> str:
        """Start; return the base URL."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024, ssl=self.tls)
        host, port = server.sockets[0].getsockname()
        self.server = server
        return f"http{'s' if self.tls else ''}://{host}:{port}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                data = await reader.readexactly(int(length[1]) if length else 0)
                self.heads.append(head)
                self.bodies.append(json.loads(data))
                if self.latency:
                    await asyncio.sleep(self.latency)
                await self.reply(self.bodies[-1], writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def rules(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    """Write the answer of the rules."""
    send(writer, completion(answer(body)))


def send(
    writer: asyncio.StreamWriter,
    body: object,
    status: str = "200 OK",
    headers: tuple[str, ...] = ("content-type: application/json",),
) -> None:
    """Write a whole response; text and bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(data)}", *headers]
    writer.write("\r\n".join([*lines, "", ""]).encode() + data)


async def _run(url_file: Path, latency: float) -> None:
    url = await Server(latency=latency).start()
    part = url_file.with_name(f"{url_file.name}.part")
    part.write_text(f"{url} {os.getpid()}\n")
    part.rename(url_file)
    await asyncio.sleep(SECONDS)


def _in_background(url_file: Path, latency: float) -> None:
    """Start another process, and wait until it listens."""
    url_file.unlink(missing_ok=True)
    command = [sys.executable, __file__, str(url_file), "--latency", str(latency)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    while not url_file.exists():
        if server.poll() is not None:
            sys.exit(
                f"the server ended with code {server.returncode}; without --background it says why"
            )
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--batch", action="store_true")
    parser.add_argument("--latency", type=float, default=0.0)
    given = parser.parse_args()
    if given.stop:
        os.kill(int(given.file.read_text().split()[1]), signal.SIGTERM)
    elif given.batch:
        print(*batch(given.file.read_text().splitlines()), sep="\n")
    elif given.background:
        _in_background(given.file, given.latency)
    else:
        asyncio.run(_run(given.file, given.latency))


if __name__ == "__main__":
    main()
