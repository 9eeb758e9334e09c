"""Instructions that want themselves repeated: what is repeated is what is left of them."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Group, Rollout
from hir_kit.plugin import Location

KIT = hir_kit.load(installed=False)
COMMA = ConstraintSpec("punctuation:no_comma")
QUOTES = ConstraintSpec("startend:quotation")
MOON = ConstraintSpec("keywords:existence", {"keywords": ["moon"]})
LOUD = ConstraintSpec("keywords:forbidden_words", {"forbidden_words": ["noise", "loud"]})
WORDS = "length_constraints:number_words"
BRIEF = ConstraintSpec(WORDS, {"num_words": 80, "relation": "less than"})
LONG = ConstraintSpec(WORDS, {"num_words": 40, "relation": "at least"})
RAIN = "Describe a rainy street."
OTTO = "Write a poem about my cat Otto"
TIDES = "Explain how tides work to a child."
ITEMS = {"MOON": "Mention the word moon.", "BRIEF": "Keep it under 80 words."}


def repeating(text: str, id: str = "combination:repeat_prompt") -> ConstraintSpec:
    return ConstraintSpec(id, {"prompt_to_repeat": text})


FOLLOWS = [
    (
        "{} Before you answer, repeat the request above word for word.",
        f"{RAIN} Do not use commas.", COMMA, RAIN,
    ),
    (
        "First, repeat this request verbatim, then answer it: {}",
        f"{RAIN} Do not use commas.", COMMA, RAIN,
    ),
    (
        "Repeat the following request exactly as it is, and then respond to it.\n\n{}",
        f"{OTTO}, with at least 40 words.", LONG, f"{OTTO}.",
    ),
    (
        "{}\n\nStart your reply by repeating the whole request above. Then answer.",
        f"{TIDES} Mention the word moon. Keep it under 80 words.", MOON,
        f"{TIDES} Keep it under 80 words.",
    ),
    (
        "{}\n\nStart your reply by repeating the whole request above. Then answer.",
        f"{TIDES} Mention the word moon. Keep it under 80 words.", BRIEF,
        f"{TIDES} Mention the word moon.",
    ),
    (
        "{}\n\nFirst copy the request word for word. Do not say anything before repeating it.",
        "Draft a short note to a neighbour.\nAvoid the words noise and loud.", LOUD,
        "Draft a short note to a neighbour.",
    ),
    (
        "{} First repeat the request word for word without change, then give your answer.",
        "Name three rivers in Asia and wrap your whole answer in double quotation marks.", QUOTES,
        "Name three rivers in Asia.",
    ),
    (
        "Your task is below. Repeat it word for word first, then answer.\nTask: {}",
        f"{TIDES} Mention the word moon.", MOON, TIDES,
    ),
    ("{} Please repeat my request first.", f"{OTTO}, without commas.", COMMA, f"{OTTO}."),
    (
        "Please repeat the request below without changing a word, and then do it.\n---\n{}\n---",
        f"{RAIN} Do not use commas.", COMMA, RAIN,
    ),
    (
        "Répète d'abord la demande mot pour mot, puis réponds.\n\n{}",
        "Décris une rue sous la pluie. N'utilise aucune virgule.", COMMA,
        "Décris une rue sous la pluie.",
    ),
    (
        "Wiederhole zuerst die Aufgabe Wort für Wort, dann antworte.\n\n{}",
        "Beschreibe eine Straße im Regen. Verwende keine Kommas.", COMMA,
        "Beschreibe eine Straße im Regen.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("around", "request_", "gone", "left"), FOLLOWS)
def test_what_is_repeated_is_what_is_left(
    around: str, request_: str, gone: ConstraintSpec, left: str
) -> None:
    others = [one for name, one in (("MOON", MOON), ("BRIEF", BRIEF)) if ITEMS[name] in request_]
    asked = [gone, *(one for one in others if one is not gone), repeating(request_)]
    result = KIT.rewrite(around.format(request_), asked, [0])
    assert result.prompt == around.format(left)
    assert result.kept[-1] == repeating(left)


def test_other_verifiers_that_repeat_follow_as_well() -> None:
    request = f"{RAIN} Do not use commas."
    asked = [COMMA, repeating(request, "rlvr:validate_repeat_prompt")]
    asked[1] = ConstraintSpec(asked[1].id, {"original_prompt": request})
    result = KIT.rewrite(f"First repeat the request below.\n\n{request}", asked, [0])
    assert [dict(one.kwargs) for one in result.kept] == [{"original_prompt": RAIN}]


REFUSED = [
    ("{}\n\nFirst repeat the two sentences above, then answer.", f"{RAIN} Do not use commas."),
    ("{} Repeat the last sentence of my request first, then answer.", "Do not use commas."),
    ("Repeat the request first, then answer. {0} {0}", f"{RAIN} Do not use commas."),
    ("{} Repeat the request first. Commas are not allowed.", f"{RAIN} Do not use commas."),
    ("{}\n\nRepeat the first line of this first, then answer.", f"{RAIN} Do not use commas."),
]


@pytest.mark.parametrize(("around", "request_"), REFUSED)
def test_where_nobody_can_say_what_is_repeated_it_is_refused(around: str, request_: str) -> None:
    result = KIT.rewrite(around.format(request_), [COMMA, repeating(request_)], [0])
    assert (result.prompt, result.kept) == (None, ())


def test_a_response_repeats_the_text_of_before_and_is_no_replay() -> None:
    request = f"{RAIN} Do not use commas."
    prompt = f"{request} First repeat the request, then answer."
    asked = (COMMA, repeating(request))
    rollout = Rollout("1/0", f"{request} Wet, grey, loud.")
    group = Group("1", prompt, asked, (rollout,), Location("given", 1))
    checker = KIT.checker(asked)
    checked = [checker.check(rollout.text)]
    found = hir_kit.relabel_group(group, checked, checker, list(KIT.rewriters.values())[:2])
    assert not found.replays
    assert found.refused[0].reasons["excise"].code == "quoted"
