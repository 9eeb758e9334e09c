"""Of a few words the language is not guessed: it is `unknown`, unless case or script decides."""

from __future__ import annotations

from typing import Any

import pytest

import hir_kit
from hir_kit import Response, Status

LOWER, UPPER = "change_case:english_lowercase", "change_case:english_capital"
RESPONSE, RLVR = "language:response_language", "rlvr:validate_response_language"


@pytest.mark.parametrize(
    ("id", "kwargs", "text", "status"),
    [
        (LOWER, {}, "a hot drink", Status.UNKNOWN),
        (LOWER, {}, "it's well-known, no?", Status.UNKNOWN),
        (LOWER, {}, "Tea", Status.VIOLATED),
        (LOWER, {}, "i do not know what to say about this", Status.SATISFIED),
        (UPPER, {}, "HELLO WORLD", Status.UNKNOWN),
        (UPPER, {}, "茶", Status.VIOLATED),
        (RESPONSE, {"language": "en"}, "Hello", Status.UNKNOWN),
        (RESPONSE, {"language": "de"}, "Ja.", Status.UNKNOWN),
        (RESPONSE, {"language": "hi"}, "बिल्ली", Status.UNKNOWN),
        (RESPONSE, {"language": "hi"}, "cat", Status.VIOLATED),
        (RESPONSE, {"language": "ko"}, "네", Status.SATISFIED),
        (RESPONSE, {"language": "zh-cn"}, "好", Status.UNKNOWN),
        (RLVR, {"language": "it"}, "Ciao", Status.UNKNOWN),
        ("de:change_case:german_lowercase", {}, "guten morgen", Status.UNKNOWN),
        ("de:change_case:german_lowercase", {}, "Guten Morgen", Status.VIOLATED),
    ],
)
def test_what_few_words_say(id: str, kwargs: dict[str, Any], text: str, status: Status) -> None:
    verifier = hir_kit.load().registry.bind(hir_kit.ConstraintSpec(id, kwargs))
    verdict = verifier.check(Response(text))
    assert verdict.status is status
    if status is Status.UNKNOWN:
        assert verdict.reason is not None
        assert "too few to tell" in verdict.reason
