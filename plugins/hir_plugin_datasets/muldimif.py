"""MulDimIF (Junjie-Ye/MulDimIF): each constraint is `[category, subcategory, sentence]`.

There are no parameters: its checkers parse the English sentence when they check. Where the whole of
it is one of the forms of `muldimif_sentences`, the constraint gets the id and kwargs of a verifier
that decides the same. The others have the id `muldimif:<checker class>`, which has no verifier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.formats.base import Row
from hir_kit.formats.fields import identifier, required
from hir_kit.formats.instructions import Instruction
from hir_kit.rollouts import Prompt, read_prompt
from hir_kit.specs import ConstraintSpec
from hir_plugin_muldimif.grammar import verifier_of

# The classes of its evaluation, and the categories that it gives to each.
_CLASSES = {
    "Content_Keywords": ("Content_Keywords", "Content_Keywords: Must include"),
    "Content_Others": (
        "Citations_In-text",
        "Content_Identifiers",
        "Content_Length",
        "Content_Mention",
        "Content_Quotes",
        "Content_Sources",
    ),
    "Content_Punctuation": (
        "Content_Punctuation",
        "Content_Punctuation: Ending punctuation",
        "Punctuation_Ending punctuation",
    ),
    "Format_Json": ("Format_Json", "Json_Number of attributes", "Json_Object nesting levels"),
    "Format_Markdown": (
        "Format_Markdown",
        "Format_Markdown: Heading levels",
        "Markdown_Block quotes",
        "Markdown_Heading levels",
    ),
    "Format_Others": (
        "Format_Blurb",
        "Format_Bullet Points",
        "Format_Length",
        "Format_Markdown: Block quotes",
        "Format_Text",
        "Format_XML",
        "References_Format",
        "Table_Table",
        "XML_Number of attributes",
    ),
    "Format_Table": (
        "Format_Table",
        "Format_Table: Column limit",
        "Format_Table: Row limit",
        "Table_Column limit",
        "Table_Row limit",
    ),
    "Language_Chinese": (
        "Language_Chinese",
        "Language_Chinese: Simplified",
        "Language_Chinese: Traditional",
    ),
    "Language_English": (
        "Language_English",
        "Language_English: All Uppercase",
        "Language_English: Capitalized",
    ),
    "Length_Paragraphs": (
        "Length_Paragraphs",
        "Length_Paragraphs: At least",
        "Length_Paragraphs: At most",
        "Length_Paragraphs: Range",
        "Paragraphs_At most",
    ),
    "Length_Sentences": (
        "Length_Sentences",
        "Length_Sentences: At least",
        "Length_Sentences: At most",
        "Length_Sentences: Range",
        "Sentences_At least",
        "Sentences_At most",
    ),
    "Length_Words": (
        "Format_Word Count",
        "Length_Words",
        "Length_Words: At least",
        "Length_Words: At most",
        "Length_Words: Range",
        "Words_At most",
    ),
}
_CLASS_OF = {category: name for name, categories in _CLASSES.items() for category in categories}


class MulDimIfInstructions:
    """Rows with `conversations` and `constraints` of three strings each."""

    name = "muldimif"
    summary = "MulDimIF (`conversations`, `constraints` of three strings); verifiers for some"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has conversations and constraints of a pattern."""
        return {"conversations", "constraints", "constraint_pattern"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        constraints = read_triples(required(row.data, "constraints"))
        return Instruction(identifier(row, "id"), _prompt(row), constraints, row.location)


def read_triples(
    value: object, criteria: Sequence[str] | None = None
) -> tuple[ConstraintSpec, ...]:
    """Return the constraints that triples of strings state; raises RowError on anything else.

    `criteria` are what the instruction says in place of the sentences, where that is known apart: a
    verifier has to decide both.
    """
    if not isinstance(value, list) or not value:
        raise RowError(f"'constraints' is a list of triples, not empty, got {shown(value)}")
    told = criteria if criteria and len(criteria) == len(value) else [None] * len(value)
    return tuple(_read_triple(item, text) for item, text in zip(value, told, strict=True))


def _read_triple(item: object, criterion: str | None) -> ConstraintSpec:
    if (
        not isinstance(item, list)
        or len(item) != 3
        or not all(isinstance(part, str) and part.strip() for part in item)
    ):
        raise RowError(f"a constraint is [category, subcategory, sentence], got {shown(item)}")
    category, sentence = f"{item[0].strip()}_{item[1].strip()}", item[2]
    checker = _CLASS_OF.get(category, category)
    bound = verifier_of(checker, sentence)
    if bound is None or (criterion is not None and verifier_of(checker, criterion) != bound):
        return ConstraintSpec(f"muldimif:{checker}", {}, sentence)
    return ConstraintSpec(*bound, sentence)


def _prompt(row: Row) -> Prompt:
    """Return the conversation up to the user's last message: some files have the answer, too."""
    talk = read_prompt(required(row.data, "conversations"))
    if isinstance(talk, str):
        raise RowError(f"'conversations' is a list of messages, got {shown(talk)}")
    while talk and talk[-1]["role"] == "assistant":
        talk = talk[:-1]
    if not talk or talk[-1]["role"] != "user":
        raise RowError("'conversations' has no message of the user to answer")
    return talk
