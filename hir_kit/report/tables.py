"""Tables of shares with their intervals, for a terminal, for Markdown and for LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from hir_kit.report.screen import print_table, visible
from hir_kit.report.shares import Share


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: a share, or a count, for each column.

    Attributes:
        name: What it is.
        cells: One a column; None where there is nothing.
        section: The section it stands in; the first has no name.
    """

    name: str
    cells: Sequence[Share | int | None]
    section: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of shares.

    Attributes:
        title: What it is about.
        columns: The names of the columns.
        lines: The lines, in order; those of a section follow each other.
    """

    title: str
    columns: Sequence[str]
    lines: Sequence[Line]

    def sections(self) -> list[tuple[str, list[Line]]]:
        """Return the lines by section, in order."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.section, []).append(line)
        return list(found.items())


def terminal(table: Table) -> str:
    """Return it for a person to read, a section after the other."""
    stream = StringIO()
    header = ["", *map(visible, table.columns)]
    for section, lines in table.sections():
        rows = [[visible(line.name), *map(_plain, line.cells)] for line in lines]
        print_table(stream, section or table.title, header, rows)
        stream.write("\n")
    return stream.getvalue()


def markdown(table: Table) -> str:
    """Return it as one Markdown table."""
    count = len(table.columns)
    lines = [_piped(table.title), "", _bars("", *map(_piped, table.columns))]
    lines.append(f"|---|{'---:|' * count}")
    for section, members in table.sections():
        if section:
            lines.append(_bars(f"**{_piped(section)}**", *[""] * count))
        lines += [_bars(_piped(line.name), *map(_plain, line.cells)) for line in members]
    return "\n".join(lines) + "\n"


def _bars(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def latex(table: Table) -> str:
    """Return it as a LaTeX table of the package booktabs."""
    count = len(table.columns)
    lines = [f"% {table.title}", f"\\begin{{tabular}}{{l{'r' * count}}}", "\\toprule"]
    lines += [_ampersands("", *map(_escaped, table.columns)), "\\midrule"]
    for section, members in table.sections():
        if section:
            lines.append(
                f"\\multicolumn{{{count + 1}}}{{l}}{{\\textit{{{_escaped(section)}}}}} \\\\"
            )
        lines += [
            _ampersands(_escaped(line.name), *(_escaped(_plain(cell)) for cell in line.cells))
            for line in members
        ]
    return "\n".join([*lines, "\\bottomrule", "\\end{tabular}"]) + "\n"


def _ampersands(*cells: str) -> str:
    return f"{' & '.join(cells)} \\\\"


def _plain(cell: Share | int | None) -> str:
    if isinstance(cell, Share):
        return f"{cell.value:.2%} [{_interval(cell)}]".replace("%", " %")
    return "-" if cell is None else str(cell)


def _interval(share: Share) -> str:
    if share.low is None or share.high is None:
        return "n/a"
    return f"{share.low * 100:.1f}, {share.high * 100:.1f}"


def _piped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace("|", "\\|")


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}


def _escaped(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda match: _LATEX[match[0]], visible(text))
