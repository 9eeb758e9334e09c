"""A judge and a rewriter before a real server of the OpenAI protocol with a real, untrained model.

What such a model says is babble: it must be `unknown`, or refused, and counted and kept as any
other answer. The server is that of transformers, where its extra `serving` is installed.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Status
from hir_kit.plugin import Question

pytestmark = pytest.mark.usefixtures("own_cache")
MISSING = [name for name in ("transformers", "fastapi", "uvicorn", "openai") if not find_spec(name)]
SECONDS = 120.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give the address of a server and the name of its model."""
    if MISSING:
        pytest.skip(f"pip install 'transformers[serving]': {', '.join(MISSING)} is not there")
    from hir_trainer.tiny import build_tiny_model

    model = build_tiny_model(tmp_path / "tiny", ["Ask for tea.", "Be polite.", "Tea, please!"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = f"serve {model} --host 127.0.0.1 --port {port} --device cpu --dtype float32"
    command = [sys.executable, "-m", "transformers.cli.transformers", *serve.split()]
    given = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=given, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", server, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}/v1", str(model)
    finally:
        server.kill()
        server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not come up: {log.read_text()[-2000:]}")


def test_what_an_untrained_model_says_is_never_a_verdict(
    served: tuple[str, str], tmp_path: Path
) -> None:
    url, model = served
    given = {"llm.model": model, "llm.cache": str(tmp_path / "answers.sqlite")}
    options = {"judge.max_tokens": 24, "llm.timeout": 60}
    spec = ConstraintSpec("judge:criterion", {"criterion": "Be polite."}, "Be polite.")
    questions = [
        Question(spec, "Ask for tea. Be polite.", None, text, str(n), 0)
        for n, text in enumerate(("Tea, please!", "Give me tea."))
    ]
    judge = hir_kit.load(set={**given, **options, "llm.base_url": url}).judges["judge"]
    found = asyncio.run(judge.judge(questions))
    assert [verdict.status for verdict in found] == [Status.UNKNOWN] * 2
    reasons = ("cut off at its greatest length", "holds no verdict", "is empty")
    assert all(any(one in str(verdict.reason) for one in reasons) for verdict in found)
    used = judge.used()
    assert (used["answered"], used["failed"]) == (2, 0)
    assert used["prompt_tokens"] > 50

    quick = {**options, "judge.mode": "quick"}
    judge = hir_kit.load(set={**given, **quick, "llm.base_url": url}).judges["judge"]
    (verdict, _) = asyncio.run(judge.judge(questions))
    assert "the server gives no log-probabilities" in str(verdict.reason)

    offline = hir_kit.load(set={**given, **options, "llm.offline": True}).judges["judge"]
    assert asyncio.run(offline.judge(questions)) == found

    kit = hir_kit.load(set={**given, "llm.base_url": url, "llm.extra": {"max_tokens": 24}})
    hard = ConstraintSpec("punctuation:no_comma", {}, "Do not use commas.")
    prompt = "Ask for tea. Be polite. Do not use commas."
    rewritten = kit.rewrite(prompt, [spec, hard], drop=[0], task="Ask for tea.", rewriters=["llm"])
    assert rewritten.refusals["llm"].code == "unanswered"
