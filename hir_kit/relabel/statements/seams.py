"""Whether an instruction still reads as if it had been written so after something was cut out.

Only what is new counts: what the instruction had already is its own.
"""

# ruff: noqa: E501, SIM905  # patterns and words that are read by the line
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache, partial
from itertools import pairwise

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.enumerations import out_of_step
from hir_kit.relabel.statements.find import read
from hir_kit.relabel.statements.licences import unlicensed
from hir_kit.relabel.statements.openers import lost_its_comma

_PREPOSITIONS = frozenset(
    "in into with without of to from by for at than using via under between upon".split()
)
_ARTICLES = frozenset({"a", "an", "the", "your", "its"})
_TRANSITIVE = frozenset(
    "include includes including use uses contain contains containing have has having avoid avoids "
    "avoiding mention mentions mentioning add adding exclude excluding incorporate".split()
)
_GLUE = frozenset(
    "and or but nor while so because since unless otherwise else besides plus moreover furthermore "
    ", . ; : ! ?".split()
)
_AFTER_ARTICLE = frozenset("with without in of by that which".split())
_AFTER_PREPOSITION = frozenset("with without in using by while".split())
_THIRD = frozenset(
    "runs ends starts begins has contains includes uses avoids is are must should".split()
)
_COORDINATORS = frozenset({"and", "or", "nor", "but"})
_VERBS = frozenset(
    "include use contain have mention finish begin wrap put add avoid keep write respond provide "
    "make let give shout refrain repeat exclude conclude incorporate insert leave ensure try stay "
    "spell work".split()
)
_SUBJECTS = frozenset(
    "i i'd i'll i'm i've he she they we you'd you'll you're it's that's there there's please don't "
    "doesn't isn't must should can".split()
)
_DESCRIBING = frozenset(
    "shorter longer free wrapped written separated formatted surrounded enclosed".split()
)
_INCOMPLETE = frozenset(
    "ought start starts starting begin begins beginning end ends ending finish finishes finishing "
    "conclude concludes concluding close closes run runs consist consists read reads say says be "
    "is are has have written formatted presented titled starting marked wrapped only also always "
    "never not please just nothing none nobody each every any both either neither all don't make "
    "makes making sure ensure keep put add give let i'd i'll want need needs like".split()
)
_NOUNS_IN_ING = frozenset(
    "nothing anything everything something spring string writing meaning feeling spelling".split()
)
_SPEAKING = frozenset("answer respond reply write speak mention mentioning in of at into".split())
_NEGATIVE = frozenset({"no", "zero", "neither"})
_MISFITS: tuple[tuple[Set[str], Set[str]], ...] = (
    (_ARTICLES | _TRANSITIVE | _PREPOSITIONS, _GLUE),
    (_ARTICLES, _AFTER_ARTICLE),
    (_TRANSITIVE, _AFTER_PREPOSITION | _THIRD | {"not", "for"}),
    ({"and", "or"}, {"about", "regarding", "of"}),
    (_PREPOSITIONS - {"to"}, _VERBS | {"follow", "close", "whose"}),
    (_PREPOSITIONS - {"of"}, {"none"}),
    (_INCOMPLETE, frozenset(".!?;")),
    (_TRANSITIVE - {"mention", "mentions", "mentioning"}, {"that", "that's", "which", "who"}),
    (_COORDINATORS | {"please"}, _COORDINATORS),
    (_PREPOSITIONS, _SUBJECTS | {"if", "when", "unless", "because", "since", "although", "what"}),
    (_PREPOSITIONS, _DESCRIBING),
    ({"be", "is", "are"}, (_AFTER_PREPOSITION - {"in"}) | {"containing", "including", "about"}),
    ({"with", "without", "in", "using", "of"}, _AFTER_PREPOSITION),
    (_VERBS, _VERBS),
    ({"be", "been", "being"}, {"to", *_COORDINATORS, *_VERBS}),
    (_PREPOSITIONS, {"runs", "contains", "includes", "uses", "avoids", "begins", "has", "is", "are"}),
    ({"write", "answer"}, {"not", *filter(str.isalpha, _GLUE)}),
    ({"in", "into", "with", "without", "using", "via", "under", "than"}, {"not", "to"}),
    ({"runs", "run", "consists", "consist", "lasts", "contains", "includes", "uses"}, {","}),
    (set("in im mit ohne en avec sans de von mindestens höchstens".split()),
     set("ohne mit und oder sans avec et ou".split())),
)  # fmt: skip
"""Words that none of certain others follow."""
_LIKE = (frozenset({"with", "without", "in", "using"}), frozenset(",.;!"))
"""What stands for one another: what was before one may be before another."""
_NEEDS = {
    "refrain": {"from"}, "resorting": {"to"}, "resort": {"to"}, "consist": {"of"},
    "consists": {"of"}, "consisting": {"of"}, "according": {"to"}, "comply": {"with"},
    "steer": {"clear"}, "formatted": {"in", "as", "like"}, "entirely": _PREPOSITIONS - {"than", "at"},
}  # fmt: skip
_PARTICIPLE = re.compile(
    r"(?:separated|divided|surrounded|enclosed|followed|preceded|containing|consisting|named|called)"
)
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_DOUBLED = re.compile(
    r"\b([^\W\d_]{2,}|a) \1\b"
    r"|\b([a-z]+ [a-z]+) \2\b"
)
_AND_COMMA = re.compile(rf"\b(?:and|but|or), (?:{'|'.join(sorted(_VERBS))})\b")
_GAP = re.compile(r"(?<=[^\s|])[ \t]{2,}(?=[^\s|])")
_LETTER = re.compile(r"\b[B-HJ-Z] (?:and|or|but)\b")
_MARKER = re.compile(r"[.!?] [-*•] (?=\S)")
_HANGING = re.compile(
    r"\b(?:on top of that|und zwar|as well as|such as|other than|rather than|instead of|so that|because|whose"
    r"|[;,] instead|except(?: for)?"
    r"|(?:which|that|it|must|should|shall) (?:is|are|be|has|have))\s*(?:[.;!?]|$|,? (?:and|or|but)\b)"
)
_MODAL_FIRST = re.compile(r"\b(?:soll|sollte|sollen|sollten|muss|müssen|darf|dürfen|kann|können)\b")
_VERB_LAST = re.compile(r"(?:[a-zäöüß]en|[a-zäöüß][er][ln]n|sein|tun)$")
"""A German modal, and the verb that its clause ends with."""
_WHOSE = re.compile(r"\b(?:in|with|by|of) which (?:has|is|contains|includes|uses|ends|starts)\b")
"""What has lost whoever does it: "in which [the word milk appears and which] has"."""
_OPENER = re.compile(
    r"(?:either way|in any case|in addition|additionally|also|finally|moreover|furthermore|again"
    r"|overall|then|next|lastly|of course|still|however|in short|in total) (?:and|or|but)\b"
)
_ADVERB = re.compile(
    r"(?:, |\b(?:and|or|but),? )(?:most |more )?(?:\w+ly|however|also|too|instead)$"
)
_OPENER_ALONE = re.compile(
    r"(?:(?:either way|in (?:any|either) case|in addition|additionally|also|and|but|oh|so|finally|moreover"
    r"|furthermore|again|overall|then|next|lastly|please|still|however|in short|in total|kindly"
    r"|(?:first|second|third|last)(?:ly)?|(?:other|apart|aside|except)\b[^.!?]*|besides that)[,\s]*)+"
)
_WHEREIN = re.compile(r"\b(?:in which|in whose|where|whose|so that|such that)\b")
_LATER = re.compile(
    r"\band (?:that|which) (?:it|there|they|the|no|your|each|every|all|\w+s|must|should|do|have|are|(?:do|does|is|has)n't)\b"
)
_ALSO = re.compile(r"\b(?:should|must|can|will|may|has to|needs to) also\b")
_SCOPE = re.compile(
    r"\bof (?:which|whom|these|those|them)\b|\brespectively\b|\bthe (?:former|latter)\b"
    r"|\bin (?:both|either|neither|each|all)(?: one| of them| cases| parts)?\s*(?:[.,;!?]|$)"
    r"|[,;] then\b|\b(?:do|does|doing) so\b|\bbetween (?:them|the two|both)\b|\bin between\b|\beach\s*(?:[.,;!?]|$)"
    r"|, each (?:under|over|of|with|at|in|on|no|less|fewer|more|about|followed|[a-z]+ing)\b"
)
_FIRST, _THEN = re.compile(r"\bfirst\b"), re.compile(r"\bthen\b")
_SAME = re.compile(r"\b(?:the )?same (?:for|goes|applies|holds|with)\b|\blikewise\b|\bditto\b")
_SAID = re.compile(r"\b(?:that|said) (?:phrase|ending|title|quote|postscript)\b")
_WITHOUT_MAIN = re.compile(
    r"(?:since|unless|because|besides|in addition to|apart from|aside from|rather than|instead of"
    r"|if|when|while|with the exception of|except|although|to)\b"
)
_OPENING = re.compile(
    r"(?:since|unless|besides|in addition to|apart from|aside from|rather than|with the exception of"
    r"|without|using)\b[^,:]*$"
)
_REASON = re.compile(
    r"(?:^|[,;] |\band )(?:since|because|although|though|unless|if|to (?:keep|make|please|help|ensure)"
    r"|for \w+,? (?:use|write|keep|avoid|stay|include|add))\b"
)
_SO = re.compile(r"\W*\b(?:so|hence|therefore|thus)\b(?! that\b)")
_STUB = re.compile(
    r"(?:please )?(?:i(?: need| want| would like|'d like| expect| like)|make|keep|write|give|put|have|let"
    r"|wrap|format|answer|respond|reply)(?: (?:it|this|that|them|me|you|(?:your|the) \w+))?"
    r"|(?:\w+ )?\w+ (?:matters?|counts?|is important)(?:,? too)?|(?:the|your|my|this|its) \w+"
)
_LAST = re.compile(r"\A.*(?:[,;:—–]|\s-|\b(?:and|but|or))\s+", re.DOTALL)
_SAYS_NOTHING = frozenset(
    "a an the i i'd i'll you your we my it it's its that that's there's this these those them they there so do does "
    "doing be is are am to of from than other besides beyond separate separately apart aside except "
    "also too then addition in on at for with as if make makes making sure ensure see want need "
    "would like wish please could can will should must may might have has had keep let me note "
    "remember remembering try trying and but or not nothing which who response answer reply text "
    "output been being get gets go goes importantly finally lastly first second third one ones "
    "secondly thirdly furthermore moreover additionally".split()
)
"""Of a clause of these words alone, nothing has stayed."""
_WITHOUT_VERB = re.compile(r"(?:the|your|this|an?) (?:\w+ ){0,2}\w+, (?:which|that|who)\b[^,]*")
_NOT_WHAT = re.compile(
    r"(?:please )?(?:do not|don't|never|must not),? (?:under|in|at|ever|again)\b[^,]*"
)
_FRAMES = (
    re.compile(r"^only (?:if|when|with|in|by)\b"),
    re.compile(r"(?:\bis|\bare|\bthat's) (?:(?:exactly|just) )?(?:what|all|how) (?:i|we)\b[^,;]*$"),
)
"""What a sentence cannot lose: "Only if it is red will I ...", "A red one is what I want"."""
_PLACE = re.compile(r"(?:in|at|on|with|within|inside|throughout|for|after|before|during)\b[^,]*")
_RELATIVE = re.compile(r"\s*(?:which|who|whose|that)\b")
_PIECES = re.compile(r"; |, (?:and|but|or) |: ")
_PAIRS = (
    re.compile(r"(\bboth\b)[^.!?\n]{1,80}?\band\b\s*\S+"),
    re.compile(r"(\bneither\b)[^.!?\n]{1,80}?\bnor\b\s*\S+"),
    re.compile(r"(\beither\b)[^.!?\n]{1,80}?\bor\b\s*\S+"),
    re.compile(r"(\bnot only\b)[^.!?\n]{1,80}?\bbut\b\s*\S+"),
    re.compile(r"(\bsowohl\b)[^.!?\n]{1,80}?\bals\b\s*\S+"),
    re.compile(r"(\bweder\b)[^.!?\n]{1,80}?\bnoch\b\s*\S+"),
    re.compile(r"(\bni\b)[^.!?\n]{1,80}?\bni\b\s*\S+"),
    re.compile(r"(既)[^。！？\n]{1,40}?[也又且]\S"),
    re.compile(r"(不[仅但])[^。！？\n]{1,40}?(?:而且|也|还|并且)\S"),
    re.compile(r"(虽然)[^。！？\n]{1,40}?(?:但|却)\S"),
)
_MARKS = ".!?…。！？"
_CLOSING = "'\")]”’"
_LEADING = re.compile(r"^(?:\W|\d+[.)])+")
_NUMBER_ALONE = re.compile(r"(?:^|[\s.!?。！？；;:：,，(（])(?:\d{1,2}|[a-e])[.)、）]\s*$")
_ITEM = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+(\S.*)")


def torn(before: str, after: str) -> str | None:
    """Return what of an instruction does not fit together after a cut, or None.

    Args:
        before: The instruction.
        after: The same without what was cut out.
    """
    old, new = fold(before), fold(after)
    finders = (
        _repeats(before, after, old, new),
        _pairs(old, new),
        _joins(old, new),
        _sentences(before, after, old),
        _headless(before, after),
        _empty(before, after),
        _unnumbered(before, after),
    )
    found = next((piece for finder in finders for piece in finder), None)
    return found if found is not None else out_of_step(before, after)


def _repeats(before: str, after: str, old: str, new: str) -> Iterator[str]:
    """Yield what no text should have, where it has more of it than before.

    Args:
        before: The instruction.
        after: The same after the cut.
        old: The first, folded.
        new: The second, folded.
    """
    for pattern, was, now in (
        (_DOUBLED, old, new),
        (_AND_COMMA, old, new),
        (_HANGING, old, new),
        (_WHOSE, old, new),
        (_GAP, before, after),
        (_LETTER, before, after),
        (_MARKER, before, after),
    ):
        if pattern.search(now) is None:
            continue
        known = Counter(match[0] for match in pattern.finditer(was))
        for match in pattern.finditer(now):
            known[match[0]] -= 1
            if known[match[0]] < 0:
                yield _around(now, match.start(), match.end())
    if (same := _SAME.search(new) or _SAID.search(new)) is not None:
        yield same[0]


def _around(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - 20) : end + 20].split())


def _pairs(old: str, new: str) -> Iterator[str]:
    """Yield the first of two words that belong together ("both", "neither") without the second."""
    for whole, first in _paired(old):
        left = new.count(first)
        if left and whole not in new and left >= old.count(first):
            yield whole


@lru_cache(maxsize=32)
def _paired(text: str) -> tuple[tuple[str, str], ...]:
    """Return such pairs with the first word of each."""
    return tuple((match[0], match[1]) for pattern in _PAIRS for match in pattern.finditer(text))


def _joins(old: str, new: str) -> Iterator[str]:
    """Yield neighbours that were none before, and that do not go together."""
    words = _TOKEN.findall(old)
    known = set(pairwise(words))
    tokens = list(_TOKEN.finditer(new))
    for at, (one, two) in enumerate(pairwise(tokens)):
        if (one[0], two[0]) in known or "\n" in new[one.end() : two.start()]:
            continue
        before = tokens[at - 1][0] if at else ""
        after = tokens[at + 2][0] if at + 2 < len(tokens) else ""
        if two[0] == "not" and after in ("a", "one", "even", "more"):
            continue  # "use not a single comma"
        if (one[0], two[0]) == ("in", "the") and after in ("word", "words", "letter", "phrase"):
            yield _around(new, one.start(), two.end())
        if (two[0], after) == ("in", "which") and one[0] in _VERBS | _PREPOSITIONS:
            yield _around(new, one.start(), two.end())
        if two[0] == "no" and one[0] in _SPEAKING and after not in ("more", "fewer", "less", "way"):
            yield _around(new, one.start(), two.end())
        likes = [
            like
            for like in _LIKE
            if two[0] in like
            and one[0] not in _NEEDS
            and (two[0] != "with" or one[0] not in ("be", "is", "are"))
        ]
        if any((one[0], other) in known for like in likes for other in like):
            continue
        if _misfit(before, one[0], two[0]):
            yield _around(new, one.start(), two.end())


def _misfit(before: str, one: str, two: str) -> bool:
    if one == "by" and before in ("followed", "preceded", "separated", "divided", "split"):
        return True  # what follows is another thing now
    if before == "the" and one in ("one", "ones") and two in (".", "!", "?"):
        return True  # nobody knows which
    if one in _NEEDS:
        return two not in _NEEDS[one]
    if one.endswith("ing") and two.endswith("ing") and one in _TRANSITIVE:
        return True
    if two in _NEGATIVE:
        leads = one in _PREPOSITIONS or one in _TRANSITIVE or one in _VERBS or one in _GLUE
        be = one in ("be", "are", "is", "was") and before in ("there", "should", "must", "can")
        return (
            one.isalpha() and not leads and not be and one not in ("that", "which", "are", "shows")
        )
    return (
        any(one in first and two in second for first, second in _MISFITS)
        or (two in _GLUE and _PARTICIPLE.fullmatch(one) is not None)
        or (one in ("be", "is", "are") and two.endswith("ing"))
        or (one in ("in", "into", "with") and two.endswith("ing") and two not in _NOUNS_IN_ING)
        or (one in _VERBS and two.endswith(("ondly", "irdly", "inally", "astly")))
        or (one in _PREPOSITIONS and two.endswith(("-free", "-less")))
    )


def _sentences(before: str, after: str, old: str) -> Iterator[str]:
    """Yield the sentences that lost a part on which the rest of them relies."""
    said = [before[one.start : one.body] for one in read(before).sentences]
    known, bare = list(map(_shape, said)), set(map(str.strip, said))
    exact, folded = set(known), " ".join(old.split())
    for one in read(after).sentences:
        shape = _shape(after[one.start : one.body])
        if not shape and (left := after[one.start : one.body].strip()) not in bare:
            yield left
        if not shape or shape in exact:
            continue
        source = max(known, key=partial(_shared, shape), default="")
        if _relies(shape, source, folded):
            yield shape[:160]


def _shape(sentence: str) -> str:
    return _LEADING.sub("", " ".join(fold(sentence).split()))


def _shared(one: str, two: str) -> int:
    """Return how many characters two sentences have in common at their starts and ends."""
    pairs = zip(one, two, strict=False), zip(reversed(one), reversed(two), strict=False)
    lengths = []
    for pair in pairs:
        lengths.append(
            next((n for n, (a, b) in enumerate(pair) if a != b), min(len(one), len(two)))
        )
    return sum(lengths)


def _relies(shape: str, source: str, before: str) -> bool:
    bare = shape.rstrip(_MARKS + " ")
    shortened = source.startswith(bare)
    if source.rstrip(_CLOSING)[-1:] in _MARKS and shape.rstrip(_CLOSING)[-1:].isalnum():
        return True
    verbs = [_VERB_LAST.search(text) is not None for text in (source.rstrip(_MARKS + " "), bare)]
    if verbs == [True, False] and _MODAL_FIRST.search(bare):
        return True
    if not shortened and (_SCOPE.search(shape) or _ALSO.search(shape) or _in_turn(source)):
        return True
    reasons = len(_REASON.findall(source))
    if not shortened and reasons > 1 and len(_REASON.findall(shape)) < reasons:
        return True  # the reason that is left may be the other demand's
    if _stands_alone(shape) and not _stands_alone(source):
        return True
    if len(_WHEREIN.findall(shape)) < len(_WHEREIN.findall(source)) and " and " in shape:
        return not shortened
    if _ADVERB.search(bare) and not _ADVERB.search(source.rstrip(_MARKS + " ")):
        return True
    if _OPENING.match(bare) or _OPENER.match(shape) or _OPENER_ALONE.fullmatch(bare):
        return True
    if _says_nothing(bare) and not _says_nothing(source.rstrip(_MARKS + " ")):
        return True
    if _idle(bare) - _idle(source):
        return True
    stubs = [
        f"{stub[0]}:"
        for piece in bare.split(":")[:-1]
        if (stub := _STUB.fullmatch(_LAST.sub("", piece)))
    ]
    if any(stub not in source for stub in stubs):
        return True
    if shortened and _SO.match(source, len(bare)):
        return True  # the reason may ask for it alone
    if any(torn.fullmatch(bare) for torn in (_NOT_WHAT, _STUB, _WITHOUT_VERB)):
        return True
    if any(one.search(source) and not one.search(shape) for one in _FRAMES):
        return True
    if unlicensed(shape, source) or lost_its_comma(shape, source):
        return True
    opening = re.split(r" (?:and|or|but) ", bare, maxsplit=1)[0]
    if _PLACE.fullmatch(opening) and source.startswith(f"{opening},"):
        return True
    return any(_waits(piece, before) for piece in _PIECES.split(bare)[-1:])


def _idle(sentence: str) -> set[str]:
    """Return the parts before a colon that say nothing by themselves."""
    pieces = (_LAST.sub("", piece).strip() for piece in sentence.split(":")[:-1])
    return {piece for piece in pieces if piece and _says_nothing(piece)}


def _stands_alone(sentence: str) -> bool:
    """Return whether a clause with "and that" or "and which" has none before it to go on from."""
    later = _LATER.search(sentence)
    return later is not None and not re.search(r"\b(?:that|which)\b", sentence[: later.start()])


def _says_nothing(sentence: str) -> bool:
    """Return whether no word of the last part of a sentence says anything by itself."""
    words = _TOKEN.findall(_LAST.sub("", sentence))
    return all(word in _SAYS_NOTHING or word.endswith("ly") for word in words)


def _in_turn(source: str) -> bool:
    """Return whether a sentence says in which order things come: "first a title, then a text"."""
    first = _FIRST.search(source)
    return first is not None and _THEN.search(source, first.end()) is not None


def _waits(piece: str, before: str) -> bool:
    """Return whether a part of a sentence led to another one, which is gone ("Since it is late")."""
    if not _WITHOUT_MAIN.match(piece) or f"{piece}," not in before:
        return False
    _, comma, rest = piece.partition(",")
    return not comma or _RELATIVE.match(rest) is not None


def _headless(before: str, after: str) -> Iterator[str]:
    """Yield the first item of a list of which only what led to it is gone."""
    known = Counter(_unled(before))
    led = {content for content, head in _items(before) if head.endswith(":")}
    for content in _unled(after):
        known[content] -= 1
        if known[content] < 0 and content in led:
            yield content


def _empty(before: str, after: str) -> Iterator[str]:
    """Yield the headings under which, and the labels behind which, nothing stands any more."""
    labels = {line.partition(":")[0] for line in before.splitlines() if line.partition(":")[2]}
    bare = _bare_labels(after) - _bare_labels(before)
    yield from (f"{label}:" for label in bare if label in labels)
    yield from (Counter(_bare_headings(after)) - Counter(_bare_headings(before))).elements()


def _bare_labels(text: str) -> Counter[str]:
    """Return the lines that are no more than a label: "Rules:"."""
    lines = (line.strip() for line in text.splitlines())
    return Counter(line[:-1] for line in lines if line.find(":") == len(line) - 1 >= 0)


def _bare_headings(text: str) -> Iterator[str]:
    """Yield the headings and lines with a colon behind which a text ends or another one comes."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line, following in pairwise([*lines, ""]):
        level, next_level = (len(one) - len(one.lstrip("#")) for one in (line, following))
        if (level and (not following or 0 < next_level <= level)) or (
            line.endswith((":", "：")) and (not following or next_level)
        ):
            yield line


def _unnumbered(before: str, after: str) -> Iterator[str]:
    """Yield a number at the end whose item is gone."""
    if (left := _NUMBER_ALONE.search(after)) and not _NUMBER_ALONE.search(before):
        yield left[0].strip()


def _unled(text: str) -> list[str]:
    """Return the items of lists to which no line with a colon leads."""
    return [content for content, head in _items(text) if not head.endswith(":")]


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Yield the list items of a text, each with the line before its list."""
    head = ""
    for line in text.splitlines():
        if (item := _ITEM.fullmatch(line)) is not None:
            yield item[1], head
        elif line.strip():
            head = line.rstrip()
