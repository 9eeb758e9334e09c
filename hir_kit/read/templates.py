"""The chat templates that are known, each by all of its marks.

A template is what a model's tokenizer makes of messages (`apply_chat_template`). It is described by
what opens a turn, what closes it, and what opens the answer. Those of the published Jinja templates
are here; where one of them can be decoded without its special tokens and still be read, that form
is one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_ROLES = "system|user|assistant|tool"
_NOTHING = re.compile("")
_NEVER = re.compile(r"(?!)")
_DATES = re.compile(r"Cutting Knowledge Date: [^\n]*\nToday Date: [^\n]*\n\n")
_QWEN = re.compile(r"You are Qwen, created by Alibaba Cloud\. You are a helpful assistant\.\Z")
_CHATGPT = re.compile(
    r"<\|start\|>system<\|message\|>You are ChatGPT, a large language model trained by OpenAI\.\n"
    r"Knowledge cutoff: [^\n]*\nCurrent date: [^\n]*\n\nReasoning: [^\n]*\n\n"
    r"# Valid channels: analysis, commentary, final\. "
    r"Channel must be included for every message\.<\|end\|>"
)
_TOOLS = r"</?tool_(?:call|response)>|<tools>"
_STRIKE = r"</?s>"
TURN = re.compile(
    r"<\|im_start\|>|<\|start_header_id\|>|<\|start\|>|<start_of_turn>|<｜(?:User|Assistant)｜>"
    r"|\[/?INST\]|<\|(?:system|user|assistant|observation)\|>|<\|python_tag\|>|<\|call\|>"
)
"""What opens a turn or calls a tool, in any family."""
_PIPES = r"<\|(?:system|user|assistant|end|observation)\|>"


@dataclass(frozen=True, slots=True)
class Template:
    """How a family of templates writes turns.

    Attributes:
        name: The family, for messages.
        opening: What opens a turn; its only group is the role.
        closings: What closes a turn, as patterns: per role as it is written, `*` for all others.
        answer: What opens the answer, at the end of a prompt.
        marks: What no message can hold, for it would be a mark; tools are among them.
        roles: The field's name for each role that is written otherwise.
        begins: What the special tokens before all else may be, as one pattern.
        preamble: What stands before the first turn; its group `system` is the system message.
        added: What the template itself puts at the beginning of the system message.
        emptied: What the template puts at the beginning of earlier answers.
        suffix: What it puts behind a user's text where it closes the thinking itself.
        earlier: Whether earlier turns can be told, because no message holds an opening.
        loose: Whether the white space around messages is partly the template's.
    """

    name: str
    opening: re.Pattern[str]
    closings: Mapping[str, str]
    answer: str
    marks: re.Pattern[str] = _NEVER
    roles: Mapping[str, str] = field(default_factory=dict)
    begins: re.Pattern[str] = re.compile(r"(?!.*\[gMASK\]).*", re.DOTALL)  # frozen
    preamble: re.Pattern[str] = _NOTHING
    added: re.Pattern[str] = _NOTHING
    emptied: re.Pattern[str] = _NOTHING
    suffix: str = ""
    earlier: bool = True
    loose: bool = False

    def closing(self, role: str) -> str:
        """Return the pattern of what closes a turn of this role."""
        return self.closings.get(role, self.closings["*"])


_DEEPSEEK_END = "<｜end▁of▁sentence｜>"
_DEEPSEEK = Template(
    "DeepSeek",
    re.compile("<｜(User|Assistant)｜>"),
    {"*": "", "Assistant": _DEEPSEEK_END},
    "<｜Assistant｜>",
    re.compile("<｜[^｜\n]+｜>"),
    roles={"User": "user", "Assistant": "assistant"},
    begins=re.compile(r"(?:\s*<｜[^｜]+｜>)+"),
    preamble=re.compile("(?P<system>.*)", re.DOTALL),
    emptied=re.compile("</think>"),
)
_TULU_END = r"(?:<\|endoftext\|>|<\|end_of_text\|>|<\|eot_id\|>|</s>)"
TEMPLATES = (
    Template(
        "ChatML",
        re.compile(rf"^({_ROLES})\n", re.MULTILINE),
        {"*": "\n"},
        r"assistant\n(?!\n)",  # as Llama 3 goes on
        re.compile(f"{_TOOLS}|{TURN.pattern}"),
        added=_QWEN,
        earlier=False,
    ),
    Template(
        "Llama 3",
        re.compile(rf"({_ROLES}|ipython)\n\n"),
        {"*": ""},
        "assistant\n\n",
        TURN,
        added=_DATES,
        earlier=False,
    ),
    Template(
        "Gemma",
        re.compile(r"^(user|model)\n", re.MULTILINE),
        {"*": "\n"},
        "model\n",
        TURN,
        roles={"model": "assistant"},
        earlier=False,
    ),
    Template(
        "Tulu",
        re.compile(rf"^<\|({_ROLES})\|>\n", re.MULTILINE),
        {"*": "\n", "assistant": rf"{_TULU_END}?\n"},
        r"<\|assistant\|>\n",
        re.compile(_PIPES),
    ),
    Template(
        "Zephyr",
        re.compile(rf"^<\|({_ROLES})\|>\n", re.MULTILINE),
        {"*": "</s>\n"},
        r"<\|assistant\|>\n?",
        re.compile(f"{_PIPES}|{_STRIKE}"),
    ),
    Template(
        "Phi-3",
        re.compile(rf"^<\|({_ROLES})\|>\n", re.MULTILINE),
        {"*": r"<\|end\|>\n"},
        r"<\|assistant\|>\n",
        re.compile(_PIPES),
    ),
    Template(
        "Phi-4 mini",
        re.compile(rf"<\|({_ROLES})\|>"),
        {"*": r"<\|end\|>"},
        r"<\|assistant\|>",
        re.compile(_PIPES),
    ),
    Template(
        "Phi-4",
        re.compile(rf"<\|im_start\|>({_ROLES})<\|im_sep\|>"),
        {"*": r"<\|im_end\|>"},
        r"<\|im_start\|>assistant<\|im_sep\|>",
        re.compile(r"<\|im_(?:start|sep|end)\|>"),
    ),
    Template(
        "GLM",
        re.compile(rf"<\|({_ROLES}|observation)\|>\n"),
        {"*": ""},
        r"<\|assistant\|>",
        re.compile(f"{_PIPES}|{_TOOLS}"),
        begins=re.compile(r".*\[gMASK\]\s*<sop>\s*", re.DOTALL),
        emptied=re.compile("<think></think>\n?"),
        suffix="/nothink",
    ),
    Template(
        "Mistral",
        re.compile(r"\[(/?INST|SYSTEM_PROMPT)\]"),
        {"*": "", "/INST": r"</s>[ \n]?", "SYSTEM_PROMPT": r"\[/SYSTEM_PROMPT\]"},
        r"\[/INST\]",
        re.compile(
            rf"\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>"
            rf"|{_STRIKE}"
        ),
        roles={"INST": "user", "/INST": "assistant", "SYSTEM_PROMPT": "system"},
        loose=True,
    ),
    _DEEPSEEK,
    replace(
        _DEEPSEEK,
        name="DeepSeek without its special tokens",
        closings={"*": "", "Assistant": f"(?:{_DEEPSEEK_END})?"},
        begins=_NOTHING,
    ),
    Template(
        "gpt-oss",
        re.compile(
            r"<\|start\|>(developer(?=<\|message\|># Instructions\n\n)|user"
            r"|assistant(?=<\|channel\|>final))(?:<\|channel\|>final)?<\|message\|>"
            r"(?:(?<=developer<\|message\|>)# Instructions\n\n)?"
        ),
        {"*": r"<\|end\|>", "developer": r"(?:\n\n)?<\|end\|>"},
        r"<\|start\|>assistant(?:<\|channel\|>\w+<\|message\|>)?",
        re.compile(
            r"<\|(?:start|message|channel|end|return|call|constrain)\|>|namespace functions \{"
        ),
        roles={"developer": "system"},
        preamble=_CHATGPT,
    ),
    Template(
        "ChatML with its special tokens",
        re.compile(rf"<\|im_start\|>({_ROLES})\n"),
        {"*": r"<\|im_end\|>\n"},
        r"<\|im_start\|>assistant\n",
        re.compile(rf"<\|im_(?:start|sep|end)\|>|{_TOOLS}"),
        added=_QWEN,
    ),
    Template(
        "Llama 3 with its special tokens",
        re.compile(rf"<\|start_header_id\|>({_ROLES}|ipython)<\|end_header_id\|>\n\n"),
        {"*": r"<\|eot_id\|>"},
        r"<\|start_header_id\|>assistant<\|end_header_id\|>\n\n",
        re.compile(r"<\|(?:start_header_id|end_header_id|eot_id|eom_id|python_tag)\|>"),
        added=_DATES,
    ),
    Template(
        "Gemma with its special tokens",
        re.compile(r"<start_of_turn>(user|model)\n"),
        {"*": "<end_of_turn>\n"},
        "<start_of_turn>model\n",
        re.compile("<(?:start|end)_of_turn>|<start_of_image>"),
        roles={"model": "assistant"},
    ),
)
FAMILIES = tuple(template.name for template in TEMPLATES)
