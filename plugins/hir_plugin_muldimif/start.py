"""What the response starts and ends with."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from hir_kit import Response, Verdict, Verifier, fails, passes
from hir_kit.plugin import Begins, Ends, Fact
from hir_plugin_muldimif.analyses import shown


def _not_blank(text: str) -> str:
    if not shown(text):
        raise ValueError("a text that is not blank is wanted")
    return text


class _Edge(Verifier):
    """A text at one end of the response."""

    text: Annotated[str, AfterValidator(_not_blank)]

    def quoted(self) -> tuple[str, ...]:
        """Return the text: the instruction has to hold it."""
        return (self.text,)

    def _quote(self) -> str:
        return f"'{self.text}'" if '"' in self.text else f'"{self.text}"'


class StartsWith(_Edge, id="muldimif:starts_with"):
    """The response starts with a given text.

    ## What it checks
    Its first characters are `text`, but for white space and a byte-order mark before them.

    ## Known limits
    Case counts, and so do marks of Markdown before the text.

    ## References
    MulDimIF, the checker `Content_Others`.
    """

    cases = (passes("Example: tea", text="Example:"), fails("An Example: tea", text="Example:"))

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return f"The answer must start with the identifier {self._quote()}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins((self.text.strip(),), any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Look at the first characters."""
        ok = shown(response.text).startswith(shown(self.text))
        return self.verdict(ok, reason=f"does not start with {self.text!r}")


class EndsWith(_Edge, id="muldimif:ends_with"):
    """The response ends with a given text.

    ## What it checks
    Its last characters are `text`, white space after them aside.

    ## Known limits
    Case counts, and so do marks of Markdown after the text.

    ## References
    MulDimIF, the checker `Content_Others`.
    """

    cases = (passes("Tea. The end", text="The end"), fails("The end.", text="The end"))

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return f"The answer must end with the phrase {self._quote()}."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Ends((self.text.strip(),), any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Look at the last characters."""
        ok = shown(response.text).endswith(shown(self.text))
        return self.verdict(ok, reason=f"does not end with {self.text!r}")
