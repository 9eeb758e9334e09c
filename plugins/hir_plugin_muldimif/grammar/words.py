"""Words that the sentences are made of, besides what they ask for.

A sentence is understood where each of its words is one of these or part of what it asks for.
"""

from __future__ import annotations

import re

# Kinds of texts that a whole response is called.
_KINDS = """
abstract account advertisement advice agenda agreement analyses analysis announcement answer answers
argument article articles assessment assignment bio biography blog blurb breakdown brief briefing
brochure bulletin caption catalog chapter checklist comment commentary communication comparison
composition conclusion content contract conversation copy correspondence course critique curriculum
dataset debate definition definitions description descriptions dialogue diary discourse discussion
document documentation dossier draft editorial email e-mail entry essay essays evaluation exam
examination example excerpt explanation explanations exposition fable feedback field flyer
forecast glossary guide guideline guidelines handout inquiry instruction instructions interpretation
interview introduction inventory joke journal language lecture leaflet lesson letter list log lyrics
manual manifesto material memo memorandum message methodology monologue narration narrative news
newsletter note notes notice obituary observation opinion outline output overview pamphlet paper
paraphrase passage persuasion piece pitch plan plot poem policy portrayal post presentation press
procedure profile program proposal prose proof publication query question questionnaire questions
quiz quote ranking reading rebuttal recap recipe recommendation recommendations record reference
reflection release rendition reply report representation request research response responses resume
résumé rewrite rhyme roadmap rubric sample scenario schedule screenplay script search sentence
sequence session slideshow slides slogan solution song sonnet speech statement statements story
storyline strategy study submission suggestion suggestions summaries summary syllabus synopsis table
tale task template test testimonial text texts thesis thread timeline transcript translation
translations treatise tutorial tweet version work write-up writing writeup
""".split()  # noqa: SIM905  # a list of them would be a page long
_NOT_WHOLE = {"table", "conclusion", "introduction", "chapter", "reference", "example", "entry"}
KIND = rf"(?:table of contents|{'|'.join(sorted(set(_KINDS) - _NOT_WHOLE, key=len, reverse=True))})"

# What a word before a kind must not be: it would say which part of the response is meant.
_PICKS = (
    r"(?:each|every|all|any|some|both|one|two|three|four|five|first|second|third|last|next|"
    r"final part|opening|closing|other|another|no|not|only|must|should|shall|will|can|may|is|are|"
    r"be|a|an|the|your|of|in|to|for|with|that|which|and|or|if|title|titles|heading|headings|header|"
    r"headers|cell|cells|row|rows|column|columns|name|names|section|sections|sub-?\w*|level|levels|"
    r"use|uses|using|include|includes|including|contain|contains|containing|end|ends|begin|begins)"
)
_MODIFIER = rf"(?:(?!{_PICKS}\b)[a-z][\w'’-]*)"
_DETERMINER = r"(?:the|your|this|that|its|their|an?)"
_ABOUT = (
    rf"(?: (?:of|for|to|about|on|from|by) (?:{_DETERMINER} )?(?:{_MODIFIER} ){{0,3}}{_MODIFIER})?"
)
WHOLE = (
    rf"(?:(?:{_DETERMINER} )?(?:(?:content|contents|text|length|(?:total |overall )?word count|body"
    rf"|structure|language|language used|style|format|whole|entirety|rest)"
    rf"(?: used)? (?:of|in) )?{_DETERMINER} (?:{_MODIFIER} ){{0,4}}{KIND}\b(?: {KIND}\b)?)"
)
PRONOUN = r"(?:it|they|them|this|these|you)\b"
PLACE = (
    rf"(?:in|within|of|for|throughout|as part of|inside|into|to|across|over|from)"
    rf" (?:all of |any part of )?{WHOLE}"
)
_VERB = (
    r"(?:must|should|shall|will|can|needs?|has|have|is|are|be|contains?|includes?|ends?|concludes?"
    r"|consists?|comprises?|uses?|incorporates?|mentions?|features?|in"
    r"|of|on|within|from|to|for|with)"
)
_THING = rf"(?:(?!{_VERB}\b)[a-z][\w'’-]*)"
EVERY = (
    rf"(?:each|every|each of the|every one of the) (?P<each>{_THING}(?: {_THING}){{0,3}}?)"
    rf"(?= (?:in|of|on|within|from|must|should|shall|needs?|has|have|is"
    rf"|are|be|will|contains?|includes?"
    rf"|ends?|concludes?|consists?|comprises?|uses?|to|incorporates?|mentions?|features?|with|does"
    rf"|explicitly|also|finishes|closes)\b|,|$)"
    rf"(?: (?:in|of|on|within|from|for) (?:the |your |this |its )?{_THING}"
    rf"(?: {_THING}){{0,2}}?(?= (?:must|should|shall|needs?|has|is|are|be"
    rf"|will|contains?|includes?|ends?|concludes?"
    r"|consists?|comprises?|uses?|incorporates?|to|with|does)\b|,|$))?"
)

_LEADS = r"""
please|kindly|additionally|furthermore|moreover|finally|lastly|also|besides|likewise|then|again|next
|in addition(?: to this)?|importantly|specifically|overall|however|note that|remember(?: that| to)?
|(?:please )?(?:ensure|ensuring|make sure|making sure|be sure|see to it|verify|guarantee)(?: that
| to)?
|be mindful(?: that| to)?|be careful to
|when (?:crafting|writing|composing|preparing|creating|constructing|providing|giving|formulating
|producing|developing|drafting|summarizing|generating|answering|paraphrasing|translating|editing)
(?: (?:the|your|this|an?) (?:[a-z][\w'’-]* ?){1,3}(?=,))?
|provid(?:e|ing) an? (?:(?:detailed|clear|comprehensive|concise|and) )*(?:answer|response
|explanation|description|summary|inquiry) (?:that|which|by|through)
|while still providing a detailed explanation
|provid(?:e|ing)|present|write|give|deliver|craft|create|compose
|produce|keep|make|by|and|but|yet|while|with
"""
LABEL = (
    r"(?:the (?:output|answer|response) (?:must|should) (?:follow|observe) the following rules?"
    r"|(?:keywords?|start identifier|word count|length|format|language"
    r"|punctuation|ending punctuation"
    r"|capitalized|all uppercase|must include|at (?:least|most)|range)(?=:)"
    r"|it is (?:also )?(?:very |absolutely )?(?:crucial|essential"
    r"|important|necessary|vital|imperative"
    r"|required|critical|mandatory|key|a must)(?: to note)?(?: to ensure)?(?: that| to)?)"
)
LEAD = rf"(?:{''.join(_LEADS.split(chr(10)))})"

_LINKS = r"""
must|should|shall|will|can|has to|have to|needs? to|is to|are to|is|are|be|being|been|am
|contain(?:s|ing|ed)?|includ(?:e|es|ing|ed)|consist(?:s|ing)? of
|compris(?:e|es|ing|ed)(?: of)?|composed of|made up of
|has|have|having|hold(?:s|ing)?|uses?|using|used|utiliz(?:e|es|ing|ed)
|employ(?:s|ing|ed)?|with|to|in|into|through|by|within|at|that
|which|of|as|a|an|the
|limit(?:s|ed|ing)?|restrict(?:s|ed|ing)?|kept|keep(?:s|ing)?
|adher(?:e|es|ing)|maintain(?:s|ing)?|remain(?:s|ing)?|stay(?:s|ing)?
|fall(?:s|ing)?(?: within)?
|written|provid(?:ed|ing|es)|present(?:ed|ing|s)?|describ(?:ed|ing)
|explain(?:ed|ing)?|structured|organi[sz]ed|divided|split|broken
|formatted|expressed|delivered|crafted|stated|given|summari[sz]ed
|completed|conveyed|designed|done
|incorporat(?:e|es|ing|ed)|featur(?:e|es|ing|ed)|span(?:s|ning)?
|total(?:s|ing)?|amount(?:s|ing)? to|reach(?:es|ing)?|meet(?:s|ing)?
|strictly|explicitly|clearly|also|always|only
|and|yet|but|while|enough|very|fairly|at the same time|both
"""
LINK = rf"(?:{''.join(_LINKS.split(chr(10)))})"

# Wishes without a measure: with a bound beside them, they say what it is for.
VAGUE = (
    r"(?:concise(?:ly)?|brief(?:ly)?|short|succinct(?:ly)?|compact"
    r"|comprehensive(?:ly)?|detailed|in[- ]depth"
    r"|thorough(?:ly)?|informative|substantial|impactful|clear(?:ly)?"
    r"|complete|full|simple|focused|precise"
    r"|well-structured|well-organized|coherent|engaging|direct|extensive"
    r"|rich|long|lengthy|manageable)"
)

_REASON = (
    r"(?:in order to|so as to|so that|so|to|for|as|since|because|which"
    r"|thereby|thus|while|ensuring|making"
    r"|maintaining|providing|emphasi[sz]ing|reflecting|adhering|striking"
    r"|meaning|helping|allowing|enhancing"
    r"|reinforcing|offering|keeping|marking|giving|promoting"
    r"|facilitating|highlighting|supporting|focusing"
    r"|covering|preserving|demonstrating|showing|improving|creating"
    r"|following|in (?:line|accordance)"
    r"|regardless|exploring|meeting|capturing|conveying|aligning"
    r"|complying|fulfilling|considering|given)\b"
)
REASON = re.compile(rf"(?:{_REASON} )[^@]*", re.IGNORECASE)

# What a reason must not hold: it would ask for something.
_ASKS = r"""
(?<!\d)(?!(?:1\d|20)\d\d\b)\d|\bmust\b|\bshould\b|\bshall\b|\bneeds? to\b
|\bnot\b|n't\b|\bnever\b|\bwithout (?!\w+ing\b)|\bavoid|\bexclud
|\bonly\b|\bexactly\b
|\bat (?:least|most)\b|\bm(?:ax|in)imum\b|\bexceed|\blimit(?!ation)
|\bmore than\b|\bless than\b|\bfewer\b|\bno more\b|\bif\b|\bunless\b
|\bexcept
|\b(?:end|begin|start|conclude)(?:s|ing)? with\b|\b(?:two|three|four|five|six|seven|eight|nine
|ten|twice|once|thrice|single|double)\b
|\bbullet|\bbold\b|\bitalic|\bunderlin|\bjson\b|\bxml\b|\bcsv\b
|\byaml\b|\bhtml\b|\bnumbered\b|\blists?\b(?! the\b)|\brepeat
"""
_SUBJECTS = {
    "words": r"\bwords?\b|\bcharacters?\b",
    "sentences": r"\bsentences?\b(?! (?:structure|requirement|limit))",
    "paragraphs": r"\bparagraphs?\b",
    "punctuation": (
        r"\bpunctuat|\bperiods?\b|\bquestion marks?\b|\bexclamation"
        r"|\bsemicolon|\bcommas?\b"
    ),
    "case": r"\bcapital|\bupper-?case|\blower-?case|\bletters?\b",
    "keywords": r"\bkeywords?\b|\bterms?\b|\bphrases?\b",
    "markdown": r"\bmarkdown\b|\bheadings?\b|\bsub-?headings?\b|\bquotes?\b",
    "table": r"\btables?\b|\brows?\b|\bcolumns?\b|\btabular\b|\bcells?\b",
    "data": r"\bnest",
}
# What a reason must not hold although the sentence is about it.
_OWN = {"case": r"\bnames? of\b|\btitles?\b"}
_EACH = r"(?<!\bof )(?<!letters for )\b(?:each|every)\b"
_ASKING = "".join(_ASKS.split("\n"))


def asks(subject: str) -> re.Pattern[str]:
    """Return the pattern of what a reason must not hold, in a sentence of one subject."""
    others = [_OWN[subject]] if subject in _OWN else []
    others += [] if subject == "markdown" else [_EACH]
    others += [pattern for name, pattern in _SUBJECTS.items() if name != subject]
    return re.compile("|".join([_ASKING, *others]), re.IGNORECASE)
