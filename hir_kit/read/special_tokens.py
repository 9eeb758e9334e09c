"""Special tokens that stay in decoded text: what begins it, pads it, and ends it.

Who decodes token ids without leaving special tokens out has them around prompts and answers. They
are no words of anyone: `without_special` takes them away at both ends, whatever tokenizer they are
of, and with them the header of the answer before it, and of a next turn behind its end. Those
within an answer say that it is none, or several: see `hir_kit.read.chat_text.single_answer`.
"""

from __future__ import annotations

import re

BEGINNINGS = (
    "<s>",
    "<bos>",
    "<|begin_of_text|>",
    "<|startoftext|>",
    "<｜begin▁of▁sentence｜>",
    "<BOS_TOKEN>",
    "[gMASK]",
    "<sop>",
)
PADS = (
    "<pad>",
    "<PAD>",
    "[PAD]",
    "<unk>",
    "<|pad|>",
    "<|padding|>",
    "<|PAD_TOKEN|>",
    "<|vision_pad|>",
    "<|finetune_right_pad_id|>",
    "<|reserved_special_token_0|>",
    "<｜▁pad▁｜>",
)
ENDS = (
    "</s>",
    "<eos>",
    "<eop>",
    "<end_of_turn>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<|return|>",
    "<|END_OF_TURN_TOKEN|>",
    "<EOS_TOKEN>",
    "<｜end▁of▁sentence｜>",
)
_NEXT = "<|user|>"  # GLM ends its answers with the mark of the next turn
_OPEN, _CLOSE = "<s>", "</s>"  # in HTML, what is struck through
_HEADER = (  # what opens the answer, as the templates write it
    r"<\|im_start\|>assistant(?:<\|im_sep\|>|\n|\Z)"
    r"|<\|start_header_id\|>assistant<\|end_header_id\|>"
    r"|<start_of_turn>model(?:\n|\Z)|<\|assistant\|>|<｜Assistant｜>|\[/INST\]"
)
_AFTER = (  # what may stand behind an end: the header of a turn in which nothing is said
    rf"{_HEADER}|<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>(?:assistant)?"
    r"|<\|(?:user|observation)\|>|<｜User｜>"
)

_ANY = "|".join(map(re.escape, (*BEGINNINGS, *PADS, *ENDS)))
_END = "|".join(map(re.escape, (*ENDS, _NEXT)))
_LEAD = re.compile(rf"(?:\s*(?:{_ANY}))+")
_FIRST = re.compile(rf"\s*({_ANY})")
_BEGUN = re.compile(rf"\s*({_ANY}|{_HEADER})")
_RUN = re.compile(rf"({_END})(?:assistant\b)?(?:\s*(?:{_ANY}|{_AFTER}))*\s*")
_WITHIN = re.compile(rf"{_END}|<bos>|<\|begin_of_text\|>|<｜begin▁of▁sentence｜>|<BOS_TOKEN>")
_LAST = (">", "]", "assistant")
_MARK = re.compile(
    r"(<\|[^|<>\s]+\|>|<｜[^｜\s]+｜>|</?s>|\[/?[A-Za-z_]+\]|<(?:start|end)_of_turn>|<sop>)"
)


def split_lead(text: str) -> tuple[str, str]:
    """Return the special tokens that a text begins with, and the rest with its white space."""
    found = _LEAD.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)


def has_special_ends(text: str) -> bool:
    """Return whether a text begins or ends with a special token, or what could be one."""
    return bool(_FIRST.match(text) or (text.rstrip()[-1:] in (">", "]") and _tail(text)))


def without_special(text: str) -> str:
    """Return an answer without the special tokens around it, and the headers of turns with them.

    White space goes with a token that it follows; the answer's own stays. Padding is taken from the
    end where it follows a token that ends a text. `<s>` and `</s>` stay where they are tags of
    HTML: a pair that does not hold the whole text.
    """
    return _without_lead(_without_tail(text))


def _without_tail(text: str) -> str:
    if not text.rstrip().endswith(_LAST):  # most texts: a regex would look at all of them
        return text
    found = _tail(text)
    if not found or (found[1] == _CLOSE and _OPEN in _inner(text[: found.start()])):
        return text
    return text[: found.start()]


def _tail(text: str) -> re.Match[str] | None:
    """Return the special tokens that a text ends with, from the first that ends it."""
    runs = _RUN.finditer(text)  # each is looked at once, however many there are
    return next((run for run in runs if run.end() == len(text)), None)


def _inner(text: str) -> str:
    return text.lstrip().removeprefix(_OPEN)


def _without_lead(text: str) -> str:
    begun = text
    while found := _BEGUN.match(begun):
        if found[1] == _OPEN and _CLOSE in begun:
            break
        begun = begun[found.end() :]
    return text if begun is text else begun.lstrip()


def special_within(text: str) -> str | None:
    """Return the first special token that ends or begins a text, within one that has lost its own.

    `</s>` is none where an `<s>` stands before it: they are tags of HTML.
    """
    for found in _WITHIN.finditer(text):
        if found[0] != _CLOSE or _OPEN not in text[: found.start()]:
            return found[0]
    return None


def after_prompt(query: str, prompt: str) -> str | None:
    """Return what follows a prompt in a text that begins with it; None where it does not.

    Special tokens before either of them are skipped, and so is the white space that a decoder puts
    after special tokens.
    """
    if query.startswith(prompt):
        return query[len(prompt) :]
    lead, wanted = split_lead(prompt)
    found = re.match(_loosely(wanted.lstrip() if lead else wanted), split_lead(query)[1])
    return found.string[found.end() :] if found else None


def _loosely(text: str) -> str:
    """Return the pattern of a text, with any white space after its special tokens."""
    first, *rest = _MARK.split(text)
    pattern = rf"\s*{re.escape(first)}"
    for mark, after in zip(rest[0::2], rest[1::2], strict=True):
        pattern += re.escape(mark)
        pattern += rf"\s*{re.escape(after.lstrip())}" if after.strip() else ""
        if not after.strip():
            pattern += r"\s*" if mark != rest[-2] else rf"(?:{re.escape(after)})?"
    return pattern
