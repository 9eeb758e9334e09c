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
MILK_TWICE = spec("keywords:frequency", keyword="milk", frequency=2, relation="at least")
CAPS = spec("change_case:capital_word_frequency", capital_frequency=1, capital_relation="at least")
CAPS_MOST = spec(
    "change_case:capital_word_frequency", capital_frequency=10, capital_relation="less than"
)
ITALIAN = spec("language:response_language", language="it")
DAYS = spec("detectable_format:multiple_sections", num_sections=3, section_spliter="Day")
ROWS = spec("muldimif:table", max_rows=3)
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
    # demands in a list within the sentence
    ("Write to my aunt (at least 80 words, no commas).", (WORDS, COMMA),
     "Write to my aunt (no commas)."),
    ("Write to my aunt (at least 80 words, no commas).", (COMMA, WORDS),
     "Write to my aunt (at least 80 words)."),
    ("Write to my aunt about her cats (no commas).", (COMMA,), "Write to my aunt about her cats."),
    ("Explain tea to a pirate: at least 80 words, all lowercase, no commas.",
     (WORDS, LOWER, COMMA), "Explain tea to a pirate: all lowercase, no commas."),
    ("Write an ad for tea. Rules: no commas; at least 80 words; mention milk.",
     (COMMA, WORDS, MILK), "Write an ad for tea. Rules: at least 80 words; mention milk."),
    ("Write on tea. Include these: a title in <<>>, the word milk, and no commas.",
     (COMMA, TITLE, MILK), "Write on tea. Include these: a title in <<>> and the word milk."),
    # "make sure that A and that B", "must be A and organized into B"
    ("Toast my mother. Make sure that the word milk appears and that there are no commas.",
     (MILK, COMMA), "Toast my mother. Make sure that there are no commas."),
    ("Write a toast. Make sure your toast has at least 80 words and that it has no commas.",
     (WORDS, COMMA), "Write a toast. Make sure your toast has no commas."),
    ("Tell of tea. The answer must be at least 80 words long and presented in JSON.",
     (WORDS, JSON), "Tell of tea. The answer must be presented in JSON."),
    # a number or a word at the end of a sentence
    ("Begin with the word milk and finish it with the word no. Is tea good?",
     (spec("last_word:last_word_answer", last_word="no"),
      spec("first_word:first_word_answer", first_word="milk")),
     "Begin with the word milk. Is tea good?"),
    # German, French and Chinese clauses
    ("Der Brief an Oma. Er muss mindestens 80 Wörter haben und darf keine Kommas enthalten.",
     (WORDS, COMMA), "Der Brief an Oma. Er darf keine Kommas enthalten."),
    ("Was ist Tee? Antworte ohne Kommas und mit mindestens 80 Wörtern.", (WORDS, COMMA),
     "Was ist Tee? Antworte ohne Kommas."),
    ("Écris une lettre. La lettre doit compter au moins 80 mots et ne doit pas avoir de virgules.",
     (WORDS, COMMA), "Écris une lettre. La lettre ne doit pas avoir de virgules."),
    ("Explique le thé. Ta réponse doit contenir le mot milk et compter au moins 80 mots.",
     (MILK, WORDS), "Explique le thé. Ta réponse doit compter au moins 80 mots."),
    ("请介绍茶。回答不少于80字，并且不要出现逗号。", (WORDS, COMMA), "请介绍茶。不要出现逗号。"),
    # the number of parts is that of the things which the task asks for
    ("Name 6 reasons to drink tea. Put them in bullet points. No commas.", (COMMA, BULLETS),
     "Name 6 reasons to drink tea. Put them in bullet points."),
    ("Write a 3 day plan. Mark each with Day X. No commas.", (COMMA, DAYS),
     "Write a 3 day plan. Mark each with Day X."),
    # small letters, a word's demand before the writer's, the topic within a statement
    ("write on tea. use the word milk. use no commas.", (MILK, COMMA),
     "write on tea. use no commas."),
    ("Tell of tea. In your text, the word milk should appear at least twice and use no commas.",
     (MILK_TWICE, COMMA), "Tell of tea. In your text, use no commas."),
    ("Write a poem in Italian about tea, no other language is allowed. Use no commas.",
     (ITALIAN, COMMA), "Write a poem about tea. Use no commas."),
    ("On tea.\nGive two versions and part them:\n\nTea talk 1\n******\nTea talk 2\n\nNo commas.",
     (TWO, COMMA), "On tea.\n\nNo commas."),
    # "some" is at least one, and the limit another constraint
    ("On tea. Use some words in all caps, but words in all caps should appear at most 9 times.",
     (CAPS_MOST, CAPS), "On tea. Use some words in all caps."),
    ("On tea. Use a few words in all caps. Words in caps should appear 9 times at most. No commas.",
     (COMMA, CAPS, CAPS_MOST),
     "On tea. Use a few words in all caps. Words in caps should appear 9 times at most."),
    # what is said of a part is not said of all
    ("Tell of tea in at most 59 words. The table must be concise, with at most 3 rows.",
     (BRIEF, ROWS), "Tell of tea. The table must be concise, with at most 3 rows."),
    ("Plan a course. List the skills it needs. Use a table of at most 3 rows. No commas.",
     (ROWS, COMMA), "Plan a course. List the skills it needs. No commas."),
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
    # a list within the sentence of which an item is two constraints', or none's
    ("Write to my aunt (at least 80 words without commas, in red ink).", (COMMA, WORDS)),
    ("Write a chart. It has these parts: first, at least 80 words; second, no commas.",
     (WORDS, COMMA)),
    ("Tell of tea. Make sure that the title is in <<>> and that it is lowercase.", (TITLE, LOWER)),
    ("Der Text soll keine Kommas und mindestens 80 Wörter enthalten.", (WORDS, COMMA)),
    ("请介绍一下茶，不要出现逗号，写80字以上的故事。", (COMMA, WORDS)),
    # another number of things than of parts
    ("Name 5 reasons to drink tea. Put them in bullet points. No commas.", (COMMA, BULLETS)),
    ("Write a 4 day plan. Mark each with Day X. No commas.", (COMMA, DAYS)),
    # what the word does, too, and a length of each part
    ("Tell of tea. In your text, the word milk should appear at least twice and be in lowercase.",
     (MILK_TWICE, LOWER)),
    ("Tell of tea in at most 59 words. Be concise. Use a table of at most 3 rows.", (BRIEF, ROWS)),
    ("Tell of tea. Use a table of at most 3 rows so that your answer is concise. At most 59 words.",
     (BRIEF, ROWS)),
    # "those" points at what would go
    ("On tea. Use some words in all caps, but those words in caps should appear at most 9 times.",
     (CAPS, CAPS_MOST)),
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


def test_worked_examples_neither_hold_a_cut_back_nor_explain_it() -> None:
    shown = "**Question**: Tell of cats in a longer text.\n**Answer**: GPT 4 is a cat.\n"
    asked = "**Question**: Tell of tea. The answer must have at most 59 words and no commas.\n"
    prompt = f"{shown}{asked}**Answer**:"
    result = KIT.rewrite(prompt, (BRIEF, COMMA), [0])
    assert (
        result.prompt
        == f"{shown}**Question**: Tell of tea. The answer must have no commas.\n**Answer**:"
    )
