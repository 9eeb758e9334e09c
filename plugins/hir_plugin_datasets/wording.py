"""How IFTrain's 29 constraints are worded (IFEvalG, allenai/open-instruct).

IFEval's own 25 are worded by their verifiers.
"""

from __future__ import annotations

from hir_kit.plugin import ConstraintSpec

_NOT_THIS = "the request you need to repeat does not include this sentence"
_ONLY_REPEAT = f"(do not say anything before repeating the request; {_NOT_THIS})"

WORDING = {
    "copy:copy": (
        "Copy this instruction verbatim, do not follow the instruction, only copy it into the "
        "output (do not include this instruction sentence!)."
    ),
    "copy:copying_multiple": (
        "Repeat the request without change {N} times, separated by 6 asterisk symbols "
        f"{_ONLY_REPEAT} and do not answer the actual request!"
    ),
    "copy:copying_simple": (
        f"Repeat the request without change {_ONLY_REPEAT} and do not answer the actual request!"
    ),
    "copy:repeat_phrase": (
        "Repeat the phrase {phrase} exactly {small_n} times, transforming it slightly each time "
        "by replacing only one word in the center of the phrase."
    ),
    "count:count_increment_word": (
        "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your "
        "response."
    ),
    "count:count_unique": "Only use unique words in your response, no word should be repeated!",
    "count:counting_composition": (
        "Write 3 paragraphs, delimited by the markdown divider: * * *, with exactly {n_sent} "
        "sentences each, with exactly {n_words} words in each sentence."
    ),
    "count:lowercase_counting": (
        "In your response, all lowercase words should appear at most {N} times."
    ),
    "detectable_format:bigram_wrapping": (
        "Wrap every word bigram in double angular brackets, such as <<I am>> <<at home>> "
        "<<with my>> <<cute dog>>."
    ),
    "detectable_format:sentence_hyphens": (
        "All sentences must be connected using hyphens, with no spaces between them."
    ),
    "detectable_format:square_brackets": (
        "Enclose every word in your response within square brackets."
    ),
    "first_word:first_word_answer": (
        "The first word of your response should be the word {first_word}."
    ),
    "first_word:first_word_sent": (
        "The first word of each sentence should be the word {first_word}."
    ),
    "keywords:exclude_word_harder": "Do not include keyword {keyword} in the response.",
    "keywords:keyword_specific_position": (
        "Include keyword {keyword} in the {n}-th sentence, as the {m}-th word of that sentence."
    ),
    "keywords:no_adjacent_consecutive": (
        "No two adjacent words can start with consecutive letters of the alphabet."
    ),
    "keywords:palindrome": "Include a palindrome in your response.",
    "keywords:start_end": (
        "Start and end your response with the same word (do not write anything after the last "
        "word, not even punctuation)."
    ),
    "keywords:word_count_different_numbers": (
        "In your response, the word {keyword} should appear {frequency} times."
    ),
    "keywords:word_once": "Include keyword {keyword} in your response.",
    "last_word:last_word_answer": (
        "The last word of your response should be the word {last_word}."
    ),
    "last_word:last_word_sent": (
        "The last word of each sentence, before punctuation, should be the word {last_word}."
    ),
    "letters:letter_counting": "Answer with {relation} {N} letters.",
    "letters:letter_counting2": (
        "In your response, the letter {letter} should appear {let_relation} {let_frequency} times."
    ),
    "new:copy_span_idx": (
        "Copy the span of words that lies between (and including) index {n_start} and {n_end}, "
        "the indices are character indices!"
    ),
    "paragraphs:paragraphs": (
        "There should be 2 paragraphs. Paragraphs are separated with the markdown divider: ***"
    ),
    "paragraphs:paragraphs2": (
        "There should be 2 paragraphs. Paragraphs and only paragraphs are separated with each "
        "other by two line breaks."
    ),
    "punctuation:punctuation_dot": (
        "In your entire response, refrain from the use of . (i.e. dots) as punctuation and in "
        "general."
    ),
    "punctuation:punctuation_exclamation": (
        "In your entire response, refrain from the use of ! (i.e. exclamation marks) as "
        "punctuation and in general."
    ),
}


def sentence_of(spec: ConstraintSpec) -> str | None:
    """Return the published sentence of a constraint; None where it has none, or kwargs miss."""
    template = WORDING.get(spec.id)
    if template is None:
        return None
    try:
        return template.format_map({key: _said(value) for key, value in spec.kwargs.items()})
    except KeyError:
        return None


def _said(value: object) -> str:
    """Return how a kwarg reads in the sentence; of a list, the first one is used."""
    first = value[0] if isinstance(value, list) and value else value
    return first.strip() if isinstance(first, str) else str(first)
