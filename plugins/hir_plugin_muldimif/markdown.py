"""Headings and block quotes of Markdown."""

from __future__ import annotations

import re
from typing import Annotated

from annotated_types import Interval
from pydantic import AfterValidator, Field, PositiveInt, model_validator

from hir_kit import Response, Verdict, Verifier, fails, passes
from hir_kit.plugin import Between, Either, Items, numbers
from hir_plugin_muldimif.analyses import Heading, find_headings

_MARKED = re.compile(r"(#{1,6}) (\S|\S.*\S)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_|`)(\S.*\S|\S)\1")
Level = Annotated[int, Interval(ge=1, le=6)]


def _marked(title: str) -> str:
    if not _MARKED.fullmatch(title):
        raise ValueError("a title is written as a heading is: '## Overview'")
    return title


class Headings(Verifier, id="muldimif:headings"):
    """The response has headings: of given levels, of so many levels, with given titles.

    ## What it checks
    A heading is a line that begins with number signs and a space. There are headings of all
    `levels`; the number of different levels is not below `min_levels` and not above `max_levels`;
    each of `titles` ("## Overview") is a heading word for word, in bold print or not; the first
    heading is of `first_level`; none is below the level `deepest`.

    ## Known limits
    What a heading is for ("for each section") is not checked, and which of several is meant. Lines
    in code and underlined headings are as for the published checker: the first count, the second
    do not.

    ## References
    MulDimIF, the checker `Format_Markdown`. With "each" or "any" in the sentence, it applies the
    rule to each heading by itself, so that two levels are one too many.
    """

    levels: list[Level] = Field(default_factory=list)
    min_levels: PositiveInt | None = None
    max_levels: PositiveInt | None = None
    titles: list[Annotated[str, AfterValidator(_marked)]] = Field(default_factory=list)
    first_level: Level | None = None
    deepest: Level | None = None

    relaxes = Either(
        Between("min_levels", "max_levels", measured=False), Items("levels"), Items("titles")
    )
    cases = (
        passes("## Tea\nIt is hot.", levels=[2]),
        passes("# Tea\n## Green", min_levels=2),
        passes("# Tea\n## Green", titles=["# Tea"], first_level=1),
        fails("# Tea\nIt is hot.", levels=[2]),
        fails("##Tea", levels=[2]),
        fails("# Tea\n# Coffee", min_levels=2),
        fails("# Tea\n## Green", max_levels=1),
        fails("# Tea\n### Green", deepest=2),
        fails("## Tea\n# Coffee", first_level=1),
    )

    @model_validator(mode="after")
    def _asks_for_something(self) -> Headings:
        asked = (self.levels, self.min_levels, self.max_levels, self.titles, self.first_level)
        if not any(asked) and self.deepest is None:
            raise ValueError("levels, a number of levels, titles or a first level are wanted")
        if self.min_levels and self.max_levels and self.min_levels > self.max_levels:
            raise ValueError("'min_levels' is above 'max_levels'")
        if self.max_levels and len(set(self.levels)) > self.max_levels:
            raise ValueError("there are more 'levels' than 'max_levels'")
        return self

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return f"The answer must {_and(self._wishes())}."

    def _wishes(self) -> list[str]:
        said = []
        if self.first_level and not self.titles:
            said.append(f"begin with a level {self.first_level} heading")
        others = [level for level in self.levels if level != self.first_level or self.titles]
        said += [f"include a level {level} heading" for level in others]
        said += [self._titled(title) for title in self.titles]
        low, high = self.min_levels or 0, self.max_levels
        if high or low > 1:
            many = numbers.spelled(low if low > 1 or high == 1 else 0, high)
            said.append(f"use {many} heading levels")
        elif low == 1:
            said.append("include headings")
        if self.deepest:
            said.append(f"use heading levels up to level {self.deepest}")
        return said

    def _titled(self, title: str) -> str:
        marks, _, text = title.partition(" ")
        verb = "begin with" if self.first_level == len(marks) else "include"
        quoted = f"'{text}'" if '"' in text else f'"{text}"'
        return f"{verb} a level {len(marks)} heading titled {quoted}"

    def check(self, response: Response) -> Verdict:
        """Compare the headings."""
        headings = response.get(find_headings)
        problem = self._problem(headings)
        return self.verdict(problem is None, measured=len(headings), reason=problem)

    def _problem(self, headings: tuple[Heading, ...]) -> str | None:
        if not headings:
            return "no heading"
        found = {heading.level for heading in headings}
        if missing := sorted(set(self.levels) - found):
            return f"no heading of level {missing[0]}"
        if len(found) < (self.min_levels or 0) or len(found) > (self.max_levels or len(found)):
            wanted = numbers.spelled(self.min_levels or 0, self.max_levels)
            return f"headings of {len(found)} different levels, {wanted} wanted"
        texts = {
            f"{'#' * heading.level} {text}"
            for heading in headings
            for text in (heading.text, _EMPHASIS.sub(r"\2", heading.text))
        }
        if absent := [title for title in self.titles if title not in texts]:
            return f"no heading {absent[0]!r}"
        if self.first_level and headings[0].level != self.first_level:
            return f"the first heading is of level {headings[0].level}"
        if self.deepest and max(found) > self.deepest:
            return f"a heading of level {max(found)}"
        return None


class BlockQuotes(Verifier, id="muldimif:block_quotes"):
    """The response has a block quote; or all of it is one.

    ## What it checks
    A line begins with `>`, spaces aside; with `all_lines`, every line that is not blank does.

    ## Known limits
    What is quoted is not looked at.

    ## References
    MulDimIF, the checker `Format_Markdown`. Where "any" is in the sentence it demands a heading as
    well; and for all lines, blank ones count as lines that are not quoted.
    """

    all_lines: bool = False

    cases = (
        passes("He said:\n> Tea."),
        passes("> Tea.\n\n> Hot.", all_lines=True),
        fails("Tea."),
        fails("He said:\n> Tea.", all_lines=True),
    )

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        if self.all_lines:
            return "The answer must be presented in block quotes."
        return "The answer must use block quotes."

    def check(self, response: Response) -> Verdict:
        """Look at how the lines begin."""
        quoted = [line.strip()[0] == ">" for line in response.lines if line.strip()]
        ok = all(quoted) if self.all_lines else any(quoted)
        return self.verdict(ok, measured=sum(quoted), reason="lines are not quoted")


def _and(said: list[str]) -> str:
    return " and ".join(said)
