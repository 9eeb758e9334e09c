"""Kinds of English in which constraints are stated: how each is cut, and where it is refused."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
COMMA = ConstraintSpec("punctuation:no_comma")
TWO = ConstraintSpec("combination:two_responses")
END = "Do not use commas."


def spec(id: str, **kwargs: object) -> ConstraintSpec:
    return ConstraintSpec(id, kwargs)


PARTS = spec("length_constraints:number_paragraphs", num_paragraphs=2)
FIELDS = spec("detectable_content:number_placeholders", num_placeholders=3)
CAPITALS = spec(
    "change_case:capital_word_frequency", capital_relation="at least", capital_frequency=4
)

BESIDE_COMMAS = [
    ("List pros and cons of tea.", "Divide the pros and the cons by a line of ***.", PARTS),
    ("Give me pros and cons of tea.", "Separate the pros and the cons with: ***.", PARTS),
    ("Write on tea.", "Use at least 4 words in all capital letters that are colours.", CAPITALS),
    ("Write on tea.", "Include at least 3 placeholders in brackets that are towns.", FIELDS),
]  # fmt: skip


@pytest.mark.parametrize(("task", "sentence", "gone"), BESIDE_COMMAS)
def test_a_sentence_goes_with_what_it_is_about(
    task: str, sentence: str, gone: ConstraintSpec
) -> None:
    assert KIT.rewrite(f"{task} {sentence} {END}", [gone, COMMA], [0]).prompt == f"{task} {END}"


TITLE = spec("detectable_format:title")
LOWER = spec("change_case:english_lowercase")
WHITE = spec("keywords:existence", keywords=["white"])
FOUR = spec("detectable_format:number_bullet_lists", num_bullets=4)
LONG = spec("length_constraints:number_words", num_words=80, relation="at least")
PARAGRAPHS = spec("length_constraints:number_paragraphs", num_paragraphs=2)

NO_WHITE = spec("keywords:forbidden_words", forbidden_words=["white"])
THREE = spec("length_constraints:number_sentences", num_sentences=3, relation="at least")
AFTER = spec("detectable_content:postscript", postscript_marker="P.S.")
JSON = spec("detectable_format:json_format")
PHRASE = spec("keywords:existence", keywords=["white tea"])
GOES = spec("startend:end_checker", end_phrase="so it goes")
QUOTED = spec("startend:quotation")
BRIEF = spec("length_constraints:number_words", num_words=60, relation="less than")

TORN = [
    ("Write two haikus on snow. In each haiku, use the word white. Avoid commas.", WHITE),
    ("Sum up a novel in exactly 4 bullet points, using * for each. Avoid commas.", FOUR),
    ("Tell of tea. I'd like it in two paragraphs split by *** and I'd like no commas.", PARAGRAPHS),
    ("Tell of tea. It should be at least 80 words, with no commas.", LONG),
    ("Write a tale without commas, and with the hero's name in the title, in <<>>.", TITLE),
    ("Explain tea, making sure to use at least 80 words and to avoid commas.", LONG),
    ("Tell a tale without using the word white, and if you use commas I will cry.", NO_WHITE),
    ("Write on tea with no commas. The essay (in prose) should start with a title in <<>>.", TITLE),
    ("Write on tea. I don't want to see the word white in it; what I want is no commas.", NO_WHITE),
    (
        "Write as if you were a toaster, and make sure to use at least 80 words, to avoid commas.",
        LONG,
    ),
    (
        "Write on tea. Start with a title in <<>>, followed by at least 3 sentences, no commas.",
        THREE,
    ),
    ("Write on tea. Do not, under any circumstances, use the word white. No commas.", NO_WHITE),
    ("Write on tea. Avoid commas and, importantly, use at least 80 words.", LONG),
    ("Plan a trip without commas, avoiding the word white and staying brief.", NO_WHITE),
    ("Pitch a show. Your pitch, which must be in lowercase, must not contain commas.", LOWER),
    ("Write on tea.\n1) At least 80 words\n2) No commas\nPlease follow 1) to 2).", LONG),
    ("Write on tea. *Important*: use at least 80 words. *Also important*: avoid commas.", LONG),
    ("Write a poem; avoid commas and make sure that it's in lowercase.", LOWER),
    ("Tell of tea. Avoid commas. Separate from that, use at least 80 words.", LONG),
    ("Could you tell of tea without commas, and could you do so in lowercase?", LOWER),
    ("I want you to avoid commas and I want you to use at least 80 words.", LONG),
    ("Could you write, in at least 80 words and without any commas, a tale?", LONG),
    ("Tell of tea. Avoid commas. Length matters, too: at least 80 words.", LONG),
    ("Write on tea. The word white must appear. Commas must not.", WHITE),
    ("Write an FAQ on tea, formatted in JSON and using no commas.", JSON),
    (
        "Write a card without commas that is kind, that has at least 80 words, and that's old.",
        LONG,
    ),
    ("Write a card that has no commas, and that's in lowercase.", LOWER),
    ("Write a tale that includes the word white and that doesn't use commas.", WHITE),
    ("Write a tale. It should be in lowercase and should also be free of commas.", LOWER),
    ("Write a tale, please, with a title in <<>> and, if you can, no commas.", TITLE),
    ("Write on tea. Avoid commas. I only have a minute, so use fewer than 60 words.", BRIEF),
    ("Write on tea. Avoid commas. My printer has no small letters, so write in lowercase.", LOWER),
    ("Use a title in <<>>, and use no commas besides the one in that title.", TITLE),
    ('Sing. End with "so it goes". Use no commas besides the one in that phrase.', GOES),
    ("Write on tea. Note: at least 80 words. Note also: no commas.", LONG),
    ("写一封信。要求:1. 不要用逗号。2. 至少80字。", LONG),
    ("Write on tea. No commas. Other than that, just make sure it has at least 80 words.", LONG),
    ("Write on tea. No commas. Also, make it longer than 79 words.", LONG),
    ("Write on tea. Use at least 80 words... just kidding, but avoid commas.", LONG),
    (
        "Write on tea. Your text must use exactly 4 bullet points and at the end, avoid commas.",
        FOUR,
    ),
    ("Write on tea. Avoid commas, and, if you can, use at least 80 words.", LONG),
    (
        "Avoid commas, as I hate them, and since time is short, use fewer than 60 words: why tea?",
        BRIEF,
    ),
    ("Write a tale that, apart from avoiding commas, has at least 80 words.", LONG),
    ('Write a tale (in verse); it should end with "so it goes" and contain no commas.', GOES),
    (
        "It has to be two paragraphs (split by ***), the first one short, with commas nowhere.",
        PARAGRAPHS,
    ),
    (
        "Write, without the word white or the word red, a tale about a dog that has no commas.",
        spec("keywords:forbidden_words", forbidden_words=["white", "red"]),
    ),
    ("Use a title in <<>>, at least 80 words, and, if possible, no commas.", LONG),
    (
        "Write a tale that lacks commas, that uses the word white twice or more and that rhymes.",
        spec("keywords:frequency", keyword="white", frequency=2, relation="at least"),
    ),
    (
        "Tell of tea. The text, which must be in lowercase, must rhyme, and must avoid commas.",
        LOWER,
    ),
    ("Tell of tea. The tale, a sad one, must have at least 80 words, and must avoid commas.", LONG),
    ("What I look for is at least 80 words about tea and no commas.", LONG),
    ("It would contain a title in <<>>, run on without commas, and mention tea.", TITLE),
    ("Begin with a title in <<>>, go on without commas, and wrap up fast: tell of tea.", TITLE),
    (
        "Respond only in JSON, no commas in it, include a name, and limit yourself: what is tea?",
        JSON,
    ),
    ("Write to Ann, not using the word white, and ending without commas.", NO_WHITE),
    ("It should run to a page, mention the word white twice, and steer clear of commas.", WHITE),
    ("Write a tale (at least 80 words, please; 90 is fine, too) without commas.", LONG),
    ("Tell of tea. I'd like the text to be at least 80 words. Avoid commas.", LONG),
    ("Write on tea. #1 use lowercase. #2 avoid commas. #3 be kind.", LOWER),
    ("Tell a tale to my friends in Japan, mentioning the word white but no commas.", WHITE),
    (
        "Tell a tale in prose, making sure that white is used and that no commas are.",
        WHITE,
    ),
    ("Your tale, lowercase and comma-free, must rhyme.", LOWER),
    ("The word red is forbidden; so is the word white; commas are out of it.", NO_WHITE),
    ("Set it on a river, and keep it in lowercase and free of commas.", LOWER),
    (
        "In the tale, 'white' should be used, commas should be avoided, and there should be joy.",
        WHITE,
    ),
    ("Tell a tale in at least 3 sentences and no commas.", THREE),
    ("Le texte doit être court, ne pas contenir le mot white et éviter les virgules.", NO_WHITE),
    (
        "Give pros of tea: at least 4 bullet points... make that 6, with *; no commas.",
        FOUR,
    ),
    (
        "Verfasse einen Brief mit mindestens 3 Platzhaltern in eckigen Klammern und ohne Kommas.",
        FIELDS,
    ),
    ("Describe tea using the word white (twice) and not using commas (at all).", WHITE),
    ("A tale without commas and with a title in <<>> is what I want.", TITLE),
    ("Only if it has at least 80 words and no commas will I accept your tale.", LONG),
    ("The tale may contain anything but the word white and commas.", NO_WHITE),
    ("Tell of tea, but keep it under 60 words, skip the commas, and rhyme.", BRIEF),
    ("No commas, nothing longer than 60 words, nothing in capital letters: why tea?", LOWER),
    ("Remember to use the word 'white', forget about commas, and rhyme.", WHITE),
    ("The text ought to be free of commas, and ought to be in lowercase.", LOWER),
    ("Rant in lowercase, skipping commas, and running on.", LOWER),
    (
        "The guide should use at least 80 words, should do so in prose, and shouldn't use commas.",
        LONG,
    ),
    ("For kids, it should avoid commas; for adults, it should have at least 80 words.", LONG),
    ("Write at least 80 words, in which commas must not appear.", LONG),
    ("Nenne Tees, ohne Kommas zu benutzen, und zwar in mindestens 80 Wörtern.", LONG),
    ("Tell a tale in rhyme and, while using at least 80 words, avoid commas.", LONG),
    ("Tell a tale, ideally one without commas, certainly one of at least 80 words.", LONG),
    ("Write a text that, while being sad, has at least 80 words, and that has no commas.", LONG),
    ("Please, no commas and fewer than 60 words – just tell me how to boil an egg.", BRIEF),
    ("# Task\nWrite on tea. No commas.\n# Never use\n* the word white", NO_WHITE),
]


@pytest.mark.parametrize(("prompt", "gone"), TORN)
def test_what_would_be_left_torn_is_refused(prompt: str, gone: ConstraintSpec) -> None:
    assert KIT.rewrite(prompt, [gone, COMMA], [0]).prompt is None


TORN_AMONG_THREE = [
    ("Let the tale be long (at least 80 words), let it be in lowercase, and let it lack commas.",
     [LONG, LOWER, COMMA], [0, 1]),
    ("Report on tea in lowercase, using at least 3 sentences and the word white, but no commas.",
     [LOWER, THREE, WHITE, COMMA], [0, 1]),
    ("As a cook, and in lowercase, say in at least 3 sentences, without commas, what to expect.",
     [LOWER, THREE, COMMA], [2]),
    ("Give me two texts on tea, separated by ******, each with at least 80 words and no commas.",
     [TWO, COMMA], [0]),
    ("Could the tale please be in lowercase, under 60 words and, ideally, without commas?",
     [LOWER, BRIEF, COMMA], [0, 1]),
    ("Write a letter that has no commas or exclamation marks and that has at least 80 words.",
     [COMMA, spec("punctuation:punctuation_exclamation"), LONG], [0]),
    ("Make sure that it has no more than 5 lines, all in lowercase, uses white, and has no commas.",
     [LOWER, WHITE, COMMA], [0]),
    (("You must tell a tale in no less than 80 words while also making sure to avoid commas and to "
     "end with 'so it goes'."), [LONG, COMMA, GOES], [0, 1]),
    ("I want a tale that thanks Ann, that is in lowercase and that has a P.S. about the cat.",
     [LOWER, AFTER], [1]),
    ("Write a tale, using at least 80 words, avoiding commas, and closing with 'so it goes'.",
     [LONG, COMMA, GOES], [0, 1]),
    (("In your reply, mention white, use at least 80 words, and avoid commas; moreover, use "
     "lowercase."), [WHITE, LONG, COMMA, LOWER], [1, 3]),
    ("Use lowercase, use at least 80 words, and avoid commas; moreover, the word white is a must.",
     [LOWER, LONG, COMMA, WHITE], [1, 2]),
    (("You can write on anything you like, as long as there are at least 80 words, at least 2 "
     "*bright* bits and no commas."),
     [LONG, spec("detectable_format:number_highlighted_sections", num_highlights=2), COMMA], [0]),
    (("You should, first of all, avoid commas; secondly, use at least 80 words; and, last but not "
     "least, mention white. Tell of tea."), [COMMA, LONG, WHITE], [1, 2]),
    (("Can I get a tale, please, one with at least 80 words, one without the word white, and one "
     'that ends with "so it goes"?'), [LONG, NO_WHITE, GOES], [1]),
    (("Write on tea. Use lowercase, please, and please also mention white; as for commas, leave "
     "them out."), [LOWER, WHITE, COMMA], [2]),
    ("Write a short note, i.e. fewer than 60 words, without commas, i.e. only dots, about tea.",
     [BRIEF, COMMA], [1]),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "asked", "gone"), TORN_AMONG_THREE)
def test_what_led_to_another_demand_is_not_left_alone(
    prompt: str, asked: list[ConstraintSpec], gone: list[int]
) -> None:
    assert KIT.rewrite(prompt, asked, gone).prompt is None


SAME_SUBJECT = [
    "Write a note on tea. {}It must be in lowercase. {}It must not have commas.{}",
    "Write a letter on tea. {}The letter has to be in lowercase. {}It has to avoid commas.{}",
]


@pytest.mark.parametrize("prompt", SAME_SUBJECT)
def test_what_a_pronoun_means_stays_where_two_sentences_share_it(prompt: str) -> None:
    pieces = prompt.split("{}")
    result = KIT.rewrite(prompt.replace("{}", ""), [LOWER, COMMA], [0])
    assert result.prompt == pieces[0] + pieces[2]


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a note on tea. It must have a title in <<>>. It must not have commas.",
        "Write a note on tea. Give it a title in <<>>. It must not have commas.",
        "Write on tea. The title has to be in <<>>. It must not have commas.",
        "Write on tea. It must have a title in <<>>. It must also avoid commas.",
    ],
)
def test_what_a_pronoun_may_mean_is_not_cut_out(prompt: str) -> None:
    assert KIT.rewrite(prompt, [TITLE, COMMA], [0]).prompt is None


WEARY = [
    "She hates long poems.", "I don't like lengthy texts.", "He has no time for long mails.",
    "My boss never reads long reports.",
]  # fmt: skip


@pytest.mark.parametrize("reason", WEARY)
def test_who_dislikes_what_is_long_asks_for_what_is_short(reason: str) -> None:
    prompt = f"Write a poem on tea. {reason} Use fewer than 60 words. Avoid commas."
    assert KIT.rewrite(prompt, [BRIEF, COMMA], [0]).prompt is None
    assert KIT.rewrite(prompt, [BRIEF, COMMA], [1]).prompt == prompt.removesuffix(" Avoid commas.")


def test_a_quotation_that_ends_a_sentence_needs_no_second_stop() -> None:
    end = spec("startend:end_checker", end_phrase="The end.")
    prompt = 'Tell a tale. End with "The end." and do not use commas.'
    assert KIT.rewrite(prompt, [end, COMMA], [1]).prompt == 'Tell a tale. End with "The end."'


STILL_CUT = [
    ("Tell a tale in at least 80 words about a dog without commas.", LONG,
     "Tell a tale about a dog without commas."),
    ("Write a tale that is wrapped in double quotation marks and free of commas.", QUOTED,
     "Write a tale that is free of commas."),
    ("Write on tea. No commas, nothing in capital letters.", LOWER, "Write on tea. No commas."),
    ("Write on tea. It should have at least 80 words, a title in <<>>, and no commas.", LONG,
     "Write on tea. It should have a title in <<>>, and no commas."),
    ("Write on tea with commas nowhere and with the word white in it.", WHITE,
     "Write on tea with commas nowhere."),
    ("Write on tea. It shouldn't use the word white, shouldn't use commas, and shouldn't lie.",
     NO_WHITE, "Write on tea. It shouldn't use commas, and shouldn't lie."),
    ("List teas. Beyond that, please avoid commas and use at least 80 words.", LONG,
     "List teas. Beyond that, please avoid commas."),
    ("Tell of tea. I only read Arabic, so please avoid commas and use at least 80 words.", LONG,
     "Tell of tea. I only read Arabic, so please avoid commas."),
    ("Tell of tea. At the end of your text, add a postscript starting with P.S., and avoid commas.",
     AFTER, "Tell of tea. Avoid commas."),
    ("Give me an 80+ word tale of tea, with a title in <<>> and without commas.", TITLE,
     "Give me an 80+ word tale of tea without commas."),
    ('Write on tea with the phrase "white tea" in it and without commas.', PHRASE,
     "Write on tea without commas."),
    ("Write to Ann, whose dog barks, in at least 80 words and without commas.", LONG,
     "Write to Ann, whose dog barks, without commas."),
    ("List teas without commas and with at least 80 words in total.", LONG,
     "List teas without commas."),
    ("Write a note from a cat, using the word white, at least 80 words, and no commas.", WHITE,
     "Write a note from a cat, using at least 80 words, and no commas."),
    ("Sell Mars as an agent would, with the word white and without commas.", WHITE,
     "Sell Mars as an agent would, without commas."),
    ("Write on tea. Please wrap it in double quotation marks and avoid commas.", QUOTED,
     "Write on tea. Please avoid commas."),
    ("Write a card that thanks Ann, avoids the word white, and stays free of commas.", NO_WHITE,
     "Write a card that thanks Ann, and stays free of commas."),
    ("Write a card which, in addition to avoiding commas, rhymes and is in lowercase.", LOWER,
     "Write a card which, in addition to avoiding commas, rhymes."),
    ("Give it a title in <<>>, keep commas out, set it on a river, and use the word white.", WHITE,
     "Give it a title in <<>>, keep commas out and set it on a river."),
    ("Explain tea in such a way that all get it, in at least 80 words, without commas.", LONG,
     "Explain tea in such a way that all get it, without commas."),
    ("Tell of tea.\n\nRULES: at least 80 words. no commas. be kind.", LONG,
     "Tell of tea.\n\nRULES: no commas. be kind."),
    ("List four teas (with *), one a line, without commas and without the word white.", NO_WHITE,
     "List four teas (with *), one a line, without commas."),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "gone", "left"), STILL_CUT)
def test_what_is_built_alike_is_cut(prompt: str, gone: ConstraintSpec, left: str) -> None:
    assert KIT.rewrite(prompt, [gone, COMMA], [0]).prompt == left


WHOLE = [
    ("Explain tea.", "Your explanation should be at least 80 words long.", LONG),
    ("Describe tea.", "The description must have at least 80 words.", LONG),
    ("Pitch me a tea.", "Put the whole explanation inside double quotation marks.", QUOTED),
    ("Write on tea.", "Surround the entire ad with double quotes.", QUOTED),
    ("Write on tea.", "Insert the word white.", WHITE),
    ("Write on tea.", "Aim for at least 80 words.", LONG),
    ("Write on tea.", "Ideally it has at least 80 words.", LONG),
    ("Beschreibe Tee.", "Antworte mit mindestens 80 Wörtern.", LONG),
    ("Beschreibe Tee.", "Erwähne das Wort white.", WHITE),
    ("Décris le thé.", "Mentionne le mot white.", WHITE),
    ("Décris le thé.", "Réponds en minuscules.", LOWER),
]
NOT_WHOLE = [
    ("Explain tea.", "Give a rating and an explanation in at least 80 words.", LONG),
    ("Describe tea.", "The description must have a hero and at least 80 words.", LONG),
    ("Write on tea.", "Throw in a joke with at least 80 words.", LONG),
    ("Write on tea.", "The hero must speak in lowercase.", LOWER),
    ("Write on tea.", "Wrap the entire gift in double quotes and in paper.", QUOTED),
]


@pytest.mark.parametrize(("task", "sentence", "gone"), WHOLE)
def test_a_demand_goes_with_its_verb_and_what_it_calls_the_text(
    task: str, sentence: str, gone: ConstraintSpec
) -> None:
    end = {"D": "N'utilise pas de virgules.", "B": "Verwende keine Kommas."}
    comma = end["D"] if task.startswith("Déc") else end["B"] if task.startswith("Bes") else END
    assert KIT.rewrite(f"{task} {sentence} {comma}", [gone, COMMA], [0]).prompt == f"{task} {comma}"


@pytest.mark.parametrize(("task", "sentence", "gone"), NOT_WHOLE)
def test_a_demand_does_not_take_other_things_along(
    task: str, sentence: str, gone: ConstraintSpec
) -> None:
    result = KIT.rewrite(f"{task} {sentence} {END}", [gone, COMMA], [0])
    words = {"rating", "hero", "joke", "gift", "explanation"} & set(sentence.split())
    assert result.prompt is None or all(word in str(result.prompt) for word in words)


def test_a_no_is_not_passed_on() -> None:
    prompt = "Explain magnets to my kid, at least 50 words, no commas, lowercase."
    left = KIT.rewrite(prompt, [COMMA, LOWER], [0]).prompt
    assert left is None or "no lowercase" not in left
