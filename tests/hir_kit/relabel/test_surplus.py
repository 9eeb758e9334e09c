"""What a prompt asks beyond a kept constraint's kwargs is refused, and lint says so."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec
from hir_kit.lint.linter import Linter
from hir_kit.model.rollout import Location
from hir_kit.read.instructions import Instruction

KIT = hir_kit.load(installed=False)
POSTSCRIPT = ConstraintSpec("detectable_content:postscript", {"postscript_marker": "P.S."})
TITLE = ConstraintSpec("detectable_format:title")
SMALL = ConstraintSpec("change_case:english_lowercase")
CAPITALS = ConstraintSpec("change_case:english_capital")
Case = tuple[str, list[ConstraintSpec]]


def keywords(*words: str) -> ConstraintSpec:
    return ConstraintSpec("keywords:existence", {"keywords": list(words)})


def forbidden(*words: str) -> ConstraintSpec:
    return ConstraintSpec("keywords:forbidden_words", {"forbidden_words": list(words)})


def times(word: str, n: int) -> ConstraintSpec:
    kwargs = {"keyword": word, "frequency": n, "relation": "at least"}
    return ConstraintSpec("keywords:frequency", kwargs)


def letters(letter: str, n: int) -> ConstraintSpec:
    kwargs = {"letter": letter, "let_frequency": n, "let_relation": "at least"}
    return ConstraintSpec("keywords:letter_frequency", kwargs)


def words(n: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"num_words": n, "relation": relation}
    return ConstraintSpec("length_constraints:number_words", kwargs)


def sentences(n: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"num_sentences": n, "relation": relation}
    return ConstraintSpec("length_constraints:number_sentences", kwargs)


def paragraphs(n: int) -> ConstraintSpec:
    return ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": n})


def bullets(n: int) -> ConstraintSpec:
    return ConstraintSpec("detectable_format:number_bullet_lists", {"num_bullets": n})


def placeholders(n: int) -> ConstraintSpec:
    return ConstraintSpec("detectable_content:number_placeholders", {"num_placeholders": n})


def highlights(n: int) -> ConstraintSpec:
    return ConstraintSpec("detectable_format:number_highlighted_sections", {"num_highlights": n})


def ending(phrase: str) -> ConstraintSpec:
    return ConstraintSpec("startend:end_checker", {"end_phrase": phrase})


def sections(n: int) -> ConstraintSpec:
    kwargs = {"section_spliter": "SECTION", "num_sections": n}
    return ConstraintSpec("detectable_format:multiple_sections", kwargs)


MORE: list[Case] = [
    ("Use the words 'Rome' and \"Tiber\".", [keywords("Rome")]),
    (
        "Make sure to include the words muted, lucrative, and bold.",
        [keywords("muted", "lucrative")],
    ),
    ("Your response should include the names Anna, Ben and Carl.", [keywords("Anna", "Ben")]),
    ("Use the letter q and the letter z at least 3 times.", [letters("q", 3)]),
    ("Each stanza has at least 4 lines and at least 50 words.", [words(50)]),
    ("Give two answers of at least 50 words each.", [words(50)]),
    ("Use at least 50 words for every question.", [words(50)]),
    ("Every paragraph needs at least 2 highlighted sections.", [highlights(2)]),
    ("Write less than 5 sentences per bullet point.", [sentences(5, "less than")]),
    ("Keep all paragraphs under 50 words each.", [words(50, "less than")]),
    ("All paragraphs must have at least 50 words.", [words(50)]),
    ("No sentence may exceed 10 words.", [words(11, "less than")]),
    ("None of the sentences may have more than 10 words.", [words(11, "less than")]),
    ("Mention tea twice.", [keywords("tea")]),
    ("Sentences must be at most 10 words long.", [words(11, "less than")]),
    ("Sentences of at least 10 words only.", [words(10)]),
    ("Mention Tiber and Forum.", [keywords("Tiber")]),
    ("Mention the Tiber and the Forum.", [keywords("Tiber")]),
    ("Include the words Tiber, Forum and Colosseum.", [keywords("Tiber", "Colosseum")]),
    ("Include the keywords 'tea' and 'cup'.", [keywords("tea")]),
    ("Include the keywords: tea, cup, leaf.", [keywords("tea", "leaf")]),
    ('Use the words "tea" or "cup" in your answer.', [keywords("tea")]),
    ("Do not mention tea or coffee.", [forbidden("tea")]),
    ("Avoid the words 'tea', 'coffee'.", [forbidden("tea")]),
    ("Mention tea as well as coffee.", [keywords("tea")]),
    ("Mention both tea and coffee at least once.", [keywords("tea")]),
    ("Use 50 words per paragraph.", [words(50)]),
    ("Use at least 50 words per paragraph.", [words(50)]),
    ("Write at least 50 words in each paragraph.", [words(50)]),
    ("Each paragraph must have at least 50 words.", [words(50)]),
    ("Every section should contain at least 50 words.", [words(50)]),
    ("Each sentence must have fewer than 10 words.", [words(10, "less than")]),
    ("Write paragraphs of at least 50 words each.", [words(50)]),
    ("For each paragraph, use at least 50 words.", [words(50)]),
    ("Use at least 3 bullet points per section.", [bullets(3)]),
    ("Each bullet point must contain at least two sentences.", [sentences(2)]),
    ("Write 3 sentences of at least 10 words.", [words(10)]),
    ("Write exactly 3 paragraphs of 50 words.", [paragraphs(3)]),
    ("Write at least 3 sentences of 10 words.", [sentences(3)]),
    ("Write at least 3 sentences with 10 words each.", [sentences(3)]),
    ("Use at least three sentences, each of at least ten words.", [sentences(3)]),
    ("Use at least three sentences, each at least ten words long.", [sentences(3)]),
    ("Each paragraph must mention the word tea.", [keywords("tea")]),
    ("Use the word tea in every sentence.", [keywords("tea")]),
    ("Mention the word tea at least twice in each paragraph.", [times("tea", 2)]),
    ("Mention tea at least twice in the first paragraph.", [times("tea", 2)]),
    ("Every paragraph must end with the phrase 'Bye now'.", [ending("Bye now")]),
    ("The first sentence must have at least 50 words.", [words(50)]),
    ("The title must have less than 10 words.", [words(10, "less than")]),
    ("Use at least 3 bullet points and no more than five.", [bullets(3)]),
    ("Use at least 50 words but not more than 70.", [words(50)]),
    ("Highlight at least 2 sections in each paragraph.", [highlights(2)]),
    (
        "Include at least 3 placeholders in square brackets, such as [name], in every section.",
        [placeholders(3)],
    ),
    ("Write 2 paragraphs with at least 50 words in each.", [words(50), paragraphs(2)]),
    ("Include a summary of at least 50 words.", [words(50)]),
    ("Use at least 50 words for the introduction.", [words(50)]),
]
NO_MORE: list[Case] = [
    ("Use the keyword cat and write about cats, dogs and birds.", [keywords("cat")]),
    ("Do not use the word tea, and keep it friendly.", [forbidden("tea")]),
    (
        "Include the words: 'tea', 'cup'. Mention 'leaf' too.",
        [keywords("tea", "cup"), keywords("leaf")],
    ),
    (
        "Make sure to include the words muted, lucrative, and make it fun.",
        [keywords("muted", "lucrative")],
    ),
    (
        "The word cat should appear at least 2 times, and the word dog at least 3 times.",
        [times("cat", 2), times("dog", 3)],
    ),
    (
        "Include the letter q at least 3 times and have at least 50 words.",
        [letters("q", 3), words(50)],
    ),
    ("Include keywords: tea, cup and leaf in the response.", [keywords("tea", "cup", "leaf")]),
    ("Include keywords ['tea', 'cup'] in the response.", [keywords("tea", "cup")]),
    ("Do not include keywords tea and cup.", [forbidden("tea", "cup")]),
    ("Start with the word Rome and end with the phrase 'Bye now'.", [ending("Bye now")]),
    ("Your answer should contain the word 'tea', and be written for kids.", [keywords("tea")]),
    ("Mention tea, Italy's favourite drink.", [keywords("tea")]),
    ("Mention tea or else you fail.", [keywords("tea")]),
    ("Use at least 50 words, and write each sentence with care.", [words(50)]),
    ("Separate each paragraph with a line, and use at least 50 words.", [words(50)]),
    ("There should be 3 paragraphs, each separated by ***.", [paragraphs(3)]),
    ("Write at least 50 words in total.", [words(50)]),
    ("Use at least 300 words and a title in double angular brackets.", [words(300), TITLE]),
    ("Write 2 paragraphs with at least 300 words.", [paragraphs(2), words(300)]),
    ("Give each section a title. Use at least 50 words.", [words(50)]),
    ("Use at least 50 words so that each reader is happy.", [words(50)]),
    ("Use less than 60 words, without repeating each word.", [words(60, "less than")]),
    ("Mention Tiber and Forum.", [keywords("Tiber", "Forum")]),
    ("Mention the word Tiber and use at least 50 words.", [keywords("Tiber"), words(50)]),
    ("Mention Tiber and explain why.", [keywords("Tiber")]),
    ("Include the keywords 'tea' and 'cup'.", [keywords("tea", "cup")]),
    (
        "Include the keywords 'tea' and 'cup', and end with 'Bye now'.",
        [keywords("tea", "cup"), ending("Bye now")],
    ),
    ("Include the word 'tea' and avoid the word 'cup'.", [keywords("tea"), forbidden("cup")]),
    ("Include the word tea, in English.", [keywords("tea")]),
    (
        "Use the word tea at least 3 times, and the word cup at least 2 times.",
        [times("tea", 3), times("cup", 2)],
    ),
    ("Use at least 50 words.", [words(50)]),
    ("Your response must have at least 50 words and each paragraph must be fun.", [words(50)]),
    ("Write 3 paragraphs and at least 50 words.", [paragraphs(3), words(50)]),
    ("In each response, use at least 50 words.", [words(50)]),
    (
        "There should be 3 paragraphs. Paragraphs are separated with the markdown divider: ***",
        [paragraphs(3)],
    ),
    ("Avoid the word tea in every sentence.", [forbidden("tea")]),
    ("Do not use the word tea in each paragraph.", [forbidden("tea")]),
    ("Use exactly 3 bullet points, one for each season.", [bullets(3)]),
    ("Your response must contain 3 sections; mark each section with SECTION X.", [sections(3)]),
    ("Use at least 2 sentences with the word tea.", [sentences(2), keywords("tea")]),
    ("Mention tea and nothing else matters.", [keywords("tea")]),
    ("Include the word 'tea' and your name.", [keywords("tea")]),
    ("Include the word tea and end the text with a joke.", [keywords("tea")]),
    ("Mention tea, then say why.", [keywords("tea")]),
    (
        "Include the keywords tea and cup in your response, and do not use capital letters.",
        [keywords("tea", "cup"), SMALL],
    ),
    ("Write at least 50 words.", [words(50)]),
    ("Highlight at least 3 sections with markdown, i.e. *highlighted section*.", [highlights(3)]),
    ("Wrap each title in double angular brackets, such as <<tea>>.", [TITLE]),
    ("Every word must be in capital letters.", [CAPITALS]),
]

OTHERWISE = {
    "Use 50 words per paragraph.",
    "Use at least 3 bullet points per section.",
    "Use at least 3 bullet points and no more than five.",
    "Use at least 50 words but not more than 70.",
    "No sentence may exceed 10 words.",
    "None of the sentences may have more than 10 words.",
}
"""What is refused for its number, too, of which lint is less sure."""


def linted(said: str, constraints: list[ConstraintSpec]) -> set[str]:
    """Return the kinds of what lint finds."""
    item = Instruction("q", f"Write about Rome. {said}", tuple(constraints), Location("f", 1))
    return {str(one.kind) for one in Linter(KIT.registry).look(item)}


@pytest.mark.parametrize(("said", "kept"), MORE, ids=lambda item: str(item)[:50])
def test_more_than_is_checked_is_refused_and_found(said: str, kept: list[ConstraintSpec]) -> None:
    prompt = f"Write about Rome. Add a postscript that begins with P.S. {said}"
    result = KIT.rewrite(prompt, [POSTSCRIPT, *kept], [0])
    assert result.refusals["excise"].code == "disagrees"
    assert said in OTHERWISE or linted(said, kept) == {"more-asked"}


@pytest.mark.parametrize(("said", "kept"), NO_MORE, ids=lambda item: str(item)[:50])
def test_what_asks_for_no_more_is_kept(said: str, kept: list[ConstraintSpec]) -> None:
    prompt = f"Write about Rome. Add a postscript that begins with P.S. {said}"
    result = KIT.rewrite(prompt, [POSTSCRIPT, *kept], [0])
    assert result.prompt == f"Write about Rome. {said}"
    assert not linted(said, kept)
