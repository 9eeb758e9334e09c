"""JSON, XML and bullet points."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pydantic import NonNegativeInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Between, Fact, numbers
from hir_plugin_muldimif.analyses import BULLET, RULER, without_fences

_FENCE = re.compile(r"(```|~~~)[ \t]*([A-Za-z]*)(?:(?!```|~~~)[^\n])*\n(.*?)\1", re.DOTALL)
_JSON_BLOCK = re.compile(r"```json(.*?)```", re.DOTALL)
_JSON_NAMES = ("", "json", "jsonc", "json5")
_OPENS = re.compile(r"(?:\[\s*)?\{(?=\s*(?:\}|\"[^\x00-\x1f]))")
_FAR = 1 << 12
"""From where on what has been read is dropped: an error counts the lines before its place."""
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_TAG = re.compile(r"<[A-Za-z_:][\w:.-]*(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)?/?>")
_ATTRIBUTE = re.compile(r"(?<![\w:.-])[A-Za-z_:][\w:.-]*\s?=\s?(?:\"[^\"<]*\"|'[^'<]*')")
_BULLET = re.compile(BULLET)
_TOO_DEEP = -1


def json_depths(text: str) -> tuple[int, ...]:
    """Return how deep each JSON of a text is nested; -1 where too deep.

    It is the whole text, else the blocks of code that are JSON, else the objects, and lists of
    objects, that stand in the text.
    """
    if (whole := _depth(text.strip())) is not None:
        return (whole,)
    blocks = [match[3] for match in _FENCE.finditer(text) if match[2].lower() in _JSON_NAMES]
    found = [depth for block in blocks if (depth := _depth(block.strip())) is not None]
    return tuple(found or _depths_within(text))


_DECODER = json.JSONDecoder(parse_int=str)  # an integer may have any number of digits


def _depth(text: str) -> int | None:
    if not text or text[0] not in "{[":
        return None
    try:
        return _levels(_DECODER.decode(text))
    except RecursionError:
        return _TOO_DEEP
    except ValueError:
        return None


def _depths_within(text: str) -> Iterator[int]:
    """Give the depths of what is JSON from a bracket on; what fails is not read twice."""
    at = 0
    while opening := _OPENS.search(text, at):
        start = opening.start()
        if start > _FAR:
            text, start = text[start:], 0
        try:
            value, at = _DECODER.raw_decode(text, start)
            if value:
                yield _levels(value)
        except json.JSONDecodeError as error:
            at = max(error.pos, start + 1)
        except RecursionError:
            yield _TOO_DEEP
            return


def _levels(value: object) -> int:
    """Count the levels without recursion; an empty object or list adds none."""
    deepest, level = 0, [value]
    while True:
        inner = [
            item
            for part in level
            for item in (
                part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            )
        ]
        if not inner:
            return deepest
        deepest, level = deepest + 1, inner


class JsonNesting(Verifier, id="muldimif:json_nesting"):
    """The response holds JSON that is nested so deep.

    ## What it checks
    Objects and lists within each other, the outermost included, make at least `min_levels` and at
    most `max_levels` levels. The JSON is the whole response, else the blocks of code that are JSON,
    else the objects within the text. Where there are several and only some keep the bounds it is
    `unknown`. With `optional`, a response without JSON is satisfied.

    ## Known limits
    Lists count as levels. An empty object adds none. A bare value is no JSON here, and neither is a
    list of bare values within a text, "[1]".

    ## References
    MulDimIF, the checker `Format_Json`. It reads the whole response or a block marked `json`, and
    takes a bare value for JSON.
    """

    min_levels: NonNegativeInt = 0
    max_levels: NonNegativeInt | None = None
    optional: bool = False

    relaxes = Between("min_levels", "max_levels")
    cases = (
        passes('{"a": {"b": 1}}', min_levels=2, max_levels=2),
        passes('Here: {"a": {"b": 1}}', min_levels=2),
        passes("No JSON.", max_levels=2, optional=True),
        fails('{"a": 1}', min_levels=2),
        fails('{"a": {"b": {"c": 1}}}', max_levels=2),
        fails("No JSON.", max_levels=2),
        passes('See [1] and [tea]: {"a": {"b": 1}}', min_levels=2),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> JsonNesting:
        _check_bounds(self.min_levels, self.max_levels)
        return self

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        low, high = self.min_levels, self.max_levels
        only = low if high is None else high
        said = f"{numbers.spelled(low, high)} level{'' if only == 1 else 's'}"
        if self.optional:
            return f"If any JSON is included, it must have {said} of nesting."
        return f"The answer must include a JSON object with {said} of nesting."

    def check(self, response: Response) -> Verdict:
        """Compare the depth of each JSON."""
        verdicts = [self._compared(depth) for depth in response.get(json_depths) or (None,)]
        if len({verdict.status for verdict in verdicts}) > 1:
            return unknown("some JSON keeps the bounds and some does not: which one is meant")
        return verdicts[0]

    def check_reference(self, response: Response) -> Verdict:
        """Read the whole response, or the first block of code marked `json`; a bare value, too."""
        block = _JSON_BLOCK.search(response.text)
        text = (block[1] if block else response.text).strip()
        try:
            value = json.loads(text)
        except RecursionError:
            return self._compared(_TOO_DEEP)
        except ValueError:
            return self._compared(None)
        return self._compared(None if value is None else _levels(value))

    def _compared(self, depth: int | None) -> Verdict:
        if depth is None:
            return self.verdict(self.optional, reason="no JSON")
        if depth == _TOO_DEEP:
            ok = self.max_levels is None
            return self.verdict(ok, reason="nested deeper than can be read")
        ok = self.min_levels <= depth and (self.max_levels is None or depth <= self.max_levels)
        wanted = numbers.spelled(self.min_levels, self.max_levels)
        return self.verdict(
            ok, measured=depth, reason=f"{counted(depth, 'level')}, {wanted} wanted"
        )


class XmlAttributes(Verifier, id="muldimif:xml_attributes"):
    """Each element of XML in the response has so many attributes.

    ## What it checks
    Every opening tag has at least `min_attributes` and at most `max_attributes` attributes. There
    is an element, unless with `optional`.

    ## Known limits
    Tags are told by their brackets alone: those of HTML are elements, too.

    ## References
    MulDimIF, the checker `Format_Others`, for which a text without XML passes.
    """

    min_attributes: NonNegativeInt = 0
    max_attributes: NonNegativeInt | None = None
    optional: bool = False

    relaxes = Between("min_attributes", "max_attributes", measured=False)
    cases = (
        passes('<a x="1" y="2"/>', max_attributes=2),
        passes("No XML.", max_attributes=2, optional=True),
        fails('<a x="1" y="2"/>', max_attributes=1),
        fails('<a x="1"><b/></a>', min_attributes=1),
        fails("No XML.", max_attributes=2),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> XmlAttributes:
        _check_bounds(self.min_attributes, self.max_attributes)
        return self

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        low, high = self.min_attributes, self.max_attributes
        only = low if high is None else high
        said = f"{numbers.spelled(low, high)} attribute{'' if only == 1 else 's'}"
        lead = "If you use XML, each" if self.optional else "Each"
        return f"{lead} XML element must have {said}."

    def check(self, response: Response) -> Verdict:
        """Compare the attributes of each element."""
        counts = response.get(_attributes)
        if not counts:
            return self.verdict(self.optional, reason="no element of XML")
        return self._compared(counts)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a text without elements."""
        return self._compared(response.get(_attributes))

    def _compared(self, counts: tuple[int, ...]) -> Verdict:
        low, high = self.min_attributes, self.max_attributes
        wrong = next((n for n in counts if n < low or (high is not None and n > high)), None)
        asked = numbers.spelled(low, high)
        reason = f"an element with {counted(wrong or 0, 'attribute')}, {asked} wanted"
        return self.verdict(wrong is None, measured=len(counts), reason=reason)


def _attributes(text: str) -> tuple[int, ...]:
    """Return how many attributes each opening tag has; comments and CDATA have no tags."""
    tags = _TAG.finditer(_ASIDE.sub("", text) if "<!" in text else text)
    return tuple(len(_ATTRIBUTE.findall(match[0])) for match in tags)


def _check_bounds(low: int, high: int | None) -> None:
    if high is None and not low:
        raise ValueError("a least number above 0 or a greatest number is wanted")
    if high is not None and low > high:
        raise ValueError(f"the least number ({low}) is above the greatest ({high})")


class NoBulletPoints(Verifier, id="muldimif:no_bullet_points"):
    """The response has no bullet points.

    ## What it checks
    No line begins with `-`, `*` or `+` and a space, or with `•` or another sign of its kind (`◦`,
    `▪`, `●`, `‣`), also behind the `>` of a quotation. A line of such signs alone, as in `* * *`,
    is a rule. Where only lines of code between fences begin so it is `unknown`.

    ## Known limits
    Numbered lists are no bullet points, and neither are arrows and emoji before a line.

    ## References
    MulDimIF, the checker `Format_Others`, for which bold text and negative numbers at the beginning
    of a line are bullet points and `•` is none.
    """

    cases = (passes("**Tea** is hot."), passes("1. Tea"), passes("One.\n\n* * *\n\nTwo."),
             fails("Hot:\n- Tea"), fails("• Tea"), fails("▪Tea"), fails("> - Tea"))  # fmt: skip

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return "The answer must not use bullet points."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("bullet points", 0, 0, ("bullets",)),)

    def check(self, response: Response) -> Verdict:
        """Look at how the lines begin."""
        n = response.get(_count_bullets)
        if n and not _count_bullets(without_fences(response.text)):
            return unknown("only lines of code begin like a bullet point")
        return self.verdict(n == 0, measured=n, reason=counted(n, "bullet point"))

    def check_reference(self, response: Response) -> Verdict:
        """Look for lines that begin with a hyphen or an asterisk."""
        found = re.search(r"^[^\S\n]*[-*]", response.text, re.MULTILINE)
        return self.verdict(found is None, reason="a line begins with a hyphen or an asterisk")


def _count_bullets(text: str) -> int:
    starts = (line.strip().lstrip("> \t") for line in text.split("\n"))
    return sum(1 for start in starts if _BULLET.match(start) and not RULER.fullmatch(start))
