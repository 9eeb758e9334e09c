"""No text makes a verifier slow: its time grows with the text, and no faster.

Four times the text may take four times the time. Quadratic work would take sixteen times.
"""

from __future__ import annotations

import pytest

import hir_kit
from benchmarks.slow_inputs import Shape, seconds
from hir_kit import ConstraintSpec

UNITS = (
    ". ", "word ", "#", "# ", "\n#", "|", "| a ", "|\n", "|-", "\n|-|", "- ", "\n- a", "1. ", "<",
    "<a ", "<a x='1' ", "a=", '"', '"a" ', "'", "{", '{"', '{"a":', "[", "```\n", "```json\n{",
    "\n", " ", "\n ", "字", "。", ">", "\n>", "a" * 50, "1.\n", "p. /\n\n", "!*A", "---\n",
    "\r\n", "x:\n",
)  # fmt: skip
KWARGS = {
    "words": [{"max_words": 9}, {"max_words": 9, "each": "item"}, {"max_words": 9, "each": "row"}],
    "sentences": [{"max_sentences": 9}, {"max_sentences": 9, "each": "section"}],
    "paragraphs": [{"max_paragraphs": 9}, {"max_paragraphs": 9, "each": "section"}],
    "keywords": [{"keywords": ["a b", "word"]}, {"keywords": ["a"], "min_count": 10**9}],
    "ending_punctuation": [{"marks": ["period"], "each": part} for part in ("sentence", "cell")],
    "capitalized_words": [{"part": "json_keys"}, {"english": True}],
    "headings": [{"levels": [2], "deepest": 2}],
    "table": [{"max_rows": 9, "columns": ["a"], "optional": True}],
    "json_nesting": [{"max_levels": 9}],
    "xml_attributes": [{"max_attributes": 9}],
    "chinese": [{"script": "simplified"}],
    "no_bullet_points": [{}],
}
REGISTRY = hir_kit.load(installed=False).registry
CASES = [(name, kwargs) for name, given in KWARGS.items() for kwargs in given]
_SIZE = 10_000
_TOO_SHORT = 0.02  # seconds: what takes less for the longer text is fast enough, and only noise


@pytest.mark.parametrize(("name", "kwargs"), CASES)
def test_time_grows_with_the_text_only(name: str, kwargs: dict[str, object]) -> None:
    verifier = REGISTRY.bind(ConstraintSpec(f"muldimif:{name}", kwargs))
    for shape in (Shape("", unit, "") for unit in UNITS):
        longer = seconds(verifier, shape.text(4 * _SIZE))
        if longer > _TOO_SHORT:
            shorter = seconds(verifier, shape.text(_SIZE), rounds=3)
            longer = seconds(verifier, shape.text(4 * _SIZE), rounds=3)
            assert longer < 9 * shorter, (shape, shorter, longer)
