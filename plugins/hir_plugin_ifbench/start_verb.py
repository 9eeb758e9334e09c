"""Whether a response starts with a verb: by NLTK's tagger, or by a lexicon where it is not there.

NLTK's tagger needs data that are never downloaded here. Without them a lexicon of word classes
decides (Eric Brill's, part of the package textblob), where it can: a word that is a verb in the
first place, or no verb in any form. Every other first word is `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hir_kit import Response, Verdict, Verifier, fails, loading, passes, unknown
from hir_plugin_ifbench.analyses import first_chunks, nltk_may_hold, sentence_tokens

_TAGGER = "taggers/averaged_perceptron_tagger_eng"
_LEXICON = ("textblob", "en", "en-lexicon.txt")
_TOKENS_THAT_MATTER = 3  # the tagger goes from left to right, and looks at two words ahead
_VERB = "VB"
_BASE_OR_FINITE = ("VB", "VBP")
_CLOSED = ("PRP", "DT", "PDT", "CC", "W", "EX", "MD", "CD", "TO", "UH")  # no verb is in these
_DETERMINERS = (
    "a an the this that these those my your his her its our their every each some any all"
)
_COMMON_VERBS = "is was were has had does did been being having doing"


class StartVerb(Verifier, id="words:start_verb"):
    """The response starts with a verb.

    ## What it checks
    The first token of the response is a verb in any form. NLTK's tagger says so where its data
    (`averaged_perceptron_tagger_eng`) are installed. Where they are not, a lexicon of word classes
    does: a word that is above all a verb ("write", "is") passes, and so does one that can be a verb
    before an article ("plan the ..."); a word that has no verbal form fails. All others ("plans",
    "running", words that the lexicon lacks) are `unknown`. `hir-kit plugins` says which is in use.

    ## Known limits
    The tagger takes many a verb with a capital letter ("Conceives") for a noun. A response that
    begins with a sign, such as a quotation mark, does not start with a verb, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `words:start_verb`; NLTK; Brill's lexicon (MIT) in textblob.
    """

    english_only = True
    cases = (
        passes("Initiate a deep exploration of tea."),
        fails("The kettle is on."),
        fails("1. Initiate it."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "The response must start with a verb."

    def check(self, response: Response) -> Verdict:
        """Look at the class of the first word."""
        tokens = response.get(beginning)
        if not tokens or not any(map(str.isalpha, tokens[0])):
            return self.verdict(False, reason="starts with no word")
        tag = _tagged(tokens) if _has_tagger() else _looked_up(tokens)
        if tag is None:
            return unknown(
                f"{tokens[0][:40]!r} may be a verb or not: only NLTK's tagger decides, whose data "
                "(averaged_perceptron_tagger_eng) are not installed"
            )
        return self.verdict(_VERB in tag, measured=tag, reason=f"{tokens[0][:40]!r} is {tag}")


def beginning(text: str) -> list[str]:
    """Return the first tokens of NLTK: those that the class of the first depends on."""
    return sentence_tokens(first_chunks(text, 2 * _TOKENS_THAT_MATTER))[:_TOKENS_THAT_MATTER]


def tagger() -> str:
    """Say what decides."""
    return f"nltk {_TAGGER}" if _has_tagger() else "lexicon of textblob"


@cache
@loading
def _has_tagger() -> bool:
    if not nltk_may_hold("taggers"):
        return False
    import nltk.data

    try:
        nltk.data.find(f"{_TAGGER}/")
    except (LookupError, OSError, ValueError):
        return False
    return True


def _tagged(tokens: list[str]) -> str:
    import nltk

    return str(nltk.pos_tag(tokens)[0][1])


def _looked_up(tokens: list[str]) -> str | None:
    """Return the class of the first word by the lexicon, None where it leaves that open."""
    lexicon = _lexicon()
    word = tokens[0].lower()
    tag = lexicon.get(tokens[0] if len(word) == 1 else word) or lexicon.get(word.capitalize())
    if tag is None or not word.isalpha() or tag.startswith(_CLOSED):
        return tag
    if tag in _BASE_OR_FINITE or word in _COMMON_VERBS.split():
        return tag
    if tag.startswith(_VERB):
        return None  # a form that may be a noun or an adjective: "plans", "broken", "running"
    if not any(lexicon.get(form, "").startswith(_VERB) for form in _verbal_forms(word)):
        return tag
    followed = len(tokens) > 1 and tokens[1].lower() in _DETERMINERS.split()
    return _VERB if followed and not tag.startswith("IN") else None


def _verbal_forms(word: str) -> list[str]:
    """Return forms of a word, of which the lexicon has some as verbs if it can be one."""
    stem = word.removesuffix("e")
    doubled = word + word[-1]
    return [
        *(f"{word}{end}" for end in ("s", "es", "ed", "ing")),
        *(f"{stem}{end}" for end in ("ed", "ing")),
        *(f"{doubled}{end}" for end in ("ed", "ing")),
        f"{word.removesuffix('y')}ied",
    ]


@cache
@loading
def _lexicon() -> Mapping[str, str]:
    """Read the lexicon's file; the package itself, which loads much, is not imported."""
    spec = find_spec(_LEXICON[0])
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        return {}
    file = Path(places[0], *_LEXICON[1:])
    lines = file.read_text(encoding="utf-8").splitlines()
    entries = (line.split() for line in lines if line and not line.startswith(";;;"))
    return {entry[0]: entry[1] for entry in entries if len(entry) > 1}
