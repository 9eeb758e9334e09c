"""MulDimIF's sentences: what they are read as, what is refused, and how many are bound."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Response
from hir_kit.model.rollout import Location
from hir_kit.read.format import Row
from hir_plugin_datasets.muldimif import read_triples
from hir_plugin_muldimif.grammar import Bound, Refused, read_sentence

KIT = hir_kit.load(installed=False)
READ: list[tuple[str, str, str, dict[str, Any]]] = [
    # one bound, worded in many ways
    ("Length_Words", "At most 50 words", "words", {"max_words": 50}),
    ("Length_Words", "It should be no longer than fifty words", "words", {"max_words": 50}),
    ("Length_Words", "Keep the essay under 1,000 words.", "words", {"max_words": 999}),
    ("Length_Words", "must not exceed a total of 20 words", "words", {"max_words": 20}),
    ("Length_Words", "Limit the letter to 120 words", "words", {"max_words": 120}),
    ("Length_Words", "Range: 50-100 words", "words", {"min_words": 50, "max_words": 100}),
    (
        "Length_Words",
        (
            "Please ensure that your final report is detailed, with a word count ranging from "
            "one hundred to two hundred words, to give a full picture."
        ),
        "words",
        {"min_words": 100, "max_words": 200},
    ),
    (
        "Length_Words",
        "Each slide must have at most 9 words",
        "words",
        {"max_words": 9, "each": "section"},
    ),
    (
        "Length_Words",
        "Every cell in the table is at most 9 words long",
        "words",
        {"max_words": 9, "each": "cell"},
    ),
    (
        "Length_Sentences",
        "remains a single sentence",
        "sentences",
        {"min_sentences": 1, "max_sentences": 1},
    ),
    ("Length_Sentences", "not exceed 10 sentences", "sentences", {"max_sentences": 10}),
    (
        "Length_Paragraphs",
        "not exceeding a total of 15 paragraphs",
        "paragraphs",
        {"max_paragraphs": 15},
    ),
    # keywords
    (
        "Content_Keywords",
        "Must include the keywords 'a', 'b', and 'c'",
        "keywords",
        {"keywords": ["a", "b", "c"]},
    ),
    (
        "Content_Keywords",
        "Include 'tea' or 'coffee'",
        "keywords",
        {"keywords": ["tea", "coffee"], "any_of": True},
    ),
    (
        "Content_Keywords",
        "the keyword 'tea' must appear at least twice",
        "keywords",
        {"keywords": ["tea"], "min_count": 2},
    ),
    (
        "Content_Keywords",
        "Must include the keyword 'St. Joseph's Island'",
        "keywords",
        {"keywords": ["St. Joseph's Island"]},
    ),
    ("Content_Keywords", "the word 'tea' must be avoided", "keywords", {"forbidden": ["tea"]}),
    (
        "Content_Keywords",
        "Include the keyword 'tea' in each sentence",
        "keywords",
        {"keywords": ["tea"], "each": "sentence"},
    ),
    (
        "Content_Keywords",
        "Include the term 'at least 3 words'",
        "keywords",
        {"keywords": ["at least 3 words"]},
    ),
    # punctuation
    (
        "Content_Punctuation",
        "Finally, ensure the reply ends with an exclamation mark!",
        "ending_punctuation",
        {"marks": ["exclamation mark"]},
    ),
    (
        "Content_Punctuation",
        "The answer must end with a period or a question mark",
        "ending_punctuation",
        {"marks": ["period", "question mark"]},
    ),
    ("Content_Punctuation", "The title must not end with a period", "", {}),
    ("Content_Punctuation", "Avoid using semicolons", "no_punctuation", {"marks": ["semicolon"]}),
    # letters
    ("Language_English", "Each word in the answer must be capitalized", "capitalized_words", {}),
    ("Language_English", "be written entirely in uppercase letters", "uppercase", {}),
    ("Language_English", "The answer must be in lowercase", "lowercase", {}),
    (
        "Language_English",
        "All headings must be capitalized",
        "capitalized_words",
        {"part": "headings"},
    ),
    # Markdown
    (
        "Format_Markdown",
        "Start with a level 2 heading",
        "headings",
        {"levels": [2], "first_level": 2},
    ),
    (
        "Format_Markdown",
        "Use exactly two heading levels: H1 and H2",
        "headings",
        {"levels": [1, 2], "min_levels": 2, "max_levels": 2},
    ),
    ("Format_Markdown", "Use Markdown with heading levels 1 and 3", "headings", {"levels": [1, 3]}),
    (
        "Format_Markdown",
        "use at least two heading levels, such as H1 and H2",
        "headings",
        {"min_levels": 2},
    ),
    (
        "Format_Markdown",
        "include a level 2 heading titled 'Tea'",
        "headings",
        {"titles": ["## Tea"]},
    ),
    ("Format_Markdown", "use block quotes for the company's statements", "block_quotes", {}),
    # tables
    (
        "Format_Table",
        "Any table included must not exceed 3 rows",
        "table",
        {"max_rows": 3, "optional": True},
    ),
    (
        "Format_Table",
        "include a table limited to 3 rows and 2 columns",
        "table",
        {"max_rows": 3, "max_columns": 2},
    ),
    (
        "Format_Table",
        "present it in a table with exactly two columns: 'A' and 'B'",
        "table",
        {"min_columns": 2, "max_columns": 2, "columns": ["A", "B"]},
    ),
    (
        "Format_Table",
        "Each table must have at most one row",
        "table",
        {"max_rows": 1, "every": True},
    ),
    # the rest
    ("Format_Json", "Object nesting levels must not exceed 3", "json_nesting", {"max_levels": 3}),
    (
        "Format_XML",
        "Number of attributes must be exactly 5",
        "xml_attributes",
        {"min_attributes": 5, "max_attributes": 5},
    ),
    ("Format_Bullet Points", "No bullet points", "no_bullet_points", {}),
    ("Language_Chinese", "请用简体中文回答", "chinese", {"script": "simplified"}),
    (
        "Content_Identifiers",
        "The answer must start with the word 'Example:'",
        "starts_with",
        {"text": "Example:"},
    ),
]


@pytest.mark.parametrize(("category", "sentence", "name", "kwargs"), READ)
def test_what_a_sentence_is_read_as(
    category: str, sentence: str, name: str, kwargs: dict[str, Any]
) -> None:
    read = read_sentence(*category.split("_"), sentence)
    if not name:
        assert isinstance(read, Refused)
        return
    assert read == Bound(f"muldimif:{name}", kwargs)
    KIT.registry.bind(ConstraintSpec(read.id, dict(read.kwargs)))


REFUSED = [
    # a part of the answer that cannot be found, or a second wish
    ("Length_Words", "The introduction must be at most 50 words"),
    ("Length_Words", "The title must be at most 5 words"),
    ("Length_Words", "The answer must be at most 50 words and end with a period"),
    ("Length_Words", "At most 50 words, of which none is longer than ten letters"),
    ("Length_Words", "The answer must be at most 50 words, ensuring it uses bullet points"),
    ("Length_Words", "The answer must not be at most 50 words"),
    ("Length_Words", "If the answer is short, it must be at most 50 words"),
    ("Length_Words", "The first paragraph must be at most 50 words"),
    ("Length_Words", "The map must have at most 10 labeled places."),
    ("Length_Words", "At most 50 words or at least 100 words"),
    ("Length_Sentences", "provide no more than five references in total"),
    ("Length_Sentences", "at most 50 words and limited to 3 sentences"),
    ("Content_Keywords", "include the names of the key players"),
    ("Content_Keywords", "Must include the phonetic transcription of 'Gaza' in Arabic"),
    ("Content_Keywords", "The name must include a word such as 'Leaf' or 'River'"),
    ("Content_Keywords", "Include the keyword 'tea' and end with a period"),
    ("Content_Keywords", "Include 'a', 'b' or 'c' and 'd'"),
    ("Content_Keywords", "The keyword 'tea'!? why"),
    ("Content_Punctuation", "The references must end with a period"),
    ("Content_Punctuation", "The answer must end with a smile"),
    ("Language_English", "The names of the countries must be capitalized"),
    ("Language_English", "The answer must be in English"),
    ("Language_English", "The answer must be in French"),
    ("Format_Markdown", "Format your response using Markdown with bullet points and bold"),
    ("Format_Markdown", "include a level 9 heading"),
    ("Format_Markdown", "include headings, specifically 'History' and 'Facilities'"),
    ("Format_Table", "The list must include no more than 5 items"),
    ("Format_Table", "present the list in a table with a maximum of 11 rows, including headers"),
    ("Format_Table", "Each cell in the table must contain at most 10 words."),
    ("Format_Text", "The reply must be in full sentences"),
    ("Nothing_Known", "At most 50 words"),
    ("Length_Words", "At most 50 words " + "to be brief " * 100),
]


@pytest.mark.parametrize(("category", "sentence"), REFUSED)
def test_what_is_not_wholly_understood_is_refused_with_the_reason(
    category: str, sentence: str
) -> None:
    read = read_sentence(*category.split("_"), sentence)
    assert isinstance(read, Refused), read
    assert read.reason


def test_a_criterion_that_says_other_than_the_sentence_is_not_bound() -> None:
    triple = [["Length", "Words", "At most 50 words"]]
    same, other = "The answer must be at most 50 words.", "At most 50 words in each paragraph"
    assert read_triples(triple, [same])[0].id == "muldimif:words"
    assert read_triples(triple, [other])[0].id == "muldimif:Length_Words"


def test_an_instruction_keeps_pattern_level_categories_and_what_is_refused() -> None:
    data = {
        "id": "1",
        "conversations": [{"role": "user", "content": "Hi"}],
        "constraints": [
            ["Length", "Words", "At most 50 words"],
            ["Content", "Keywords", "include the names"],
        ],
        "constraint_pattern": "Listing",
        "difficulty": "Level 2",
    }
    row = Row(Location("a.json", 1), json.dumps(data), data)
    item = KIT.instructions["muldimif"].read(row)
    assert [spec.id for spec in item.constraints] == ["muldimif:words", "muldimif:Content_Keywords"]
    assert item.meta == {
        "constraint_pattern": "Listing",
        "difficulty": "Level 2",
        "categories": [["Length", "Words"], ["Content", "Keywords"]],
        "refused": {"1": "no keyword stands between quotation marks"},
    }


def _verdicts(shared: Path) -> Iterator[tuple[dict[str, Any], str]]:
    folder = shared / "data" / "muldimif"
    lines = (folder / "responses.jsonl").read_text("utf-8").splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(folder / "reference_verdicts.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row, texts[row["response"]]


def test_the_share_that_is_bound(shared: Path) -> None:
    rows = json.loads((shared / "data" / "muldimif" / "test_even_rows.json").read_text("utf-8"))
    specs = [spec for row in rows for spec in read_triples(row["constraints"])]
    bound = sum(spec.id in KIT.registry for spec in specs)
    assert len(specs) == 2083
    assert bound >= 0.95 * len(specs)


def test_verdicts_are_the_references_where_it_has_no_known_defect(shared: Path) -> None:
    """A verdict that is `unknown` counts as one that differs."""
    found: Counter[bool] = Counter()
    for row, text in _verdicts(shared):
        read = read_sentence(row["category"], row["subcategory"], row["sentence"])
        if isinstance(read, Refused) or row.get("defects") or not text.strip():
            continue
        verifier = KIT.registry.bind(ConstraintSpec(read.id, dict(read.kwargs)))
        status = str(verifier.check(Response(text)).status)
        found[status == ("satisfied" if row["verdict"] else "violated")] += 1
    assert found.total() > 20_000
    assert found[True] >= 0.99 * found.total()
