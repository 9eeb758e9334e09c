"""Reading messages back out of the text that a chat template made of them.

Some trainers write a prompt as the model saw it: decoded token ids, with the template's special
tokens or without. Without them, `system`, `user` and `assistant` are ordinary words, and a user's
text may hold them, too. So a text is read only where it can mean one thing: every marker of a turn
stands in it exactly where one is due, and nowhere else. Everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hir_kit.errors import RowError
from hir_kit.model.prompt import Message, Prompt

PREFILLS = ("", "<think>\n", "<think>", "<think>\n\n</think>\n\n")
"""What a template may put at the beginning of the answer itself."""


@dataclass(frozen=True, slots=True)
class ChatText:
    """What a chat text says.

    Attributes:
        messages: The messages, the last one of the user.
        prefill: What the template began the answer with; mostly nothing.
        ends: What the model may have ended its answer with, where special tokens are kept.
    """

    messages: list[Message]
    prefill: str
    ends: tuple[str, ...] = ()

    @property
    def meta(self) -> dict[str, str]:
        """What is to be kept of it besides the messages."""
        return {"prefill": self.prefill} if self.prefill else {}

    def answer(self, text: str) -> str:
        """Return an answer that was decoded with its special tokens, without the one that ends it.

        Raises RowError where it holds another: the model went on, or was answered by a tool.
        """
        end = next((end for end in self.ends if text.endswith(end)), "")
        text = text[: len(text) - len(end)]
        if marker := _MARKER.search(text):
            raise RowError(f"the answer holds {marker[0]!r}; only a single answer is verified")
        return text


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a family of templates writes turns: an opening with the role, the text, a closing.

    Attributes:
        name: The family, for messages.
        opening: The opening of a turn; its group is the role.
        closing: What ends every turn.
        model: The role that the template gives the model.
        ends: What the model may end its answer with, where special tokens are kept.
        added: What the template itself puts before the system message.
        earlier: Whether earlier turns can be told, because no message holds an opening.
    """

    name: str
    opening: re.Pattern[str]
    closing: str
    model: str = "assistant"
    ends: tuple[str, ...] = ()
    added: re.Pattern[str] = re.compile("")
    earlier: bool = False


_ROLES = "system|user|assistant|tool"
_START = re.compile(r"^(?:<bos>|<s>|<\|begin_of_text\|>|<\|endoftext\|>|<｜begin▁of▁sentence｜>)")
_MARKER = re.compile(r"<\|\w+\|>|<｜[^｜]+｜>|\[/?INST\]|<(?:start|end)_of_turn>")
_DATES = re.compile(r"Cutting Knowledge Date: [^\n]*\nToday Date: [^\n]*\n\n")
_SHAPES = (
    _Shape("ChatML", re.compile(rf"^({_ROLES})\n", re.MULTILINE), "\n"),
    _Shape("Llama 3", re.compile(rf"({_ROLES}|ipython)\n\n"), "", added=_DATES),
    _Shape("Gemma", re.compile(r"^(user|model)\n", re.MULTILINE), "\n", model="model"),
    _Shape(
        "Tulu",
        re.compile(rf"^<\|({_ROLES})\|>\n", re.MULTILINE),
        "\n",
        ends=("<|endoftext|>", "<|end_of_text|>", "</s>"),
    ),
    _Shape(
        "DeepSeek R1",
        re.compile("<｜(User|Assistant)｜>"),
        "",
        model="Assistant",
        ends=("<｜end▁of▁sentence｜>",),
    ),
    _Shape(
        "ChatML with its special tokens",
        re.compile(rf"<\|im_start\|>({_ROLES})\n"),
        "<|im_end|>\n",
        ends=("<|im_end|>", "<|endoftext|>"),
        earlier=True,
    ),
    _Shape(
        "Llama 3 with its special tokens",
        re.compile(rf"<\|start_header_id\|>({_ROLES}|ipython)<\|end_header_id\|>\n\n"),
        "<|eot_id|>",
        ends=("<|eot_id|>", "<|end_of_text|>"),
        added=_DATES,
        earlier=True,
    ),
    _Shape(
        "Gemma with its special tokens",
        re.compile(r"<start_of_turn>(user|model)\n"),
        "<end_of_turn>\n",
        model="model",
        ends=("<end_of_turn>", "<eos>"),
        earlier=True,
    ),
)
FAMILIES = tuple(shape.name for shape in _SHAPES)


def read_chat(text: str) -> ChatText:
    """Return the messages of a prompt's chat text, which ends where the model's answer begins.

    Raises RowError where no known family of templates, or more than one, could have written it.
    """
    readings = list(_readings(text))
    if len(readings) == 1:
        return readings[0]
    if readings:
        raise RowError("the prompt's chat text can be read in more than one way")
    raise RowError(
        "the prompt's chat text cannot be read back into messages without guessing: it is none of "
        f"{', '.join(FAMILIES)}, or a message holds the marker of a turn"
    )


def read_text(text: str) -> Prompt:
    """Return a prompt that may be a chat text, read back, or the plain text that was sent.

    Raises RowError where it begins like a chat text, or holds the marker of a template, and cannot
    be read back.
    """
    plain = _START.sub("", text)
    if any(shape.opening.match(plain) for shape in _SHAPES) or _MARKER.search(text):
        return read_chat(text).messages
    return text


def _readings(text: str) -> Iterator[ChatText]:
    for shape in _SHAPES:
        found = _read_as(shape, text)
        if found is not None:
            yield found


def _read_as(shape: _Shape, text: str) -> ChatText | None:
    before, *turns = shape.opening.split(_START.sub("", text))
    if before or not turns:
        return None
    roles, contents = turns[0::2], turns[1::2]
    *asked, last = roles
    if last != shape.model or contents[-1] not in PREFILLS:
        return None
    said = contents[:-1]
    if not _in_turn(shape, asked) or not all(item.endswith(shape.closing) for item in said):
        return None
    texts = [item[: len(item) - len(shape.closing)] for item in said]
    return ChatText(_messages(shape, asked, texts), contents[-1], shape.ends)


def _messages(shape: _Shape, roles: list[str], texts: list[str]) -> list[Message]:
    """Return the messages; a system message that the template made alone is left out."""
    found = []
    for role, text in zip(roles, texts, strict=True):
        if role == "system" and (added := shape.added.match(text)):
            text = text[added.end() :]
            if added.end() and not text:
                continue
        found.append({"role": _role(shape, role), "content": text})
    return found


def _role(shape: _Shape, role: str) -> str:
    return "assistant" if role == shape.model else role.lower()


def _in_turn(shape: _Shape, roles: list[str]) -> bool:
    """Return whether a prompt has these roles; earlier turns only where they can be told."""
    named = [_role(shape, role) for role in roles]
    rest = named[1:] if named[:1] == ["system"] else named
    if rest == ["user"]:
        return True
    due = ["user", "assistant"] * (len(rest) // 2) + ["user"]
    return shape.earlier and rest == due
