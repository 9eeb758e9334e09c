"""The layout of a whole response: options, lines, items, fixed parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Fact, Mentions
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import Text, bare_words, folded

_LETTERS = re.compile(r"\W*a\W*b\W*c\W*", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+")
_BULLET = re.compile(r"^[ \t]*([-*+•][ \t].*)", re.MULTILINE)
_TEMPLATE = ("My Answer:", "My Conclusion:", "Future Outlook:")


class Options(Verifier, id="format:options"):
    """The response is one of several options, and nothing else.

    ## What it checks
    `options` lists them with `/`, else with "or", else with commas between them. The response is
    one of them, without regard to case and to punctuation around it. Where the options are letters
    ("a), b), c)"), it is one of them to the letter.

    ## References
    IFBench (arXiv 2507.02833), `format:options`.
    """

    options: Text

    cases = (
        passes("Maybe.", options="yes/no/maybe"),
        passes("I don’t know", options="I know or I don't know"),
        passes("more", options="more, less"),
        passes("b)", options="a), b), c), d)"),
        fails("Yes, of course.", options="yes/no/maybe"),
        fails("B", options="a), b), c), d)"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            f"Answer with one of the following options: {self.options}. Do not give any "
            "explanation."
        )

    def check(self, response: Response) -> Verdict:
        """Compare with each option."""
        if "/" in self.options:
            options = self.options.split("/")
        elif _OR.search(self.options):
            options = _OR.split(self.options)
        else:
            options = self.options.split(",")
        if _LETTERS.match(self.options):
            return self._is(response.text in map(str.strip, options))
        return self._is(folded(response.text) in map(folded, options))

    def check_reference(self, response: Response) -> Verdict:
        """Find "or" within words, and take a typographic apostrophe for a letter."""
        divider = next((sign for sign in ("/", "or") if sign in self.options), ",")
        options = [option.strip() for option in self.options.split(divider)]
        if _LETTERS.match(self.options):
            return self._is(response.text in options)
        answer = response.text.strip(published.ENDS).lower()
        return self._is(answer in [option.strip(published.ENDS).lower() for option in options])

    def _is(self, chosen: bool) -> Verdict:
        return self.verdict(chosen, reason=f"not one of {self.options[:80]}")


class Newline(Verifier, id="format:newline"):
    """Each word stands on a line of its own.

    ## What it checks
    No line has two words. Lines without a word are let pass.

    ## References
    IFBench (arXiv 2507.02833), `format:newline`.
    """

    english_only = True
    cases = (
        passes("Tea\nis\n\nhot\n–\nvery."),
        fails("Tea is hot."),
        fails("Tea is\n—\nhot."),
        fails("..."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Write each word on a new line."

    def check(self, response: Response) -> Verdict:
        """Count the words of each line."""
        counts = [len(bare_words(line)) for line in response.lines]
        return self.verdict(
            max(counts) == 1,
            measured=max(counts),
            reason=f"{counted(max(counts), 'word')} on a line",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Compare the numbers of lines and of words."""
        text = published.deleted(response.text).strip()
        n, lines = len(text.split()), len(list(filter(None, text.split("\n"))))
        return self.verdict(
            lines == n, measured=lines, reason=f"{counted(lines, 'line')}, {counted(n, 'word')}"
        )


class LineIndent(Verifier, id="format:line_indent"):
    """Each line is indented more than the one before.

    ## What it checks
    The white space at the beginning of the lines, blank ones left out, becomes wider from line to
    line. There are at least two lines.

    ## References
    IFBench (arXiv 2507.02833), `format:line_indent`.
    """

    cases = (
        passes("Tea\n is\n\n  hot."),
        passes("Tea\n\tis\n\t\thot."),
        fails("Tea\n is\n hot."),
        fails("Tea is hot."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Create stairs by incrementally indenting each new line."

    def check(self, response: Response) -> Verdict:
        """Compare each line with the one before."""
        lines = [line for line in response.lines if line and not line.isspace()]
        if len(lines) < 2:
            return self.verdict(False, reason="there is no second line")
        return self._growing([_width(line) for line in lines])

    def check_reference(self, response: Response) -> Verdict:
        """Accept a single line; leave out every second of several blank lines; see spaces only."""
        return self._growing(_published_widths(response.lines))

    def _growing(self, widths: Iterable[int]) -> Verdict:
        for place, (before, after) in enumerate(pairwise(widths), 2):
            if after <= before:
                return self.verdict(
                    False,
                    measured=after,
                    reason=f"line {place} is indented by {after} after {before}",
                )
        return self.verdict(True)


def _published_widths(lines: Iterable[str]) -> Iterator[int]:
    skipped = False
    for line in lines:
        skipped = not skipped and (not line or line.isspace())
        if not skipped:
            yield len(line) - len(line.lstrip(" "))


def _width(line: str) -> int:
    white = line[: len(line) - len(line.lstrip())]
    return len(white.expandtabs())


class ItemList(Verifier, id="format:list"):
    """The response is a list with a given sign in the place of bullets.

    ## What it checks
    `sep` stands in the response at least twice. Within a word ("well-known") or in a row of its own
    kind ("---") it is not counted. No line begins with a bullet point that is not `sep`.

    ## Known limits
    The sign need not begin a line, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `format:list`.
    """

    sep: Text

    cases = (
        passes("- Tea\n- milk", sep="-"),
        passes("Tea SEPARATOR milk SEPARATOR sugar", sep="SEPARATOR"),
        fails("A well-known, time-honoured drink\n---", sep="-"),
        fails("- Tea", sep="-"),
        fails("* Tea !?!?\n* Milk !?!?", sep="!?!?"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"Answer with a list of items, instead of bullet points use {self.sep}."

    def check(self, response: Response) -> Verdict:
        """Count the sign where it stands for a bullet, unless there are bullets."""
        other = _BULLET.finditer(response.text)
        if any(not match[1].startswith(self.sep.strip()) for match in other):
            return self.verdict(False, reason="a line begins with a bullet point")
        return self._at_least_two(len(_as_bullet(self.sep).findall(response.text)))

    def check_reference(self, response: Response) -> Verdict:
        """Count the sign wherever it stands."""
        return self._at_least_two(response.text.count(self.sep))

    def _at_least_two(self, n: int) -> Verdict:
        return self.verdict(n >= 2, measured=n, reason=f"{self.sep!r} {counted(n, 'time')}")


@lru_cache(maxsize=1000)
def _as_bullet(sign: str) -> re.Pattern[str]:
    """Return a pattern of the sign where it is no part of a word or of a row of its own kind."""
    first, last, whole = re.escape(sign[0]), re.escape(sign[-1]), re.escape(sign)
    letter = r"[^\W_]"
    # The sign comes first: literal beginnings are searched for fast.
    within = rf"(?:(?<!{letter}{whole})|(?!{letter}))"
    return re.compile(rf"{whole}(?<!{first}{whole})(?!{last}){within}")


class OutputTemplate(Verifier, id="format:output_template"):
    """The response has the three parts of a template.

    ## What it checks
    "My Answer:", "My Conclusion:" and "Future Outlook:" stand in the response in this order, each
    with a text behind it.

    ## References
    IFBench (arXiv 2507.02833), `format:output_template`, which takes them in any order, and without
    a text.
    """

    cases = (
        passes("My Answer: tea. My Conclusion: hot. Future Outlook: more tea."),
        fails("My answer: tea. My conclusion: hot. Future outlook: more tea."),
        fails("Future Outlook: more tea. My Conclusion: hot. My Answer: tea."),
        fails("My Answer: My Conclusion: Future Outlook:"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Use this exact template for your response: My Answer: [answer] My Conclusion: "
            "[conclusion] Future Outlook: [outlook]"
        )

    def check(self, response: Response) -> Verdict:
        """Look for one after the other, then for what stands behind each."""
        rest = response.text.partition(_TEMPLATE[0])[2]
        for part in (*_TEMPLATE[1:], ""):
            said, found, rest = rest.partition(part) if part else (rest, "end", "")
            if not found or not any(map(str.isalnum, said)):
                return self.verdict(False, reason="not the three, in order, each with a text")
        return self.verdict(True)

    def check_reference(self, response: Response) -> Verdict:
        """Look for the three."""
        missing = [part for part in _TEMPLATE if part not in response.text]
        return self.verdict(not missing, reason=f"not there: {' '.join(missing)}")


class NoWhitespace(Verifier, id="format:no_whitespace"):
    """The response has no white space.

    ## What it checks
    No character is white space, at the ends either.

    ## References
    IFBench (arXiv 2507.02833), `format:no_whitespace`.
    """

    cases = (passes("TeaIsHot."), fails("Tea is hot."), fails("Tea\n"))

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "The output should not contain any whitespace."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(" ", 0, 0), Mentions("\n", 0, 0))

    def check(self, response: Response) -> Verdict:
        """Cut the text at white space."""
        return self.verdict(response.text.split() == [response.text], reason="it has white space")
