"""Tables of Markdown: their rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, NonNegativeInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Between, Either, Items, numbers
from hir_plugin_muldimif.analyses import Table, find_tables, own_word

_ONE = "| A | B |\n|---|---|\n| 1 | 2 |"
_TWO = f"{_ONE}\n| 3 | 4 |"


class Tables(Verifier, id="muldimif:table"):
    """There is a table with so many rows and columns; or, if there is one, it has so many.

    ## What it checks
    Some table keeps all bounds: rows below the header and the line of dashes (`min_rows`,
    `max_rows`), columns of the header (`min_columns`, `max_columns`), and for each of `columns` a
    cell of the header that begins with it, or holds it as a word of its own, without regard to
    case. With `every` or `optional`, each table keeps them; with `optional`, a response without a
    table is satisfied.

    ## Known limits
    Only tables of Markdown are found, not those of HTML. What the rows are about is not checked.

    ## References
    MulDimIF, the checker `Format_Table`. It takes all from the first bar of the text to the last
    for one table, and looks for columns that are listed by pieces cut at the letters a, n and d.
    """

    min_rows: NonNegativeInt = 0
    max_rows: NonNegativeInt | None = None
    min_columns: NonNegativeInt = 0
    max_columns: NonNegativeInt | None = None
    columns: list[str] = Field(default_factory=list)
    every: bool = False
    optional: bool = False

    relaxes = Either(
        Between("min_rows", "max_rows", measured=False),
        Between("min_columns", "max_columns", measured=False),
        Items("columns"),
    )
    cases = (
        passes(_TWO, max_rows=2),
        passes(_TWO, min_rows=2, max_rows=2, min_columns=2, max_columns=2),
        passes(_ONE, max_columns=2, columns=["a", "B"]),
        passes("No table.", max_rows=1, optional=True),
        fails("No table.", max_rows=1),
        fails(_TWO, max_rows=1),
        fails(_TWO, max_rows=1, optional=True),
        fails(f"{_ONE}\n\n{_TWO}", max_rows=1, every=True),
        fails(_ONE, max_columns=1),
        fails(_ONE, max_columns=2, columns=["C"]),
        fails("| Page |\n|---|\n| 1 |", max_columns=2, columns=["Age"]),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> Tables:
        for low, high in self._bounds.values():
            if high is not None and low > high:
                raise ValueError(f"the least number ({low}) is above the greatest ({high})")
        if not any(low or high is not None for low, high in self._bounds.values()):
            raise ValueError("a bound on rows or columns is wanted")
        if self.every and self.optional:
            raise ValueError("'optional' is of every table: leave 'every' out")
        if any(not name.strip() or name != name.strip(" ,.") for name in self.columns):
            raise ValueError("the name of a column is not blank, and has no comma at its ends")
        return self

    @property
    def _bounds(self) -> dict[str, tuple[int, int | None]]:
        return {
            "row": (self.min_rows, self.max_rows),
            "column": (self.min_columns, self.max_columns),
        }

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        said = [
            f"{numbers.spelled(low, high)} {noun}"
            f"{'' if (low if high is None else high) == 1 else 's'}"
            for noun, (low, high) in self._bounds.items()
            if low or high is not None
        ]
        text = " and ".join(said)
        if self.columns:
            text += f", specifically {_listed(self.columns)}"
        if self.optional:
            return f"If a table is used, it must have {text}."
        if self.every:
            return f"Each table must have {text}."
        return f"The answer must include a table with {text}."

    def check(self, response: Response) -> Verdict:
        """Compare the tables."""
        tables = response.get(find_tables)
        if not tables:
            return self.verdict(self.optional, measured=0, reason="no table")
        problems = [self._problem(table) for table in tables]
        wrong = next((text for text in problems if text), None)
        ok = wrong is None if self.optional or self.every else None in problems
        return self.verdict(ok, measured=len(tables), reason=wrong)

    def check_reference(self, response: Response) -> Verdict:
        """Take all from the first bar to the last for one table."""
        table = response.get(_between_bars)
        if table is None:
            return self.verdict(self.optional, measured=0, reason="no table")
        problem = self._problem(table)
        return self.verdict(problem is None, measured=1, reason=problem)

    def _problem(self, table: Table) -> str | None:
        counts = {"row": len(table.rows), "column": len(table.header)}
        for noun, (low, high) in self._bounds.items():
            n = counts[noun]
            if n < low or (high is not None and n > high):
                return f"{counted(n, noun)}, {numbers.spelled(low, high)} wanted"
        for name in self.columns:
            if not any(_names(cell, name) for cell in table.header):
                return f"no column {name!r}"
        return None


def _names(cell: str, column: str) -> bool:
    """Return whether a cell begins with the name of a column, or holds it as a word of its own."""
    return cell.lower().startswith(column.lower()) or own_word(column).search(cell) is not None


def _between_bars(text: str) -> Table | None:
    """Return what lies between the first and the last bar as one table; None without a bar.

    Each line but the first, and the second if it has dashes, is a row. The columns are those of the
    first line, without what stands before its first bar and after its last.
    """
    first, last = text.find("|"), text.rfind("|")
    if first < 0:
        return None
    lines = [line.strip() for line in text[first : last + 1].split("\n") if line.strip()]
    rows = lines[2:] if len(lines) > 1 and "---" in lines[1] else lines[1:]
    header = tuple(cell.strip() for cell in lines[0].split("|")[1:-1])
    return Table(header, tuple((row,) for row in rows))


def _listed(names: Sequence[str]) -> str:
    *others, last = (f"'{name}'" if '"' in name else f'"{name}"' for name in names)
    comma = "," if len(others) > 1 else ""
    return f"{', '.join(others)}{comma} and {last}" if others else last
