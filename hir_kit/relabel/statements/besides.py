"""What a cut has taken away besides the constraint, and whether what is left fits together.

A replay that lost a part of its request, or reads as if torn, is false or useless. So everything
that is gone must be explained: by the constraint itself, or by words that only lead up to one. In
doubt the rewriting is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from hir_kit.relabel.contract import Rewriting
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.statements.demands import asides
from hir_kit.relabel.statements.differences import stretches
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.neighbours import unlike
from hir_kit.relabel.statements.openers import left_open
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.sought import Sought

_TOKEN = re.compile(r"[^\W\d_\u2e80-\u9fff]+(?:'[^\W\d_]+)*|\d+|[\u2e80-\u9fff]|[^\w\s]")
_ELIDED = re.compile(r"^(?:[ndlscjmt]|qu)'(?=..)")  # "n'utilise"
_MARKED = re.compile(r"[*<>\[\]#|{}\n`]|p\.\s?s")
_WORDS = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u2e80-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_LEADING = frozenset(
    """
    a about above across add added adding additional additionally after again all allowed
    along also altogether always an and answer answers antwort any anything anywhere apart
    appear appearing appears are aren't around article as ask asked asterisk asterisks at au
    auch aucun aucune auf ausgabe aussi aux avec avoid be because been before begin beginning
    begins below benutze besides between bien bitte block blocks blog bold both bottom bracket
    brackets break breaks bullet bullets but by can can't cannot capital capitalize
    capitalized capitals case character characters choice clear clearly close closing column
    columns come comma commas complete completely constrained constraint constraints contain
    containing contains contenir content could count counted create dans darf darin das de
    dein deine deliver dem den denk der des die different display distinct divide divided
    divider dividers do document does doesn't doing doit doivent don don't done double down du
    dürfen each eight ein eine einem einen einer either elle else email emphasis en end ending
    ends ensure ensuring entier entire entirely entière entièrement erlaubt essay est et etc
    even every everything exact exactement exactly example exclude excluding exclusively
    expect express expressed expression extra faut feature few fewer final finally finish
    finished first five focus follow followed following follows for forbidden forget form
    format formatted formatting four free from full fully further furthermore ganze genau
    general gesamte gesamten give given guideline guidelines has hashtag have having heading
    headline here highlight highlighted highlights however hundred höchstens i i'd i'll i'm
    ich if ihr ihre il im important importantly in include included includes including
    incorporate indicate indicated indicates indicating insgesamt instead instruction
    instructions interdit interdite interdites into is isn't ist it it's italic italics item
    items its itself je json just keep kein keine keinen kept keyword keywords la label
    labeled labelled language last le least les less let's letter like limit line lines list
    lists long longer lowercase maintain make making mandatory mark markdown marked marking
    marks matter maximum may me mean mehr mention mentioned mentioning mentions middle
    mindestens minimum mit moins more moreover most mot mots muss must mustn't my müssen name
    ne necessary need needed needn't needs neither never next nicht nine no none nor not note
    nothing nous now number numbered numbers nur object obligatoire oder of off ohne on once
    one only open opening option options or order other others otherwise ou our out output
    over overall own paragraph paragraphs part parts pas per phrase phrases piece place placed
    placeholder placeholders please plus poem point points possible post postscript precisely
    present produce provide provided punctuation put que qui quotation quote quotes rather
    read really refrain remember reply represent represented represents requested require
    required requirement requirements requires respectively respond response responses rest
    result return row rows rule répondez réponds réponse résultat same sans satz say schluss
    schreib schreibe section sections see sein sentence sentences separate separated
    separating separator seul seule seulement seven shall should shouldn't show sind single
    six so soit soll sollen some something somewhere sont specific specifically split standard
    start starting starts state stay still stop story streng strictly structure style such
    sure symbol symbols sätze t ta table task tell ten text than that that's the their them
    then there these they thing third this those thousand three throughout time times title to
    together ton too top total tous tout toute toutes twice two un und under une uniquement
    unless until up upon uppercase us usage use used using utilise utilisez vergiss version
    versions verwende verwenden very vorkommen vos votre vous want way we well were what
    whatsoever when where which while who whole whose will with within without won't word
    words wort would wrap wrapped wrapping write written wörter wörtern you you'd your
    yourself zu écris écrivez être outside inside beyond besides consider considered considering
    scene scenes stanza stanzas verse verses chapter chapters expand
    insert skip surround surrounded enclose sprinkle throw weave aim exceed ideally preferably
    absolutely zero
    antworte antworten erwähne erwähnen vermeide vermeiden verzichte verzichten benutzen enthalten
    setze mentionne mentionner mentionnez termine terminer terminez compter mets mettez mettre évite
    éviter évitez réponds utiliser
    structured organized organised composed arranged presented stehen eckigen eckige spitzen
    doppelten klammern füge hinzu beispiel gesetzt setzen getrennt vorkommt lang apparaître apparaît
    comporter comporte entre par crochets séparés séparées ajouter ajoute ajoutez long longue avoir
    haben zum am durch sein werden oh deinen deiner seinen gesetzt
    writing problem challenge except separation consist consists consisting
    pls plz thx thanks u ur kindly try essential
    """.split()  # noqa: SIM905  # a list of words is read and changed as one
)
_PARTS = frozenset(
    """
    words phrases terms names name letters sentences paragraphs sections lines symbols points items
    """.split()  # noqa: SIM905  # as above
)
_ASKING = frozenset({"what", "how", "where", "when", "who", "which"})
_COUNTED = frozenset(
    """
    words sentences paragraphs sections lines bullets points items rows columns characters letters
    pages times placeholders questions
    """.split()  # noqa: SIM905  # as above
)
_LEADING_HAN = frozenset(
    "的了在是不要用使请請勿得含有包任何出现現应應该該必须須至少多最字词詞个個句段回答覆复中你您写寫以内內超过過少于於"
    "可能都全部整篇文章和与與并並且也需提及到关關键鍵标標点點符号號逗句号引語语言结結尾开開头頭每一二三四五六七八九十"
    "百千两兩次行项項列表格式大小母英数數另外此记記住确確保证證避免禁止只仅僅将將把被让讓给給允许許所有放合留成别別双雙尖括起来分之间例题題别別我里裡面上下前后後这這那它其中出"
)
_NEEDS_MORE = frozenset(
    """
    of to by for without about from into under within than at with in on do an de sans avec ohne mit
    im trying using having containing including wanting
    """.split()  # noqa: SIM905  # as above
)
_VERBS = frozenset(
    """
    add answer avoid compose create describe ensure explain generate give include keep list make
    mention must provide put reply respond say should summarize tell translate use wrap write is are
    do don't
    """.split()  # noqa: SIM905  # as above
)
_JOINING = frozenset({"and", "or", "but", "nor", "et", "ou", "mais", "und", "oder", "aber"})
_HOLDS_ON = frozenset({"or", "nor", "ou", "oder", "any", "either"})
_NEGATION = re.compile(
    r"\b(?:no|not|never|without|avoid\w*|exclud\w*|refrain|omit\w*|free|neither|nor|none|cannot"
    r"|forbid\w*|forbidden|ban\w*|don'?t|doesn'?t|sans|aucune?|pas|kein\w*|ohne|nicht)\b"
    r"|n't\b|[不勿无無禁忌]|避免"
)
_NOTHING_ELSE = re.compile(r"no other (?:words?|languages?)\b[^.]*|without change|do not say any")
"""What a constraint that forbids nothing says of all else."""
_TORN = re.compile(r"[,;:，；]\s*[.!?。！？]|(?<!\.)\.\s*\.(?!\.)|\(\s*\)|[.!?]\s*[,;]|\(\s*[.,;]")
_IN_A_PLACE = re.compile(
    r"(?:in|inside|within|into|on|as|of) (?:the|your|its|each|every|an?) (?:\w+ ){0,1}?"
    r"(?:title|headline|heading|postscript|p\.? ?s|sections?|paragraphs?|bullets?|placeholders?)\b"
)
_HANGING = re.compile(
    r"(?:^|[.!?]\s)\s*((?:before|after|when|while|if|in order to|by)\s+[a-z][^,;:.!?\n]*)"
    r"[.!](?:\s|$)"
)
_FULL_STOP = re.compile(r"(?<!i\.e)(?<!e\.g)\. ")
_MADE_OF_IT = re.compile(
    r"\b(?:translat\w+|übersetz\w+|tradui\w+|how to (?:write|spell|type|punctuate|use))\b|翻[译譯]"
)
_SIZE = re.compile(
    r"\b(?:(?:long|short|brief|lengthi)er|short (?:answers?|replies|texts?)|too (?:long|short)"
    r"|(?:\d+|an?|one|two|three|four|five|half|full|single|few|several|couple of)[\s-]pages?"
    r"|\d+ (?:is|are|would be|will do))\b"
)
_SIZED = frozenset({"word", "sentence", "paragraph", "character"})
_OF_SIZE = (
    "length size long short enough to fit brief briefly concise concisely succinct succinctly "
    "terse detailed comprehensive thorough substantial conciseness brevity"
)
"""What goes with a size, and asks for no other one: "concise, with at most 50 words"."""
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u1cff\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af]"  # Greek to Thai, kana, Hangul
)
_CONTENT = re.compile(
    r"\[[^\[\]\n]{0,60}\]|<<[^<>\n]{0,60}>>|\"[^\"\n]{0,60}\"|“[^“”\n]{0,60}”|«[^«»\n]{0,60}»"
)
"""What stands in marks and is content in any script: "placeholders such as [...]", a quotation."""
_FOREIGN = {
    name: frozenset(words.split())
    for name, words in {
        "known": "the a an and in of to with is it that you your write use make at least most than "
        "this these want please without have should must words my not les des et une est "
        "und der die das ist ein eine mit pour dans avec sur le la",
        "other": "el los las una con sin que por para del y sus usa escribe responde uma com sem "
        "não os do da em il lo gli di che per con senza una non het een van niet met zonder en de "
        "att och inte med utan som av til ikke uden med i på",
    }.items()
}
_LANGUAGES = ("en", "zh", "fr", "de")


def taken_besides(before: str, after: str, request: Rewriting) -> str | None:
    """Return what speaks against an instruction that was cut, in words, or None.

    Args:
        before: The instruction as it was.
        after: The same without what states the dropped constraints.
        request: What was to be rewritten.
    """
    start = last_request(before)  # what stands before it is as it was
    before, after = before[start:], after[start:]
    kept = [Sought.of_stated(one) for one in request.kept]
    dropped = [Sought.of_stated(one) for one in request.dropped]
    page = read(before)
    explained, left = _explained(page, dropped), _words(after)
    old, new = _tokens(before), _tokens(after)
    missing = stretches(old, new)
    removed = [(word, at, end) for low, high, at, end in missing for word in old[low:high]]
    if (place := _of_a_place(removed, new)) is not None:
        return f"{place!r} says of what stays where it is"
    if lost := _uncounted([word for word, *_ in removed], explained, left) or _unexplained(
        _without_attributes(removed), explained, left
    ):
        return f"{lost!r} would be lost with it"
    if request.task and (lost := _unexplained(_tokens(request.task), explained, left)):
        return f"{lost!r}, of which the task speaks, would be lost"
    if lost := _unquoted(page, after, dropped):
        return f"{lost!r}, which is quoted, would be lost"
    gone = [one[:3] for one in missing if one[2] == one[3]]
    if pair := unlike(old, new, gone):
        return f"{pair!r} does not fit together"
    if piece := left_open(old, new, gone):
        return f"{piece!r} led to what is gone"
    return (
        _torn(before, after, dict.fromkeys((at, end) for _, at, end in removed))
        or _turned(page, read(after), kept)
        or _made_of_it(page, dropped)
        or _still_sized(after, dropped)
    )


def unread(after: str, request: Rewriting) -> str | None:
    """Return what of an instruction is in a language in which statements are not found, or None."""
    for one in request.dropped:
        language, colon, rest = one.spec.id.partition(":")
        if colon and ":" in rest and len(language) == 2 and language not in _LANGUAGES:
            return f"{one.spec.id} is asked for in a language in which statements are not found"
    return _unread(after[last_request(after) :])


@lru_cache(maxsize=32)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(text)))


def _words(text: str) -> set[str]:
    return {_stem(token) for token in _tokens(text)}


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    word = _ELIDED.sub("", word)
    if len(word) > 6 and word.endswith("ing"):
        return word[:-3]
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _of_a_place(removed: Sequence[tuple[str, int, int]], new: Sequence[str]) -> str | None:
    """Return a stretch that is gone and began behind its thing: "the name [in the title]"."""
    pieces: dict[tuple[int, int], list[str]] = {}
    for word, at, end in removed:
        pieces.setdefault((at, end), []).append(word)
    for (at, end), words in pieces.items():
        begun = " ".join(words)
        if at == end and at and _LETTERS.match(new[at - 1]) and _IN_A_PLACE.match(begun):
            return begun
    return None


def _without_attributes(removed: Sequence[tuple[str, int, int]]) -> list[str]:
    """Return the words that are gone, without those that say which words, lines or names go."""
    following = [*removed[1:], ("", -1, -1)]
    return [
        word
        for (word, *place), (noun, *other) in zip(removed, following, strict=True)
        if not (noun in _PARTS and place == other)
    ]


def _explained(page: Page, dropped: Sequence[Sought]) -> set[str]:
    """Return the words by which the dropped constraints are spoken of."""
    places = [hit for mine in owned(page, dropped) for hit in mine]
    texts = [page.folded[hit.start : hit.end] for hit in places]
    for number in sorted({hit.sentence for hit in places}):
        texts.append(page.example(number))
        if not page.tasks[number]:
            texts += asides(page.body(number))
    for one in dropped:
        texts += [*one.sentences, *one.wording.texts, *(map(str, one.wording.topics))]
        texts += [one.wording.unit or "", one.wording.language or ""]
        if one.wording.unit in _SIZED:
            texts.append(_OF_SIZE)
    return {_stem(token) for text in texts for token in _tokens(text)}


def _unexplained(gone: Sequence[str], explained: set[str], left: set[str]) -> str | None:
    for token in gone:
        word = _stem(token)
        if not _LETTERS.match(token) or word in explained or word in left or token in left:
            continue
        if _HAN.match(token):
            if token not in _LEADING_HAN:
                return token
        elif token not in _LEADING and word not in _LEADING and len(token) > 1:
            return token
    return None


def _uncounted(gone: Sequence[str], explained: set[str], left: set[str]) -> str | None:
    """Return what is counted or asked in what is gone, and is of no dropped constraint."""
    for number, noun in pairwise(gone):
        if number in _ASKING and noun == "to":
            return f"{number} to"
        if number.isdigit() and noun in _COUNTED and number not in explained | left:
            return f"{number} {noun}"
    return None


def _unquoted(page: Page, after: str, dropped: Sequence[Sought]) -> str | None:
    """Return a quotation of several words that is gone and is no text of what is dropped."""
    left, known = fold(after), [text for one in dropped for text in _texts_of(one)]
    for low, high in page.quoted:
        said = page.folded[low:high].strip("'\" .,!?*")
        if _MARKED.search(said) or len(_WORDS.findall(said)) < 2 or said in left:
            continue
        one = page.sentences[page.at(low)]
        if low < one.body and not any(said in text or text in said for text in known):
            return page.text[low:high]
    return None


def _texts_of(sought: Sought) -> list[str]:
    return [fold(text).strip("'\" .,!?*") for text in (*sought.sentences, *sought.wording.texts)]


def _torn(before: str, after: str, seams: Iterable[tuple[int, int]]) -> str | None:
    """Return one of the places that `stretches` gives at which what is left is torn."""
    new = _tokens(after)
    for at, end in seams:
        if at != end:
            continue
        head = new[at - 1] if at else ""
        tail = new[at] if at < len(new) else ""
        stops = not tail or not (_LETTERS.match(tail) or tail.isdigit() or tail in "'\"*<[(#")
        torn_off = tail in _JOINING or (tail in _VERBS and head != "to")
        bad = (
            (head in _NEEDS_MORE and tail not in _after(before, head) and (stops or torn_off))
            or (head in _NEEDS_MORE and stops)
            or (head == "do" and tail != "not" and tail not in _after(before, head))
            or (head in _JOINING | {"a", "the", "must", "should"} and stops)
            or (head in _JOINING and tail in _HOLDS_ON)
            or (tail in ("or", "nor", "oder", "ou") and head not in _after(before, tail, -1))
        )
        if bad:
            return f"{' '.join(new[max(at - 3, 0) : at + 3])!r} does not fit together"
    known = {match[0] for match in _TORN.finditer(before)}
    if torn := next((one for one in _TORN.finditer(after) if one[0] not in known), None):
        return f"{after[max(torn.start() - 20, 0) : torn.end()]!r} does not fit together"
    if hanging := sorted(set(_HANGING.findall(fold(after))) - set(_HANGING.findall(fold(before)))):
        return f"{hanging[0][:80]!r} is no sentence"
    return _alone(before, after)


def _after(text: str, word: str, step: int = 1) -> set[str]:
    """Return the words beside a word in a text."""
    tokens = _tokens(text)
    return {
        tokens[place + step]
        for place, token in enumerate(tokens)
        if token == word and 0 <= place + step < len(tokens)
    }


def _alone(before: str, after: str) -> str | None:
    """Return a bracket, a quotation mark or a tag whose other one is gone."""
    for opening, closing in ("()", "[]", "{}", "“”", "«»"):
        was, now = ([text.count(mark) for mark in (opening, closing)] for text in (before, after))
        if was[0] == was[1] and now[0] != now[1]:
            return f"one of {opening}{closing} is left alone"
    if before.count('"') % 2 == 0 and after.count('"') % 2:
        return "a quotation mark is left alone"
    for name in sorted(set(re.findall(r"</?([a-z][\w-]*)>", after))):
        pairs = [(text.count(f"<{name}>"), text.count(f"</{name}>")) for text in (before, after)]
        if pairs[0][0] == pairs[0][1] and pairs[1][0] != pairs[1][1]:
            return f"a tag <{name}> is left alone"
    return None


def _turned(old: Page, new: Page, kept: Sequence[Sought]) -> str | None:
    """Return the statement of a kept constraint that has lost its "no"."""
    forbidding = [one for one in kept if any(map(_forbids, one.sentences))]
    pairs = zip(owned(old, forbidding), owned(new, forbidding), strict=True)
    for one, (was, now) in zip(forbidding, pairs, strict=True):
        if was and all(_is_negated(old, hit) for hit in was):
            for hit in now:
                if not (_is_negated(new, hit) or _says_so_itself(new, hit, one)):
                    return f"{new.body(hit.sentence)[:120]!r} does not forbid it any more"
    return None


def _forbids(text: str) -> bool:
    return _NEGATION.search(_NOTHING_ELSE.sub("", fold(text))) is not None


def _says_so_itself(page: Page, hit: Hit, sought: Sought) -> bool:
    """Return whether a place asks for what another way of saying it forbids: "in lowercase"."""
    said = page.folded[hit.start : hit.end]
    asking = [part for text in sought.sentences for part in _FULL_STOP.split(fold(text))]
    return any(said in part for part in asking if not _forbids(part))


def _is_negated(page: Page, hit: Hit) -> bool:
    sentence = page.sentences[hit.sentence] if page.sentences else None
    start = sentence.start if sentence else 0
    stop = sentence.body if sentence else len(page.folded)
    return bool(_NEGATION.search(page.folded[start : max(stop, hit.end)]))


def _made_of_it(page: Page, dropped: Sequence[Sought]) -> str | None:
    """Return a sentence whose task is made of what is dropped: a translation into a language."""
    for mine in owned(page, dropped):
        for hit in mine:
            body = page.body(hit.sentence)
            if page.tasks[hit.sentence] and (found := _MADE_OF_IT.search(body)):
                return f"{found[0]!r} is the task itself"
    return None


def _still_sized(after: str, dropped: Sequence[Sought]) -> str | None:
    if any(one.wording.unit in ("word", "sentence", "paragraph") for one in dropped) and (
        found := _SIZE.search(fold(after))
    ):
        return f"{found[0]!r} may still speak of its length"
    return None


def _unread(after: str) -> str | None:
    """Return a sentence in a language in which statements are not found."""
    for sentence in re.split(r"(?<=[.!?。！？])\s+|\n", _CONTENT.sub(" ", after)):
        if _OTHER_SCRIPT.search(sentence):
            return f"{sentence[:80]!r} is in a script in which constraints are not found"
        words = re.findall(r"[^\W\d_]+", sentence.lower())
        strange = sum(word in _FOREIGN["other"] for word in words)
        if strange > 1 and not any(word in _FOREIGN["known"] for word in words):
            return f"{sentence[:80]!r} is in a language in which constraints are not found"
    return None
