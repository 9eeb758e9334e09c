"""The seam to NLTK and langdetect: their twins where they were compared, else the libraries."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest

from hir_kit import plugin
from hir_verifiers import analyses, plain
from hir_verifiers.exact import COMPARED_WITH
from hir_verifiers.exact.capitals import count_capital_words
from hir_verifiers.exact.language import detect
from hir_verifiers.exact.sentences import sentence_spans
from hir_verifiers.exact.tokenizer import tokens

TEXT = 'Dr. Smith BREWS tea today. It isn\'t COLD! "NASA" said: Quite so.'


@pytest.fixture
def other_versions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let both libraries be of a version that nobody has compared the twins with."""
    for library in COMPARED_WITH:
        monkeypatch.delenv(f"HIR_KIT_PLAIN_{library.upper()}", raising=False)
    monkeypatch.setattr(analyses, "version", lambda _: "99.0")
    analyses._has_twin.cache_clear()
    yield
    analyses._has_twin.cache_clear()
    for library in COMPARED_WITH:
        os.environ.pop(f"HIR_KIT_PLAIN_{library.upper()}", None)


def _texts(shared: Path) -> list[str]:
    lines = (shared / "data/ifeval/responses_qwen25_7b.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["response"] for line in lines[::5]]


@pytest.mark.parametrize(
    ("twin", "library"),
    [
        (detect, plain.detect),
        (lambda text: list(sentence_spans(text)), lambda text: list(plain.sentence_spans(text))),
        (tokens, plain.tokens),
        (count_capital_words, plain.count_capital_words),
    ],
    ids=["language", "sentences", "tokens", "capital words"],
)
def test_a_twin_answers_as_its_library(
    twin: Callable[[str], Any], library: Callable[[str], Any], shared: Path
) -> None:
    for text in _texts(shared):
        assert twin(text) == library(text)


@pytest.mark.usefixtures("other_versions")
def test_another_version_is_asked_itself_which_is_said_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(name: str) -> None:
        real: Callable[[str], Any] = getattr(plain, name)
        monkeypatch.setattr(plain, name, lambda text: asked.append(name) or real(text))

    for name in ("detect", "sentence_spans", "tokens"):
        noted(name)
    assert analyses.language(TEXT) == "en"
    assert len(analyses.sentences(TEXT)) == analyses.count_sentences(TEXT) == 3
    assert "BREWS" in analyses.tokens(TEXT)
    assert analyses.count_capital_words(TEXT) == 3
    assert set(asked) == {"detect", "sentence_spans", "tokens"}
    analyses._has_twin.cache_clear()  # as in a worker process, which has the same environment
    analyses.tokens(TEXT)
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" ")[0] for line in said] == ["langdetect", "nltk"]
    assert "99.0" in said[0]
    assert "1.0.9" in said[0]


def test_the_bounds_are_those_of_the_distribution() -> None:
    bounds = {
        name: (first, beyond)
        for line in requires("hir-kit") or ()
        if (found := re.fullmatch(r"(\w+)<([\d.]+),>=([\d.]+)", line))
        for name, beyond, first in [found.groups()]
    }
    assert {name: bounds.get(name) for name in COMPARED_WITH} == COMPARED_WITH


def test_the_door_has_the_analyses() -> None:
    for name in analyses.__all__:
        assert getattr(plugin, name) is getattr(analyses, name)
