"""Brackets within brackets, quotations within quotations, and what follows a quotation."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import NamedTuple

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import SPACES

_PAIRS = "()", "[]", "{}"
_OPENERS = frozenset("([{")
_OPENER_OF = {")": "(", "]": "[", "}": "{"}
_BRACKET_LEVELS, _QUOTE_LEVELS = 5, 3

_QUOTES = re.compile("\"+|'+|[“”‘’]")
_LONG_ROW = re.compile("([\"'“”‘’]{16})[\"'“”‘’]+")
_DOUBLE, _SINGLE = 0, 1
_KINDS = {'"': _DOUBLE, "“": _DOUBLE, "”": _DOUBLE, "'": _SINGLE, "‘": _SINGLE, "’": _SINGLE}
_BEFORE_OPENING = "([{<-–—*_>/=:"


def _only(signs: str) -> Callable[[str], str]:
    """Return what leaves some signs of ASCII of a text; deleting bytes is the fastest way."""
    others = bytes(set(range(256)).difference(signs.encode()))
    return lambda text: text.encode("utf-8", "surrogatepass").translate(None, others).decode()


_brackets, _marks = _only("".join(_PAIRS)), _only("\"'")


def nested_brackets(text: str) -> int:
    """Return how many pairs of brackets stand in one another at most, all of them closed.

    A closing bracket without its opening one breaks off all pairs that are open.
    """
    deepest = 0
    open_: list[str] = []
    heights = [0]  # within each open bracket the deepest closed pair, below it those outside
    for char in _brackets(text):
        opener = _OPENER_OF.get(char)
        if opener is None:
            open_.append(char)
            heights.append(0)
        elif open_ and open_[-1] == opener:
            open_.pop()
            height = heights.pop() + 1
            deepest = max(deepest, height)
            heights[-1] = max(heights[-1], height)
        else:
            open_, heights = [], [0]
    return deepest


class Parentheses(Verifier, id="format:parentheses"):
    """Brackets are nested five levels deep.

    ## What it checks
    Five pairs of `()`, `[]` or `{}` stand in one another, each of them closed by its own bracket.

    ## References
    IFBench (arXiv 2507.02833), `format:parentheses`.
    """

    cases = (
        passes("Tea (hot [very {so (they [say])}])."),
        passes("((((((tea)))))"),
        fails("Tea (hot [very {so (they)}])."),
        fails("(((((tea)"),
        fails("([{(<tea>)}])"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Nest parentheses (and [brackets {and braces}]) at least 5 levels deep."

    def check(self, response: Response) -> Verdict:
        """Measure how deep pairs are nested."""
        n = response.get(nested_brackets)
        return self.verdict(
            n >= _BRACKET_LEVELS,
            measured=n,
            reason=f"{counted(n, 'level')} of closed brackets, {_BRACKET_LEVELS} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Ask only one of the brackets to be closed where five are open."""
        brackets = _brackets(response.text)
        open_: list[str] = []
        for char in brackets if _may_be_deep(brackets) else ():
            opener = _OPENER_OF.get(char)
            if opener is None:
                open_.append(char)
            elif open_ and open_[-1] == opener:
                if len(open_) >= _BRACKET_LEVELS:
                    return self.verdict(True)
                open_.pop()
            else:
                open_ = []
        return self.verdict(False, reason=f"no bracket closes {_BRACKET_LEVELS} levels deep")


def _may_be_deep(brackets: str) -> bool:
    """Return whether five brackets may be open at once: four ways of taking pairs out leave one."""
    for pair in (*_PAIRS, _PAIRS[0]):  # of brackets in one another each takes out one at most
        brackets = brackets.replace(pair, "")
    return not _OPENERS.isdisjoint(brackets)


def nested_quotes(text: str) -> int:
    """Return how many quotations of double and single marks in turn stand in one another at most.

    A mark opens a quotation at the beginning of a word, and closes one at its end. An apostrophe
    does neither. Of a row of marks without anything between them sixteen count.
    """
    text = _LONG_ROW.sub(r"\1", text)
    deepest, open_, opened_at = 0, _Open([], []), -1
    for match in _QUOTES.finditer(text):
        at, end = match.span()
        char, before, after = text[at], text[at - 1 : at], text[end : end + 1]
        kind = _KINDS[char]
        if kind == _SINGLE and before.isalnum() and after.isalnum():
            continue
        times = min(end - at, _QUOTE_LEVELS + 1)
        starts = not before or before in _BEFORE_OPENING or opened_at == at or before.isspace()
        if char in "“‘" or (starts and char not in "”’" and after and not after.isspace()):
            open_.kinds.extend([kind] * times)
            open_.within.extend([[0, 0] for _ in range(times)] if times > 1 else ([0, 0],))
            opened_at = end
            continue
        for _ in range(times):
            if kind not in open_.kinds[-_QUOTE_LEVELS - 1 :]:
                break
            deepest = max(deepest, _close(open_, kind))
    return deepest


class _Open(NamedTuple):
    """The quotations that are open.

    Attributes:
        kinds: The kind of each.
        within: For each how deep those closed within it are, by their own kind.
    """

    kinds: list[int]
    within: list[list[int]]


def _close(open_: _Open, kind: int) -> int:
    """Close the innermost quotation of a kind, and those within it; return how deep it is."""
    kinds, within = open_
    while (other := kinds.pop()) != kind:
        closed = within.pop()
        if other == _DOUBLE:
            _hold(within, other, closed[_SINGLE] + 1)
        else:  # an apostrophe at the beginning of a word
            _hold(within, _DOUBLE, closed[_DOUBLE])
            _hold(within, _SINGLE, closed[_SINGLE])
    levels = within.pop()[1 - kind] + 1
    _hold(within, kind, levels)
    return levels


def _hold(within: list[list[int]], kind: int, levels: int) -> None:
    """Note a closed quotation in the one around it."""
    if within and within[-1][kind] < levels:
        within[-1][kind] = levels


class Quotes(Verifier, id="format:quotes"):
    """Quotations are nested three levels deep, in double and single marks in turn.

    ## What it checks
    A quotation in a quotation in a quotation, each closed, straight or typographic marks alike.
    An apostrophe is no quotation mark.

    ## Known limits
    What an apostrophe is, is told by the letters beside it: one at the end of a word ("the dogs'
    tea") closes a quotation in single marks that is open.

    ## References
    IFBench (arXiv 2507.02833), `format:quotes`.
    """

    cases = (
        passes('"He said, \'I heard "tea" twice.\'"'),
        passes("“He said, ‘I heard “tea” twice, didn’t I?’”"),
        fails("\"He said, 'tea'.\""),
        fails('I can\'t say "it\'s" and "won\'t" and "I\'m".'),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Include quotes within quotes within quotes, at least 3 levels deep, alternating "
            "between double quotes and single quotes."
        )

    def check(self, response: Response) -> Verdict:
        """Measure how deep quotations are nested."""
        n = response.get(nested_quotes)
        return self.verdict(
            n >= _QUOTE_LEVELS,
            measured=n,
            reason=f"{counted(n, 'level')} of quotations, {_QUOTE_LEVELS} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Take every apostrophe for a mark, and see straight ones only."""
        open_: list[str] = []
        most = 0
        for mark in _marks(response.text):
            if open_ and open_[-1] == mark:
                open_.pop()
                if most - len(open_) >= _QUOTE_LEVELS:
                    return self.verdict(True)
            else:
                open_.append(mark)
                most = max(most, len(open_))
        return self.verdict(False, reason="no three marks in turn are closed")


_DOUBLE_MARKS = str.maketrans(dict.fromkeys("“”„«»", '"'))
_UNQUOTED = string.digits + string.punctuation.replace('"', "") + SPACES
_SIDE_BY_SIDE = re.compile(r'"\s*"')


class QuoteUnquote(Verifier, id="format:quote_unquote"):
    """Every quotation is followed by words that are not quoted.

    ## What it checks
    No two double quotation marks, straight or typographic, stand side by side, white space left
    out, and none is the last character but for digits and other punctuation. Where the marks make
    pairs, a word stands between every quotation and the next.

    ## Known limits
    A response without a quotation passes, as in the reference. Single marks are none.

    ## References
    IFBench (arXiv 2507.02833), `format:quote_unquote`.
    """

    cases = (
        passes('He said "tea", which is a drink.'),
        passes("“Tea” is a drink."),
        fails('It is a drink: "tea".'),
        fails("“Tea” “milk” are drinks."),
        fails('"Tea", "milk" and "bread" are food.'),
        fails("- “Tea”\n- “Milk” is white."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Every quoted phrase must be followed by an unquoted explanation."

    def check(self, response: Response) -> Verdict:
        """Look for marks side by side and at the end, then for words between quotations."""
        parts = response.text.translate(_DOUBLE_MARKS).split('"')
        if len(parts) % 2 and not all(any(map(str.isalpha, part)) for part in parts[2::2]):
            return self.verdict(False, reason="no word after a quotation")
        return self._by_marks(response)

    def _by_marks(self, response: Response) -> Verdict:
        text = response.get(_straight)
        if _SIDE_BY_SIDE.search(text):
            return self.verdict(False, reason="two quotation marks side by side")
        return self.verdict(
            not text.rstrip(_UNQUOTED).endswith('"'), reason="ends with a quotation"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Give up on a response of digits and punctuation."""
        text = response.get(_straight)
        if not text.strip(_UNQUOTED) and not _SIDE_BY_SIDE.search(text):
            return published.raises("IndexError: string index out of range")
        return self._by_marks(response)


def _straight(text: str) -> str:
    """Return the text with straight quotation marks, a quoted one left out."""
    return text.replace("“", '"').replace("”", '"').replace("'\"'", "")
