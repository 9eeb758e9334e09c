"""Reading messages back out of the text that a chat template made of them.

Some trainers write a prompt as the model saw it: decoded token ids, with the template's special
tokens or without. Without them, `system`, `user` and `assistant` are ordinary words, and a user's
text may hold them, too. So a text is read only where it can mean one thing: all marks of one
template stand where they are due, and nowhere else. Everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from hir_kit.errors import RowError, SpecError
from hir_kit.model.constraint import decoded
from hir_kit.model.prompt import Message, Prompt, read_prompt
from hir_kit.read.special_tokens import (
    has_special_ends,
    special_within,
    split_lead,
    without_special,
)
from hir_kit.read.templates import FAMILIES, TEMPLATES, TURN, Template

_PREFILL = r"(?:\n?<think>\s*(?:</think>\s*)?|\n?</think>\s*)?"
_HARMONY = re.compile(
    r"(?:<\|end\|>)?(?:<\|start\|>assistant)?(?=<\|channel\|>(?:analysis|commentary|final)[ <])"
)
_CALL = re.compile(r"<tool_call>\s*(?:[\[{<]|[\w.-]+\s*<arg_key>)|<function=[^<>\s]+>\s*[{<]")
_CALL_TOKEN = re.compile(
    r"\[TOOL_CALLS\]\s*(?:[\[{]|[\w.-]+\s*[\[{])|<\|python_tag\|>|<｜tool▁calls?▁begin｜>"
    r"|<\|tool_calls?(?:_section)?_begin\|>"
)
_OTHERS_TURN = re.compile(r"^(user|tool)\n", re.MULTILINE)  # decoded without special tokens
_OWN_TURN = re.compile(r"^assistant\n", re.MULTILINE)
_NEXT_TURN = re.compile(r"(?<=[.!?])(assistant|user)\n\n")  # of Llama 3
_RESULT = re.compile(
    r"(?:^\s*|</tool_call>\s*)(<tool_response>|<tool_output>|\[TOOL_RESULTS\])", re.MULTILINE
)
_ANGLED = (
    "<|", "<｜", "_of_turn>", "</s>", "<eo", "<bos>", "_TOKEN>", "<tool_", "<function=",
)  # fmt: skip
_SQUARE = ("INST]", "[TOOL_")
"""Each mark of a turn, special token and call in such brackets holds one of them."""
_FENCED = re.compile(r"^ *(```+|~~~+).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)
_CALL_ENDS = ("</tool_call>", "</function>")
_LONG = 1 << 13  # texts are kept; no longer ones
_MESSAGES = re.compile(r"\s*(array\()?\[\s*\{\s*['\"](?:role|content)['\"]\s*:")


@dataclass(frozen=True, slots=True)
class ChatText:
    """What a chat text says.

    Attributes:
        messages: The messages, the last one of the user.
        prefill: What the template began the answer with; mostly nothing.
    """

    messages: list[Message]
    prefill: str

    @property
    def meta(self) -> dict[str, str]:
        """What is to be kept of it besides the messages."""
        return {"prefill": self.prefill} if self.prefill else {}


def single_answer(text: str) -> str:
    """Return an answer without the special tokens around it, if it was decoded with them.

    Raises RowError where it holds another within, such as the mark of another turn: the model went
    on. So it does where words alone tell the turn of another (a line `user` or `tool` and after it
    a line `assistant`, what a tool is to have answered), and where the answer calls a tool.
    """
    text = without_special(text)
    if not _is_marked(text):
        return text  # as most are: the patterns take longer
    if _calls_tool(text):
        raise RowError("the answer calls a tool; only a single answer in words is verified")
    said = _HARMONY.sub("", text)
    turn = TURN.search(said)
    if marker := turn[0] if turn else special_within(said):
        raise RowError(f"the answer holds {marker!r}; only a single answer is verified")
    if marker := _invented_turn(text):
        raise RowError(f"the answer holds the turn {marker!r}; only a single answer is verified")
    return text


def _is_marked(text: str) -> bool:
    """Return whether a text may hold the mark of a turn, a special token or a call."""
    return (
        "assistant\n" in text
        or "user\n\n" in text
        or ("<" in text and any(sign in text for sign in _ANGLED))
        or ("]" in text and any(sign in text for sign in _SQUARE))
    )


def _invented_turn(text: str) -> str | None:
    """Return the mark of a turn that the model wrote for another, in a text without tokens.

    Fenced as code it is none: somebody is writing about it.
    """
    said = _FENCED.sub("", text)
    other = _OTHERS_TURN.search(said)
    if other and _OWN_TURN.search(said, other.end()):
        return other[1]
    found = _NEXT_TURN.search(said) or _RESULT.search(said)
    return found[1] if found else None


def _calls_tool(text: str) -> bool:
    """Return whether an answer begins or ends with a call, as models write it; thinking is none.

    Within a text, or fenced as code, somebody is writing about calls; not so by special tokens.
    """
    said = text.rpartition("</think>")[2].strip()
    is_last = said.endswith(_CALL_ENDS) and _CALL.search(said)
    return bool(_CALL.match(said) or is_last or _CALL_TOKEN.search(said))


def read_chat(text: str) -> ChatText:
    """Return the messages of a prompt's chat text, which ends where the model's answer begins.

    Raises RowError where no known family of templates could have written it, or where two could
    that mean something else by it.
    """
    readings = list(_readings(text))
    if readings and all(one == readings[0] for one in readings):
        return readings[0]
    if readings:
        raise RowError("the prompt's chat text can be read in more than one way")
    raise RowError(
        "the prompt's chat text cannot be read back into messages without guessing: it is none of "
        f"{', '.join(FAMILIES)}, or a message holds the marker of a turn"
    )


def is_chat(text: str) -> bool:
    """Return whether a text begins like that of a template, or ends where an answer begins."""
    plain = split_lead(text)[1].lstrip()
    if _OPENING.match(plain) or TURN.match(plain):
        return True
    if "<" not in text and "[" not in text:  # as most do not
        return False
    return bool(TURN.search(text)) and any(answer.search(text) for answer in _marked_answers())


_OPENING = re.compile("|".join(f"(?:{one.opening.pattern})" for one in TEMPLATES), re.MULTILINE)


@cache
def _marked_answers() -> list[re.Pattern[str]]:
    """Return what ends a prompt, of the templates that mark where the answer begins."""
    plain = re.compile(r"\\(.)")
    return [_answer(one) for one in TEMPLATES if TURN.search(plain.sub(r"\1", one.answer))]


def _readings(text: str) -> Iterator[ChatText]:
    for template in TEMPLATES:
        found = _read_as(template, text)
        if found is not None:
            yield found


def _answer(template: Template) -> re.Pattern[str]:
    return re.compile(rf"({template.answer})({_PREFILL})\Z")  # `re` keeps what it has compiled


def _read_as(template: Template, text: str) -> ChatText | None:
    lead, body = split_lead(text)
    end = _answer(template).search(body)
    if end is None or not template.begins.fullmatch(lead):
        return None
    asked = body[: end.start()]
    before, *turns = template.opening.split(
        asked.lstrip() if lead and not template.preamble.groups else asked
    )
    preamble = template.preamble.fullmatch(before)
    if preamble is None or not turns:
        return None
    messages: list[Message] = []
    if system := preamble.groupdict().get("system"):
        messages.append({"role": "system", "content": system})
    for role, content in zip(turns[0::2], turns[1::2], strict=True):
        said = _said(template, role, content)
        if said is None:
            return None
        messages.append({"role": template.roles.get(role, role), "content": said})
    return _checked(template, messages, end[2])


def _said(template: Template, role: str, content: str) -> str | None:
    """Return what a turn says; None where it is not closed as it must be, or holds a mark."""
    found = re.fullmatch(f"(.*?)(?:{template.closing(role)})", content, re.DOTALL)
    if found is None or template.marks.search(found[1]):
        return None
    text = found[1]
    if template.loose:
        text = text.strip()
        if found[1] not in (text, f" {text}", f" {text} "):
            return None
    return None if has_special_ends(text) else text


def _checked(template: Template, messages: list[Message], prefill: str) -> ChatText | None:
    """Return the messages as they were given, without what the template added to them."""
    if not _in_turn(template, [str(message["role"]) for message in messages]):
        return None
    if messages[0]["role"] == "system" and (added := template.added.match(messages[0]["content"])):
        rest = messages[0]["content"][added.end() :]
        messages[:1] = [{"role": "system", "content": rest}] if rest or not added.end() else []
    return ChatText([_as_given(template, message, prefill) for message in messages], prefill)


def _as_given(template: Template, message: Message, prefill: str) -> Message:
    content = str(message["content"])
    if message["role"] == "assistant" and (empty := template.emptied.match(content)):
        content = content[empty.end() :]
    if message["role"] == "user" and "</think>" in prefill:
        content = content.removesuffix(template.suffix)
    return {"role": message["role"], "content": content}


def _in_turn(template: Template, roles: list[str]) -> bool:
    """Return whether a prompt has these roles; earlier turns only where they can be told."""
    rest = roles[1:] if roles[:1] == ["system"] else roles
    if rest == ["user"]:
        return True
    due = ["user", "assistant"] * (len(rest) // 2) + ["user"]
    return template.earlier and rest == due


def read_text(text: str) -> tuple[Prompt, dict[str, str]]:
    """Return a prompt that may be a chat text, read back, and what is to be kept of it.

    So are messages that were written out as JSON, or as Python writes them. A text that is neither
    is the prompt as it was sent. Raises RowError where it begins like a chat text, or ends like
    one, and cannot be read back, or is messages and cannot be read. Special tokens around a prompt
    in plain words are no part of it.
    """
    plain = (_known_plain if len(text) <= _LONG else _plain)(text)
    if plain is not None:
        return plain, {}
    if is_written_out(text):
        return _written_out(text), {}
    chat = read_chat(text)
    return chat.messages, chat.meta


def _plain(text: str) -> str | None:
    """Return a prompt in plain words without special tokens around it; None for any other."""
    return None if is_written_out(text) or is_chat(text) else without_special(text)


_known_plain = lru_cache(maxsize=1 << 10)(_plain)  # a prompt may be that of many rows


def is_written_out(text: str) -> bool:
    """Return whether a text begins and ends as messages that a table made text, or numpy."""
    found = _MESSAGES.match(text)
    return found is not None and text.rstrip().endswith(")" if found[1] else "]")


def _written_out(text: str) -> Prompt:
    """Return messages that are text; a list of something else is the prompt as it was sent."""
    try:
        value = decoded(text)
    except SpecError as error:
        raise RowError(f"the prompt is messages as text that cannot be read: {error}") from None
    if isinstance(value, list) and all(isinstance(one, dict) and "role" in one for one in value):
        return read_prompt(value)
    return text


def read_asked(value: object) -> tuple[Prompt, dict[str, str]]:
    """Return a prompt, and what is to be kept of it: a text may be one that a template made.

    Raises RowError where it is no prompt, asks nothing, or `read_text` cannot read it back.
    """
    prompt = read_prompt(value)
    texts = [prompt] if isinstance(prompt, str) else [str(one["content"]) for one in prompt]
    if not "".join(texts).strip():
        raise RowError("the prompt is empty")
    return read_text(prompt) if isinstance(prompt, str) else (prompt, {})
