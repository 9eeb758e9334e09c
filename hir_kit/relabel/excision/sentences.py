"""Whether a stretch of an instruction is one or more whole sentences."""

from __future__ import annotations

import re

from hir_kit.relabel.excision.list_items import Lines

CHINESE_ENDS = "。！？；"
_ENDS = ".!?…．" + CHINESE_ENDS
_CLOSERS = "\"'”’»)）]】」』"
_SPACES = " \t\u3000"
_TAIL = re.compile(rf"[\"'”’»]{{0,3}}[{re.escape(_ENDS)}]{{0,3}}[\"'”’»]{{0,3}}")
_ABBREVIATION = re.compile(
    r"(?:^|[:：;.?!)]\s+)\d{1,2}\.$"
    r"|(?:^|[\s(\[\"'“‘*])(?:[^\W\d_]|e\.g|i\.e|a\.k\.a|etc|vs|cf|al|dr|mr|mrs|ms|prof|sr|jr|st"
    r"|no|nos|vol|fig|figs|eq|sec|ch|pp|approx|dept|est|inc|ltd|co|corp|u\.s|u\.k|ph\.d|max|min"
    r"|incl|excl|resp|viz)\.$",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"""(?:
      (?:additionally|also|furthermore|moreover|in\ addition|besides|finally|lastly|please
        |kindly)\s*,?\s+
     |when\ (?:answering|responding|replying
        |(?:crafting|providing|writing|giving|formulating|preparing|creating)
         \ (?:your|the|an?|this)\ (?:answer|response|reply|output))\s*,\s+
     |in\ your\ (?:answer|response|reply|output)\s*,\s+
     |(?:note|remember|keep\ in\ mind)\ that\s+
     |(?:ensure|make\ sure|be\ sure)(?:\ that)?\s+
     |it\ is\ (?:important|essential|crucial|necessary|required)\ (?:to\ note\ )?that\s+
    ){1,3}$""",
    re.VERBOSE | re.IGNORECASE,
)
_WINDOW = 160
_DANGLING = re.compile(r"(?:[,，、;；:：(（&–—-]|\b(?:and|or|with|that|including|also|but|as))$")


def tail_end(text: str, end: int) -> int:
    """Return where the final punctuation and closing quotes after a text end."""
    match = _TAIL.match(text, end)
    return match.end() if match else end


def dangles(text: str) -> bool:
    """Return whether a text, without white space at its end, stops in the middle."""
    return bool(_DANGLING.search(text[-24:]))


def has_end_mark(tail: str) -> bool:
    """Return whether final punctuation holds a mark that ends sentences."""
    return any(mark in _ENDS for mark in tail)


def without_frame(text: str, start: int, floor: int) -> int:
    """Return where the sentence starts if only "Additionally," and the like stand before.

    Args:
        text: The instruction.
        start: Where the constraint's own text starts.
        floor: Where the line or item content starts.
    """
    low = max(floor, start - _WINDOW)
    window = text[low:start]
    match = _FRAME.search(window)
    if match is None:
        return start
    begin = low + match.start()
    glued = begin > low and window[match.start() - 1].isalnum()
    return start if glued or (begin == low and low > floor) else begin


def starts_sentence(lines: Lines, start: int) -> bool:
    """Return whether a sentence starts here."""
    text = lines.text
    first = text[start]
    line = lines.lines[lines.at(start)]
    before = start
    while before > line.start and text[before - 1] in _SPACES:
        before -= 1
    if before == line.start:
        return not first.islower() or not text[:start].strip()
    if first.islower():
        return False
    mark = _end_mark(text, before)
    if mark < 0:
        return False
    if text[mark] in CHINESE_ENDS:
        return True
    return before < start and not _abbreviates(text, mark)


def ends_sentence(lines: Lines, tail: int, stated: bool) -> bool:
    """Return whether a sentence ends here.

    Args:
        lines: The instruction.
        tail: Where the text, its final punctuation included, ends.
        stated: Whether the text was given with a final mark, so that it is a sentence even where
            the next one starts in lower case.
    """
    text = lines.text
    line = lines.at(tail - 1)
    mark = _end_mark(text, tail)
    if not text[tail : lines.lines[line].end].strip():
        return mark >= 0 or not _runs_on(lines, line)
    if mark < 0:
        return False
    if text[mark] in CHINESE_ENDS:
        return True
    if not text[tail].isspace():
        return False
    following = text[tail : lines.lines[line].end].lstrip()
    return stated or not following[0].islower()


def _runs_on(lines: Lines, line: int) -> bool:
    """Return whether the next line goes on with a sentence that has no final mark."""
    if line + 1 >= len(lines.lines) or lines.items[line + 1] is not None:
        return False
    following = lines.lines[line + 1]
    return not following.blank and lines.text[following.start + following.indent].islower()


def _end_mark(text: str, end: int) -> int:
    """Return the offset of the final mark of the sentence that ends here, or -1."""
    at = end - 1
    while at >= 0 and end - at < 4 and text[at] in _CLOSERS:
        at -= 1
    return at if at >= 0 and text[at] in _ENDS else -1


def _abbreviates(text: str, mark: int) -> bool:
    if text[mark] != ".":
        return False
    return bool(_ABBREVIATION.search(text, max(0, mark - 12), mark + 1))
