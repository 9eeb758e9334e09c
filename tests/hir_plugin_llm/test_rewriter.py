"""The rewriter `llm`: what a model writes passes only where the model itself finds it right."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec

scripted = sys.modules["scripted_server"]
pytestmark = pytest.mark.usefixtures("own_cache")
Serve = Callable[..., tuple[str, Any]]
KEPT = ConstraintSpec("punctuation:no_comma", {}, "Do not use commas.")
DROPPED = ConstraintSpec("judge:criterion", {"criterion": "Be polite."}, "Be polite.")
PROMPT = "Ask for tea. Be polite. Do not use commas."


def _rewritten(url: str | None, tmp_path: Path, **options: Any) -> Any:
    given = {"llm.model": "m", "llm.cache": str(tmp_path / "a.sqlite"), **options}
    kit = hir_kit.load(set={**given, **({"llm.base_url": url} if url else {})})
    return kit.rewrite(PROMPT, [DROPPED, KEPT], drop=[0], task="Ask for tea.", rewriters=["llm"])


def _writing(instruction: str | None = None, asked: str | None = None) -> Any:
    async def reply(body: dict[str, Any], writer: Any) -> None:
        said = json.loads(scripted.answer(body))
        if instruction is not None and "instruction" in said:
            said["instruction"] = instruction
        if asked is not None and "asked" in said:
            said["asked"] = asked
        scripted.send(writer, scripted.completion(json.dumps(said)))

    return reply


def test_it_writes_asks_and_answers_again_from_the_cache(serve: Serve, tmp_path: Path) -> None:
    url, server = serve()
    found = _rewritten(url, tmp_path)
    assert (found.prompt, found.rewriter) == ("Ask for tea. Do not use commas.", "llm")
    assert len(server.bodies) == 3, "written, and a question for each constraint"
    assert {body["temperature"] for body in server.bodies} == {0.0}
    assert _rewritten(None, tmp_path, **{"llm.offline": True}).prompt == found.prompt


@pytest.mark.parametrize(
    ("reply", "code", "reason"),
    [
        (_writing("Ask for tea."), "not-confirmed", "does not ask: 'Do not use commas.'"),
        (_writing(PROMPT + " Now."), "not-confirmed", "may still ask: 'Be polite.'"),
        (_writing(asked="unclear"), "not-confirmed", "does not ask"),
        (_writing(" "), "unanswered", "no object with one 'instruction'"),
        (_writing(asked="yes"), "not-confirmed", "may still ask: 'Be polite.'"),
    ],
)
def test_what_the_model_does_not_confirm_is_refused(
    serve: Serve, tmp_path: Path, reply: Any, code: str, reason: str
) -> None:
    url, _ = serve(reply)
    found = _rewritten(url, tmp_path)
    assert found.prompt is None
    assert found.refusals["llm"].code == code
    assert reason in found.refusals["llm"].reason


def test_without_a_model_it_refuses(tmp_path: Path) -> None:
    assert _rewritten(None, tmp_path).refusals["llm"].code == "no-model"
