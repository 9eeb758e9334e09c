"""The options of commands whose judge or rewriter asks a model, and may do so by batch files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import gathered

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Origin


@dataclass(frozen=True, slots=True)
class Model:
    """How a model is asked; see the options, which are those of the part `llm`."""

    requests: str | None
    results: str | None
    offline: bool

    @property
    def is_given(self) -> bool:
        """Whether any of it was said."""
        return bool(self.requests or self.results or self.offline)

    def of(self, origin: Origin) -> Origin:
        """Return the plugins, whose part `llm` gets what was given."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        more = tuple((f"llm.{name}", value) for name, value in given if value)
        return replace(origin, set=(*origin.set, *more))

    def refuse_clashing(self, output: str | None, what: str, *, as_json: bool) -> None:
        """Raise UsageError where nothing would be written, or two things to one place.

        Args:
            output: Where the output goes.
            what: What it holds.
            as_json: Whether the summary goes to standard output.
        """
        from hir_kit.errors import UsageError

        if as_json and output == "-":
            raise UsageError("--json and -o - both want standard output; give -o a file")
        if self.requests is None and output is None:
            raise UsageError(f"-o FILE is where the {what} go (--requests FILE needs none)")
        if self.requests is not None and output is not None:
            raise UsageError(
                f"--requests FILE asks nobody, so there are no {what} for -o; give -o with "
                "--results"
            )


model_options = gathered(
    "model",
    Model,
    [field.name for field in fields(Model)],
    (
        click.option(
            "--requests",
            metavar="FILE",
            help="Write the questions to a model that are not answered yet to a batch file "
            "(OpenAI's shape), and ask nobody. Short for `--set llm.requests=FILE`.",
        ),
        click.option(
            "--results",
            metavar="FILE",
            help="Take the answers of a batch first. Short for `--set llm.results=FILE`.",
        ),
        click.option(
            "--offline",
            is_flag=True,
            help="Answer from the cache alone. Short for `--set llm.offline=true`.",
        ),
    ),
)
"""Add `--requests`, `--results` and `--offline`, given as `model`."""
