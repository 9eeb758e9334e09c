"""What tells a demand on the response from the task, and how a clause begins."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from functools import lru_cache

_VERBS = (
    "include|use|contain|have|highlight|mention|end|finish|start|begin|wrap|put|add|avoid|refrain|"
    "keep|write|answer|respond|reply|provide|mark|separate|italicize|italicise|capitalize|bold|"
    "capitalise|repeat|exclude|omit|conclude|consist|feature|incorporate|appear|limit|remain|"
    "exceed|organize|insert|conform|be|format|enclose|place|surround|stay|show|present|say|leave|"
    "divide|structure|split|emphasize|employ|utilize|close|sign|return|output|do|make|ensure|give"
)
_THIRD = (
    "includes|uses|contains|has|highlights|mentions|ends|finishes|starts|begins|avoids|keeps|"
    "remains|features|incorporates|appears|consists|concludes|exceeds|does|is|isn't|doesn't|stays"
    "|refrains|omits|excludes|provides"
)
_ING = (
    "including|using|containing|having|highlighting|mentioning|ending|finishing|starting|wrapping|"
    "avoiding|keeping|capitalizing|adding|ensuring|making|separated|wrapped|written|followed|"
    "consisting|limited|presented|organi[sz]ed|formatted|excluding|refraining|structured"
)
_MODAL = (
    r"(?:(?:must|should|shall|could|may|will|would)(?:n't)?|can(?:not|'t)?|won't|needs? to|has to|have to"
    r"|(?:is|are) to)\b"
)
_MODAL_ABROAD = (
    r"(?:muss|müssen|soll|sollte|sollen|darf|dürfen|(?:ne\s+)?(?:doit|doivent|devrait))\b"
)
_VERBS_ABROAD = (
    "verwende|verwenden sie|benutze|benutz|vermeide|schreib|schreibe|antworte|erwähne|beende|setze|nutze"
    "|n'(?:utilise|utilisez|emploie)|utilise|utilisez|évite|évitez|écris|écrivez|réponds|répondez|mentionne"
    "|mentionnez|termine|terminez|emploie|contenir|compter|comporter|mentionner|utiliser|éviter|inclure"
    "|être|avoir|se terminer"
)
_TYPES = (
    ("modal", re.compile(rf"(?:(?:also|auch)\s+)?(?:{_MODAL}|{_MODAL_ABROAD})")),
    ("base", re.compile(
        rf"(?:(?:also|please|only|explicitly|then|always|finally|you)\s+)*(?:(?:do\s+not|don't|don’t|never)\b|not\s+(?:{_VERBS})\b|(?:{_VERBS})\b(?!\s*[:=]))"
    )),
    ("base", re.compile(rf"(?:bitte\s+)?(?:{_VERBS_ABROAD})\b")),
    ("third", re.compile(rf"(?:also\s+)?(?:{_THIRD})\b")),
    ("ing", re.compile(rf"(?:also\s+)?(?:{_ING})\b")),
    ("subject", re.compile(
        r"(?:(?:at least|the|your|each|every|all|this|it|there|no|its?|that|you|any|if|in your|paragraph)\s+)"
        rf"(?:[^\s,;.]+\s+){{0,9}}?(?:{_MODAL}|(?:(?<!\bas )is|are|appears?|contains?|ends|starts|doesn't|does not|has|occurs?)\b)"
    )),
    ("subject", re.compile(rf"(?:it|there|you)\s+{_MODAL}")),
    ("prep", re.compile(r"(?:in|with|without|by|at the)\b")),
)  # fmt: skip
HEAD = re.compile(
    r"(?:(?:please|also|additionally|furthermore|moreover|finally|lastly|in addition|besides|but"
    r"|however|and|kindly)\b,?\s+|(?:in order\s+)?to\s+[a-z]+\b[^,.;:!?]{0,50},\s+"
    r"|(?:before|after|when|while|once|if|as) (?:you|your|[a-z]+ing)\b[^,.;]{0,60},\s+)*"
    r"(?:(?:(?:make|be|made)\s+sure|mark sure|ensure|remember|(?:do not|don't|don’t) forget|note|try"
    r"|i (?:would like|want)(?: you)?|it is (?:important|essential|crucial|necessary)(?: to note)?)"
    r"(?:\s+(?:that|to|for))*\s+|in (?:your|the) (?:\w+ )?(?:response|answer|reply|output|\w+),\s+"
    r"|at the (?:very )?(?:end|beginning|start|top|bottom) of (?:your|the) (?:\w+ )?\w+,\s+"
    r"|(?:before|after|when|while|once|if|as) (?:you|your|[a-z]+ing)\b[^,.;]{0,60},\s+)*"
)
_DEMAND = re.compile(
    rf"\b{_MODAL}|\b(?:do not|don't|don’t|never|avoid|without|make sure|ensure|refrain|please|only"
    r"|not allowed|forbidden|required|mandatory|at least|at most|no more than|less than|fewer than"
    r"|exactly|limits?|needs?)\b"
    r"|必须|必須|不要|不得|不能|禁止|请|請|至少|不超过|应|需要|务必|别|勿"
    r"|\b(?:doit|doivent|il faut|n'utilise\w*|utilise[zr]?|évite[zr]?|sans|ne\b.{1,30}\bpas|interdit\w*"
    r"|assure\w*|mets|mettez|écri(?:s|vez)|aucune?)\b"
    r"|\b(?:muss|müssen|soll\w*|darf|dürfen|verwende\w*|vermeide\w*|ohne|keine?n?|nicht|bitte"
    r"|verboten|schreib\w*|achte\w*|benutze\w*)\b"
)
_WISH = re.compile(
    r"\bi(?:'ll| will| want| need| expect| would like|'d like| count| check| never| do not| don't)\b"
)
_IMPERATIVE = re.compile(
    rf"(?:(?:please|also|then|additionally|finally|furthermore|but|and|kindly),?\s+)*(?:{_VERBS}"
    r"|refrain|italici[sz]e|hightlight|try|let's|control|stick|follow|give your answer)\b"
)
_TASK = re.compile(
    r"(?:(?:please|also|then|now|hi|hello|hey),?\s+)*(?:(?:can|could|would|will) you\s+(?:please\s+)?)?"
    r"(?:i need|i want|i would like|i'd like|i'm|help|write|create|generate|compose|draft|give|explain|describe|tell|summari[sz]e|rewrite"
    r"|translate|list|name|suggest|design|make (?:a|an|me|it|this|the|up)|make (?!sure|your)|come up|produce|develop|elaborate|expand|"
    r"criticize|critique|brainstorm|propose|invent|compare|discuss|analy[sz]e|provide (?:a|an|me|the)|answer (?:the|this)|recommend"
    r"|rephrase|paraphrase|edit|correct|continue|outline|imagine|pretend|find|build|craft|plan|"
    r"schreib(?:e|en sie)?(?= (?:mir|uns|einen?|eine|ein|über)\b)|erkläre?|verfasse|erstelle|beschreibe?|erzähle?|nenne"
    r"|was|wer|wie|warum|wann|wo|welche\w*|écri(?:s|vez)(?=(?:-moi)? (?:une?|le|la|sur|à)\b)|explique\w*|rédige\w*|décris"
    r"|raconte\w*|donne\w*|qu'est-ce|quels?|quelles?|comment|pourquoi|résume\w*|"
    r"prepare|convert|what|who|why|how|when|where|which|is|are|does|do you|did|was|were|if|in this task)\b"
)
_DEMANDING = re.compile(
    r"(?:please\s+)?(?:write|give|provide|answer|make|respond|reply)\s+(?:your\b|the (?:entire|whole|response|answer|output|reply)|it\b(?! (?:funny|short|sound|more))|in\b|with\b|at (?:least|most)|no\b|only\b|less\b|more than|everything\b|all (?:in|your)"
    r"|(?:me\s+)?(?:exactly\s+)?(?:two|2) (?:different |distinct |separate |alternative )?(?:responses|answers|replies|versions)\b(?! (?:of|to|for|about|on)\b))"
)

_OPENER = re.compile(
    r"(?:when|while|before|after|in|for|by)\s+(?:[a-z]+ing|you (?:answer|respond|write|reply))\b[^.;?]{0,60}?,\s+"
)
_SHORT = 8
_TELLING = re.compile(
    r"(?:it|he|she|they|this|that|these|those|i|we|there)\b(?!.*\b(?:not?|never|only)\b)"
)


_ADDING = re.compile(r"(?:(?:additionally|also|furthermore|moreover|finally|lastly),?\s+)+")
_ASIDE = (
    re.compile(rf"(?:{_OPENER.pattern}|(?:in order\s+)?to\s+[^,.;:!?]{{1,50}},\s)"),
    re.compile(
        r"(?:,\s*(?:as|so)|(?:,|(?<!\s))\s+(?:because|since|so that|in order to"
        r"|(?:when|while) [a-z]+ing|to (?:ensure|stress|emphasi[sz]e|maintain))|\s[-–—]{1,2})\s[^.;!?]*$"
    ),
    re.compile(r"\s(?:that|which) (?:are|is)\s[^.,;!?]{1,40}$"),
    re.compile(
        r"(?:^|\b)(?:your|the|this) (?:explanation|description|rating|feedback|critique|analysis|comparison"
        r"|translation|recommendations?|suggestions?|pitch|blurb|caption)(?= (?:must|should|has|needs|may|can)\b)"
    ),
    re.compile(r"\b(?:the|your) (?:entire|whole|complete|full) [a-z]+\b"),
)


_QUALITY = (
    r"(?:clarity|brevity|readability|consistency|emphasis|relevance|professionalism|formality|conciseness"
    r"|precision|focus|details?|depth|coherence|cohesion|structure|organi[sz]ation|thoroughness|completeness"
    r"|uniformity|simplicity|variety|requirements?|punctuation|style|tone|explanation|information|overview"
    r"|description|understanding|presentation|coverage)"
)
_PURPOSE = re.compile(
    rf"\b(?:to|for|ensuring|maintaining|providing|enhancing|keeping|in)\s+(?:[a-z]+\s+){{0,4}}?{_QUALITY}"
    rf"(?:(?:,|,? and)\s+(?:[a-z]+\s+){{0,2}}?{_QUALITY})*\b"
    r"|\b(?:it (?:would|will) (?:also )?be|it'd (?:also )?be|i'd|i would)(?: really)?"
    r" (?:great|nice|good|lovely|love|appreciate|helpful|awesome|happy|grateful)(?: it)? if\b"
)
"""What a demand is good for, and that one would be glad of it."""


def asides(folded: str) -> list[str]:
    """Return what of a demand says when, why, which or of what: "... - I hate it", "Your pitch"."""
    bare, end = _ADDING.sub("", folded), folded.rstrip(" .!?")
    found = (_ASIDE[0].match(bare), *(aside.search(end) for aside in _ASIDE[1:]))
    said = [match[0] for match in found if match and not _asks(match[0])]
    return [*said, *(match[0] for match in _PURPOSE.finditer(folded))]


def _asks(aside: str) -> bool:
    behind_a_dash = re.match(r"\s[-–—]+\s(?:just )?", aside)
    return is_demand(aside) or (behind_a_dash is not None and is_task(aside[behind_a_dash.end() :]))


def commands(folded: str) -> bool:
    """Return whether a sentence begins with what the response has to do ("Finish it with ...")."""
    bare = HEAD.sub("", folded, count=1)
    return bool(_IMPERATIVE.match(bare)) and (not _TASK.match(bare) or is_of_form(bare))


def is_of_form(folded: str) -> bool:
    """Return whether what says to write says how alone ("Write in lowercase")."""
    return bool(_DEMANDING.match(folded))


def kind_of(chunk: str) -> str:
    """Return how a clause begins: modal, base, third, ing, subject, prep, or noun."""
    for name, pattern in _TYPES:
        if pattern.match(chunk):
            return name
    return "noun"


@lru_cache(maxsize=1024)
def is_task(folded: str) -> bool:
    """Return whether a sentence says what to write, or asks, rather than how the text must be."""
    text = _OPENER.sub("", folded.lstrip(" \t*_-'\""))
    if is_of_form(text):
        return False
    if _IMPERATIVE.match(text) and not _TASK.match(text):
        return False
    if folded.rstrip().endswith("?"):
        return len(text.split()) > 2
    return bool(_TASK.match(text))


@lru_cache(maxsize=1024)
def is_remark(folded: str) -> bool:
    """Return whether a sentence is a short remark on the response ("No caps.", "Milk? Never.")."""
    if _WISH.match(folded):
        return True
    return len(folded.split()) <= _SHORT and not _TELLING.match(folded)


def tells(folded: str) -> bool:
    """Return whether a sentence tells something ("It will grow."), and demands nothing."""
    return bool(_TELLING.match(folded)) and not _WISH.match(folded)


@lru_cache(maxsize=1024)
def is_demand(folded: str) -> bool:
    """Return whether a sentence asks something of the response."""
    return bool(_DEMAND.search(folded) or _IMPERATIVE.match(folded.lstrip(" \t*_-'\"")))
