"""Plain ways of stating constraints that are rewritten, each beside near ones that are refused."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)


def spec(id: str, **kwargs: object) -> ConstraintSpec:
    return ConstraintSpec(id, kwargs)


COMMA = spec("punctuation:no_comma")
LOWER = spec("change_case:english_lowercase")
TITLE = spec("detectable_format:title")
QUOTED = spec("startend:quotation")
JSON = spec("detectable_format:json_format")
TWO = spec("combination:two_responses")
POSTSCRIPT = spec("detectable_content:postscript", postscript_marker="P.S.")
LATER = spec("detectable_content:postscript", postscript_marker="P.P.S")
WORDS = spec("length_constraints:number_words", num_words=80, relation="at least")
BRIEF = spec("length_constraints:number_words", num_words=60, relation="less than")
THREE = spec("length_constraints:number_sentences", num_sentences=3, relation="at least")
FOUR = spec("length_constraints:number_sentences", num_sentences=4, relation="less than")
MILK = spec("keywords:existence", keywords=["milk"])
NO_MILK = spec("keywords:forbidden_words", forbidden_words=["milk"])
FIELDS = spec("detectable_content:number_placeholders", num_placeholders=3)
STARS = spec("detectable_format:number_highlighted_sections", num_highlights=3)
BULLETS = spec("detectable_format:number_bullet_lists", num_bullets=6)

REWRITTEN = [
    # a postscript whose marker is left open
    ("Write on tea. Add a postscript. No commas.", (COMMA, POSTSCRIPT),
     "Write on tea. Add a postscript."),
    ("Write on tea. Add a P.S. at the end. No commas.", (COMMA, POSTSCRIPT),
     "Write on tea. Add a P.S. at the end."),
    # "exactly" states both bounds
    ("Why is tea green? Reply in exactly 3 sentences.", (THREE, FOUR),
     "Why is tea green? Reply in at most 3 sentences."),
    ("Why is tea green? Reply in exactly 3 sentences.", (FOUR, THREE),
     "Why is tea green? Reply in at least 3 sentences."),
    ("Why is tea green? 3 to 3 sentences, no commas. Exactly 3 sentences.", (COMMA, THREE, FOUR),
     "Why is tea green? 3 to 3 sentences. Exactly 3 sentences."),
    # "refrain from using", two responses, "and not"
    ("What is tea? Give two different responses separated by ****** and refrain from using commas.",
     (COMMA, TWO), "What is tea? Give two different responses separated by ******."),
    ("What is tea? Give two different responses separated by ****** and refrain from using commas.",
     (TWO, COMMA), "What is tea? Refrain from using commas."),
    ("Tell of tea. Your answer should have at least 80 words, and not use commas.",
     (WORDS, COMMA), "Tell of tea. Your answer should not use commas."),
    # adjuncts one after the other
    ("Say what tea is in under 60 words, without the word milk, and in all lowercase letters.",
     (BRIEF, NO_MILK, LOWER),
     "Say what tea is without the word milk, and in all lowercase letters."),
    ("Say what tea is without using commas and with at least 80 words.", (COMMA, WORDS),
     "Say what tea is with at least 80 words."),
    ("Write a note with exactly 6 bullet points, no commas, and a title in <<>>.",
     (BULLETS, COMMA, TITLE), "Write a note with no commas, and a title in <<>>."),
    ("What is tea? Respond in lowercase only, with at least 80 words.", (WORDS, LOWER),
     "What is tea? Respond in lowercase only."),
    # what is stated without a "no" needs none
    ("Write a poem on tea, make sure it is in all lowercase, and don't use any commas.",
     (COMMA, LOWER), "Write a poem on tea, make sure it is in all lowercase."),
    # "it" and "also" after a sentence that goes
    ("Tell of tea. Your answer has to have at least 80 words. It should also mention milk.",
     (WORDS, MILK), "Tell of tea. Your answer should mention milk."),
    ("Write about tea. Wrap the whole thing in double quotation marks. It must not have commas.",
     (QUOTED, COMMA), "Write about tea. Your response must not have commas."),
    ("Highlight 3 parts (*so*). Your answer must also have 3 placeholders. Write an ad for tea.",
     (STARS, FIELDS), "Your answer must have 3 placeholders. Write an ad for tea."),
    # what belongs to the request and only looks like a form
    ("Write a job ad. It must be in JSON. Include a list of required skills. No commas.",
     (JSON, COMMA), "Write a job ad. Include a list of required skills. No commas."),
    ("Sum up the news. Only include the main points. Mention milk at least twice. No commas.",
     (spec("keywords:frequency", keyword="milk", frequency=2, relation="at least"), COMMA),
     "Sum up the news. Only include the main points. No commas."),
    # courtesy, reasons and chat
    ("Tell of tea. It would be great if you could avoid commas. At least 80 words please.",
     (COMMA, WORDS), "Tell of tea. At least 80 words please."),
    ("hey can u write on tea, all lowercase pls, and no commas thx", (COMMA, LOWER),
     "hey can u write on tea and all lowercase pls"),
    ("Explain tea. Less than 60 words max. No commas.", (BRIEF, COMMA), "Explain tea. No commas."),
    ("Write on tea. To keep the style, avoid commas for consistency. Use at least 80 words.",
     (COMMA, WORDS), "Write on tea. Use at least 80 words."),
    ("Task: write on tea.\nFormat: all lowercase\nLength: less than 60 words", (BRIEF, LOWER),
     "Task: write on tea.\nFormat: all lowercase"),
    ("Write in all lowercase. Describe tea and mention milk.", (LOWER, MILK),
     "Describe tea and mention milk."),
    # foreign words in quotation marks are content
    ('What does "спасибо" mean? Use at least 80 words. No commas.', (COMMA, WORDS),
     'What does "спасибо" mean? Use at least 80 words.'),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "constraints", "wanted"), REWRITTEN)
def test_what_people_plainly_say_is_rewritten(
    prompt: str, constraints: tuple[ConstraintSpec, ...], wanted: str
) -> None:
    result = KIT.rewrite(prompt, constraints, [0])
    assert result.prompt == wanted, result.refusals


REFUSED = [
    # another marker than the verified one
    ("Write on tea. Add a P.S. at the end. No commas.", (COMMA, LATER)),
    ("Write on tea. Add a P.P.S. at the end. No commas.", (COMMA, POSTSCRIPT)),
    # "exactly" where one bound alone is verified
    ("Why is tea green? Reply in exactly 3 sentences and without commas.", (COMMA, THREE)),
    ("Why is tea green? Reply in exactly 4 sentences. No commas.", (COMMA, THREE, FOUR)),
    # "it" that may mean another thing
    ("Tell of tea. Your answer must have a title. It must be in lowercase.", (TITLE, LOWER)),
    ("Tell of tea. The last paragraph must mention milk. It must not use commas.", (MILK, COMMA)),
    # a thing that needs what led to another one
    ("Plan a trip that has 6 bullet points, in all lowercase, and a P.S. at the end.",
     (BULLETS, LOWER, POSTSCRIPT)),
    # a form that is asked for a second time
    ("Sell tea. Wrap it in double quotation marks, like below:\n\"\nTea!\n\"\nNo commas.",
     (QUOTED, COMMA)),
    ("Write two different slogans for tea. Separate the two responses with ******. No commas.",
     (TWO, COMMA)),
    ("Write a tale in which the word milk appears and which has at least 80 words.", (MILK, WORDS)),
    ("Write on tea. First, use 3 placeholders; second, avoid commas.", (COMMA, FIELDS)),
    # a request that would go with it
    ("Tell of tea. The text should follow the house rules, avoiding commas. At least 80 words.",
     (COMMA, WORDS)),
    # a demand in another script
    ("Write on tea. Без запятых. No commas. At least 80 words.", (COMMA, WORDS)),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "constraints"), REFUSED)
def test_what_is_near_to_it_is_refused(
    prompt: str, constraints: tuple[ConstraintSpec, ...]
) -> None:
    assert KIT.rewrite(prompt, constraints, [0]).prompt is None
