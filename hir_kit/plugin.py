"""The door for plugins: everything that a plugin may import beside the names of `hir_kit`.

What is named here stays; every other module of hir-kit may change without notice.

Verifiers    The names of `hir_kit` suffice; here are the analyses of a text that they share, and
             the facts that `entails` gives (`Fact`: `Amount`, `Mentions`, `Begins`, `Ends`,
             `InLanguage`), and `verifiers_from`, which makes verifiers out of a published registry
             of classes; `Wording`, how a constraint is talked about; what of it can be asked for
             in a weaker form (`Number`, `Between`, `Items`, `Either`: each a `Goal`).
Formats      `FlatFormat` with its `FlatReader` for one response a row; else `Format`, what it gets
             (`Input`, `ReadOptions`, `Feedback`) and gives (`Item`: `Group` or `Unread`).
Sources      `InstructionSource`, and the instructions that some dumps keep apart.
Rewriters    `Rewriter`, what it gets (`Rewriting`, of `Kept` and `Stated`) and may answer (a prompt
             or a `Refusal`); `RewritingAll`, where many requests at once are better than one.
Filters      `Filter` of replays and what it gets (`Draft`), to answer with a `Refusal` or None.
Judges       `Judge` and what it gets (`Question`); `unanswered`, where it got no answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hir_kit.errors import RowError, SpecError, UsageError, near_matches, needed, shown
from hir_kit.files import jsonl
from hir_kit.files.open import Input, open_binary
from hir_kit.files.save import open_target
from hir_kit.model.constraint import (
    ConstraintSpec,
    decoded,
    is_constraint_id,
    parse_constraints,
    parse_kwargs,
)
from hir_kit.model.prompt import (
    Message,
    Prompt,
    as_messages,
    instruction_of,
    read_prompt,
    with_instruction,
)
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.model.verdict import unanswered
from hir_kit.read.answers import Sample, each_answer, read_answer
from hir_kit.read.chat_text import is_chat, read_chat, read_text, single_answer
from hir_kit.read.fields import (
    a_list,
    an_object,
    as_id,
    identifier,
    integer,
    mean,
    optional_object,
    optional_string,
    required,
    string,
    strings,
)
from hir_kit.read.flat import FlatFormat, FlatReader, Piece
from hir_kit.read.format import (
    Feedback,
    Format,
    Item,
    ReadOptions,
    Row,
    Unread,
    UnreadRow,
    opened,
    rows,
)
from hir_kit.read.instructions import Instruction, Instructions, InstructionSource
from hir_kit.relabel.contract import (
    Draft,
    Filter,
    Kept,
    Refusal,
    Rewriter,
    Rewriting,
    RewritingAll,
    Stated,
)
from hir_kit.verify import numbers
from hir_kit.verify.facts import (
    Amount,
    Begins,
    Ends,
    Fact,
    InLanguage,
    Mentions,
    no_capital_letters,
    no_small_letters,
)
from hir_kit.verify.judge import Judge, Question
from hir_kit.verify.relaxing import Between, Either, Goal, Items, Number
from hir_kit.verify.response import words
from hir_kit.verify.scripts import scripts
from hir_kit.verify.thinking import prefill_of, split_thinking
from hir_kit.verify.wording import Wording

if TYPE_CHECKING:
    from hir_kit.relabel.recovery import recover
    from hir_kit.verify.instruction_classes import verifiers_from
    from hir_verifiers.analyses import (
        count_capital_words,
        count_sentences,
        language,
        sentence_spans,
        sentences,
        tokens,
    )

_ANALYSES = (
    "count_capital_words",
    "count_sentences",
    "language",
    "sentence_spans",
    "sentences",
    "tokens",
)
"""They stand on NLTK and langdetect, which the engine does without."""

_ON_FIRST_USE = {
    **dict.fromkeys(_ANALYSES, "hir_verifiers.analyses"),
    "recover": "hir_kit.relabel.recovery",
    "verifiers_from": "hir_kit.verify.instruction_classes",
}
"""Names with their modules, which take long to import."""

__all__ = [
    "Amount",
    "Begins",
    "Between",
    "ConstraintSpec",
    "Draft",
    "Either",
    "Ends",
    "Fact",
    "Feedback",
    "Filter",
    "FlatFormat",
    "FlatReader",
    "Format",
    "Goal",
    "Group",
    "InLanguage",
    "Input",
    "Instruction",
    "InstructionSource",
    "Instructions",
    "Item",
    "Items",
    "Judge",
    "Kept",
    "Location",
    "Mentions",
    "Message",
    "Number",
    "Piece",
    "Prompt",
    "Question",
    "ReadOptions",
    "Refusal",
    "Reject",
    "Rewriter",
    "Rewriting",
    "RewritingAll",
    "Rollout",
    "Row",
    "RowError",
    "Sample",
    "SpecError",
    "Stated",
    "Unread",
    "UnreadRow",
    "UsageError",
    "Wording",
    "a_list",
    "an_object",
    "as_id",
    "as_messages",
    "count_capital_words",
    "count_sentences",
    "decoded",
    "each_answer",
    "identifier",
    "instruction_of",
    "integer",
    "is_chat",
    "is_constraint_id",
    "jsonl",
    "language",
    "mean",
    "near_matches",
    "needed",
    "no_capital_letters",
    "no_small_letters",
    "numbers",
    "open_binary",
    "open_target",
    "opened",
    "optional_object",
    "optional_string",
    "parse_constraints",
    "parse_kwargs",
    "prefill_of",
    "read_answer",
    "read_chat",
    "read_prompt",
    "read_text",
    "recover",
    "required",
    "rows",
    "scripts",
    "sentence_spans",
    "sentences",
    "shown",
    "single_answer",
    "split_thinking",
    "string",
    "strings",
    "tokens",
    "unanswered",
    "verifiers_from",
    "with_instruction",
    "words",
]


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module 'hir_kit.plugin' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_ON_FIRST_USE[name]), name)
    return value
