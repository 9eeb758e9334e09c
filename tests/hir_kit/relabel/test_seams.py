"""What stays after a cut reads as if it had been written so, or the cut is refused."""

# ruff: noqa: E501, ISC004  # instructions are read by the line

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec
from hir_kit.relabel.statements.seams import torn

KIT = hir_kit.load(installed=False)
NO_COMMA = ConstraintSpec("punctuation:no_comma")
LOWER = ConstraintSpec("change_case:english_lowercase")
TITLE = ConstraintSpec("detectable_format:title")
POSTSCRIPT = ConstraintSpec("detectable_content:postscript", {"postscript_marker": "P.S."})
LONG = ConstraintSpec("length_constraints:number_words", {"num_words": 30, "relation": "at least"})
SHORT = ConstraintSpec(
    "length_constraints:number_words", {"num_words": 61, "relation": "less than"}
)
FEW = ConstraintSpec("length_constraints:number_sentences", {"num_sentences": 4, "relation": "at least"})  # fmt: skip
NAMED = ConstraintSpec("keywords:existence", {"keywords": ["harbour"]})
END = ConstraintSpec("startend:end_checker", {"end_phrase": "So long!"})
PARTS = ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 2})


def _without(prompt: str, asked: list[ConstraintSpec], *drop: int) -> str | None:
    result = KIT.rewrite(prompt, asked, list(drop))
    assert result.prompt is None or isinstance(result.prompt, str)
    return result.prompt


@pytest.mark.parametrize(
    ("prompt", "asked", "drop"),
    [
        ("Describe Oslo. The text should have at least 4 sentences, none of which may hold a comma, "
         "and a title in <<>>.", [FEW, NO_COMMA, TITLE], (1,)),
        ("Describe Oslo in at least 4 sentences, of which two mention the word harbour, and in "
         "lowercase.", [FEW, NAMED, LOWER], (0,)),
        ("Describe Oslo: first give a title in <<>>, then at least 30 words, then a P.S.",
         [TITLE, LONG, POSTSCRIPT], (1,)),
        ("Describe Oslo.\n\n1. Use no commas.\n2. At least 30 words.\n3. The same goes for the title.",
         [NO_COMMA, LONG], (0,)),
        ("Describe Oslo. Part one in lowercase, part two with the word harbour; no commas in either.",
         [LOWER, NAMED, NO_COMMA], (1,)),
        ("Describe Oslo. Every line must be in lowercase, while the whole text must have at least 30 "
         "words and include the word harbour.", [LOWER, LONG, NAMED], (0, 1)),
        ("Describe Oslo. Each paragraph must be in lowercase; use the word harbour.",
         [LOWER, NAMED], (0,)),
    ],
)  # fmt: skip
def test_what_governs_more_than_one_part_is_not_left_to_another(
    prompt: str, asked: list[ConstraintSpec], drop: tuple[int, ...]
) -> None:
    assert _without(prompt, asked, *drop) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Write a poem. You must use it, you must rhyme.", "Write a poem. Y and you must rhyme."),
        ("It must be short and be free of commas.", "It must  and be free of commas."),
        ("I ask you to say it and to sing it.", "I ask you to to sing it."),
        ("A text which is short and which is long.", "A text which is which is long."),
        ("Sing without resorting to words while standing.", "Sing without resorting to while standing."),
        ("Write 40 words besides using dots.", "Write besides using dots."),
        ("Refrain from commas and dots.", "Refrain dots."),
        ("Make it two lines, shout a word.", "Make shout a word."),
        ("Since the light is poor, use few words.", "Since the light is poor."),
        ("Sing. Except for the name, which is long, write small.", "Sing. Except for the name, which is long."),
        ("Use dots, not commas.", "Use not commas."),
        ("Say what love is in five words, no commas.", "Say what love is no commas."),
        ("It has at least two words and must rhyme.", "It has and must rhyme."),
        ("Let each line be in small letters, comma-free.", "Let each line be in comma-free."),
        ("Sing twice, separated by stars.", "Sing twice, separated."),
        ("It has both a title and a name, and rhymes.", "It has both a title, and rhymes."),
        ("Es ist weder kurz noch lang.", "Es ist weder kurz."),
        ("既要短也要快。", "既要短。"),
        ("Sing (i) softly, (ii) slowly and (iii) long.", "Sing (i) softly and (iii) long."),
        ("Do so. Step 1: sing. Step 2: dance.", "Do so. Step 2: dance."),
        ("要求：1. 短；2. 快；3. 好。", "要求：1. 短；3. 好。"),
        ("要求：一、短；二、快；三、好。", "要求：一、短；三、好。"),
        ("要求：1. 短；2. 快。", "要求：1.2. 快。"),
        ("Sing.\nMusts:\n- softly\n- slowly", "Sing.\n- slowly"),
        ("It is calm, has a name, and runs on.", "It is calm, has runs on."),
        ("A song of ten lines whose name is long.", "A song of whose name is long."),
        ("Begin with a name, follow it with a line.", "Begin with follow it with a line."),
        ("All of it must be in small type, none of it in red.", "All of it must be in none of it in red."),
        ("Use no dots; instead, use dashes.", "Use no dots; instead."),
        ("Use no dots except in the name.", "Use no dots except."),
        ("Either way, be calm, and be short.", "Either way and be short."),
        ("A song in which joy is felt and no dots are used.", "A song and no dots are used."),
        ("Dots are out, commas are, too, nor are dashes in.", "Dots are out and nor are dashes in."),
        ("要求：第一点，短；第二点，快。", "要求：第二点，快。"),
        ("要求：①短；②快；③好。", "要求：①短；③好。"),
        ("Sing. A. Be short. B. Be slow.", "Sing. B. Be slow."),
        ("Firstly sing, secondly dance and thirdly rest.", "Firstly sing and thirdly rest."),
        ("Say it with ten words and without dots, about love.", "Say it with ten words and about love."),
        ("For clarity use dots and for speed stay short.", "For clarity use for speed stay short."),
        ("Sing in fünf Worten, ohne Pause.", "Sing in ohne Pause."),
        ("Although it is hard, sing; although it is long, dance.", "Although it is hard, dance."),
        ("Put a name at the top, a date at the end, and a song in between.", "Put a song in between."),
        ("The song has no words and ends in a P.S.", "The song has no words"),
    ],
)  # fmt: skip
def test_tears_are_seen(before: str, after: str) -> None:
    assert torn(before, after) is not None
    assert torn(after, after) is None, "what was there before is the prompt's own"


@given(
    st.lists(
        st.sampled_from(["Sing a song.", "Use no commas.", "- say it", "1. be short", "Musts:"])
    )
)
def test_nothing_is_torn_where_nothing_changed(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert torn(text, text) is None


@pytest.mark.parametrize(
    ("prompt", "asked", "drop", "result"),
    [
        ("Describe Oslo using at least 30 words, no commas and the word harbour.",
         [LONG, NO_COMMA, NAMED], 2, "Describe Oslo using at least 30 words and no commas."),
        ("Describe Oslo. The text should use the word harbour, be in lowercase, and end with "
         "\"So long!\".", [NAMED, LOWER, END], 2,
         "Describe Oslo. The text should use the word harbour and be in lowercase"),
        ("Describe Oslo. Put a title in <<>> and at the end put a P.S.", [TITLE, POSTSCRIPT], 1,
         "Describe Oslo. Put a title in <<>>."),
        ("Describe Oslo with a <<title>>, at least 4 sentences, a P.S. and no commas.",
         [TITLE, FEW, POSTSCRIPT, NO_COMMA], 1,
         "Describe Oslo with a <<title>>, a P.S. and no commas."),
        ("Describe Oslo in lowercase, in at least 30 words, and without the word 'harbour'.",
         [LOWER, LONG, ConstraintSpec("keywords:forbidden_words", {"forbidden_words": ["harbour"]})],
         1, "Describe Oslo in lowercase and without the word 'harbour'."),
        ("Describe Oslo with the word harbour, with no commas, with a title in <<>> and with a P.S.",
         [NAMED, NO_COMMA, TITLE, POSTSCRIPT], 1,
         "Describe Oslo with the word harbour, with a title in <<>> and with a P.S."),
        ("Describe Oslo with a <<title>> on top and in lowercase.", [TITLE, LOWER], 0,
         "Describe Oslo in lowercase."),
    ],
)  # fmt: skip
def test_lists_and_final_marks_are_mended(
    prompt: str, asked: list[ConstraintSpec], drop: int, result: str
) -> None:
    found = _without(prompt, asked, drop)
    assert found is not None
    assert found.rstrip('".') == result.rstrip(".")


@pytest.mark.parametrize(
    ("prompt", "lower", "upper"),
    [
        ("Describe Oslo, somewhere between 30 and 60 words.", "at least 30", "at most 60"),
        ("Beschreibe Oslo. Der Text muss zwischen 30 und 60 Wörter lang sein.",
         "mindestens 30", "höchstens 60"),
        ("Décris Oslo. Le texte doit avoir de 30 à 60 mots.", "au moins 30", "au plus 60"),
        ("请介绍奥斯陆，用30到60字。", "至少30", "不超过60"),
    ],
)  # fmt: skip
def test_one_bound_of_a_range_is_in_the_language_of_the_prompt(
    prompt: str, lower: str, upper: str
) -> None:
    asked = [LONG, SHORT]
    if prompt.startswith("请"):
        asked = [
            ConstraintSpec("muldimif:words", {"min_words": 30}),
            ConstraintSpec("muldimif:words", {"max_words": 60}),
        ]
    for drop, stays in ((0, upper), (1, lower)):
        found = _without(prompt + " ", asked, drop)
        assert found is not None
        assert stays in found
        assert "between" not in found
        assert "somewhere" not in found


def test_a_range_in_a_language_without_words_for_bounds_is_refused() -> None:
    asked = [ConstraintSpec("muldimif:words", {"min_words": 50}),
             ConstraintSpec("muldimif:words", {"max_words": 80})]  # fmt: skip
    assert _without("请介绍奥斯陆，全文在50到80字之间。", asked, 0) is None


@pytest.mark.parametrize(
    "prompt",
    [
        "Beschreibe Oslo. Schreibe mindestens sechs Sätze.",
        "Décris Oslo. Écris au moins six phrases.",
    ],
)
def test_a_number_in_the_words_of_another_language_is_not_made_digits(prompt: str) -> None:
    spec = ConstraintSpec(FEW.id, {"num_sentences": 6, "relation": "at least"})
    assert KIT.rewrite(prompt, [spec], [], relax={0: {"num_sentences": 4}}).prompt is None
