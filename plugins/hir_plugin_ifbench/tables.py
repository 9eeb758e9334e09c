"""Single requests for data in CSV."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_plugin_ifbench import published

_SPECIAL = re.compile(r'".*[^\d\w\s].*"')


_MOST_ROWS = 20  # more than any request asks for: what follows changes no verdict


def rows(text: str, delimiter: str = ",", most: int | None = _MOST_ROWS) -> list[list[str]] | None:
    """Return the first rows of a CSV text, blank lines as empty ones; None for a malformed text."""
    try:
        return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), most))
    except csv.Error:
        return None


def quoted_rows(
    text: str, delimiter: str = ",", most: int | None = _MOST_ROWS
) -> list[list[str]] | None:
    """Return the rows with the quotation marks around their fields: these are doubled first."""
    return rows(text.replace('"', '"""'), delimiter, most)


def header(names: tuple[str, ...], between: str) -> re.Pattern[str]:
    """Return a pattern of a header whose names may be quoted."""
    return re.compile(between.join(f'(?:{name}|"{name}")' for name in names))


class CsvCity(Verifier, id="custom:csv_city"):
    """Seven rows of CSV under a given header.

    ## What it checks
    The whole response is CSV: the header ID, Country, City, Year, Count, then seven rows, five
    fields each.

    ## References
    IFBench (arXiv 2507.02833), `custom:csv_city`.
    """

    cases = (
        passes("ID,Country,City,Year,Count\n" + '1,Peru,"Lima, old",2024,5\n' * 7),
        fails("ID,Country,City,Year,Count\n" + "1,Peru,Lima,2024,5\n" * 6),
        fails("ID,Country,City,Year,Count\n" + "1,Peru,Lima,2024\n" * 7),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            'Generate CSV data: The column names are ["ID", "Country", "City", "Year", "Count"], '
            "the data should be comma delimited. Please generate 7 rows."
        )

    def check(self, response: Response) -> Verdict:
        """Read the rows."""
        found = rows(response.text)
        if found is None:
            return self.verdict(False, reason="not CSV")
        if found[0] != ["ID", "Country", "City", "Year", "Count"]:
            return self.verdict(False, reason=f"the header is {','.join(found[0])[:60]!r}")
        return _of_size(self, found, 8)

    def check_reference(self, response: Response) -> Verdict:
        """Give up on malformed CSV."""
        if rows(response.text, most=None) is None:
            return published.raises("_csv.Error")
        return self.check(response)


def _of_size(self: Verifier, found: list[list[str]], wanted: int, first: int = 1) -> Verdict:
    """Return whether there are so many rows, and those from the first on have five fields."""
    n = len(found)
    if n != wanted:
        shown = counted(n, "row") if n < _MOST_ROWS else f"{n} rows or more"
        return self.verdict(False, measured=n, reason=f"{shown}, {wanted} wanted")
    other = [len(row) for row in found[first:] if len(row) != 5]
    return self.verdict(not other, reason=f"a row of {counted((other or [0])[0], 'field')}")


_SPECIAL_HEADER = header(("ProductID", "Category", "Brand", "Price", "Stock"), r",[ \t]*")


class CsvSpecialCharacter(Verifier, id="custom:csv_special_character"):
    """Fourteen rows of CSV, with a special character in a quoted field.

    ## What it checks
    The header ProductID, Category, Brand, Price, Stock, then fourteen rows of five fields each. A
    field in double quotation marks holds a character that is neither letter, digit, underscore
    nor white space.

    ## References
    IFBench (arXiv 2507.02833), `custom:csv_special_character`.
    """

    cases = (
        passes(
            "ProductID,Category,Brand,Price,Stock\n" + "1,Tea,Oak,2,3\n" * 13 + '2,Tea,"O&K",2,3'
        ),
        fails("ProductID,Category,Brand,Price,Stock\n" + "1,Tea,O&K,2,3\n" * 14),
        fails("ProductID,Category,Brand,Price,Stock\n" + '1,"T&a"\n' + "1,Tea,O&K,2,3\n" * 13),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            'Generate CSV data: The column names are ["ProductID", "Category", "Brand", "Price", '
            '"Stock"], the data should be comma delimited. Please generate 14 rows. Add one field '
            "which contains a special character and enclose it in double quotes."
        )

    def check(self, response: Response) -> Verdict:
        """Read the rows with their quotation marks."""
        if not _SPECIAL_HEADER.fullmatch(response.text.split("\n", 1)[0].strip()):
            return self.verdict(False, reason="another header")
        found = quoted_rows(response.text)
        if found is None:
            return self.verdict(False, reason="not CSV")
        size = _of_size(self, found, 15)
        if not size.satisfied:
            return size
        special = any(_SPECIAL.match(field) for row in found[1:] for field in row)
        return self.verdict(special, reason="no quoted field with a special character")

    def check_reference(self, response: Response) -> Verdict:
        """Look at no row after the one with the special character."""
        if not _SPECIAL_HEADER.fullmatch(response.text.split("\n", 1)[0].strip()):
            return self.verdict(False, reason="another header")
        found = quoted_rows(response.text, most=None)
        if found is None:
            return published.raises("_csv.Error")
        if len(found) != 15:
            return _of_size(self, found, 15)
        for row in found[1:]:
            if len(row) != 5 or any(map(_SPECIAL.match, row)):
                return self.verdict(len(row) == 5, reason="a row of another size")
        return self.verdict(False, reason="no quoted field with a special character")


_QUOTED_HEADER = header(("StudentID", "Subject", "Grade", "Semester", "Score"), r"\t *")


class CsvQuotes(Verifier, id="custom:csv_quotes"):
    """Three rows of values between tabs, all of them quoted.

    ## What it checks
    The header StudentID, Subject, Grade, Semester, Score, then three rows; five fields each,
    between tabs, every one in double quotation marks.

    ## References
    IFBench (arXiv 2507.02833), `custom:csv_quotes`.
    """

    cases = (
        passes(
            '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"'
            + '\n"1"\t"Tea"\t"A"\t"Fall"\t"9"' * 3
        ),
        fails("StudentID\tSubject\tGrade\tSemester\tScore" + '\n"1"\t"Tea"\t"A"\t"Fall"\t"9"' * 3),
        fails(
            '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"' + '\n"1"\t"Tea"\t"A"\t\t"9"' * 3
        ),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            'Generate CSV data: The column names are ["StudentID", "Subject", "Grade", "Semester", '
            '"Score"], the data should be tab delimited. Please generate 3 rows and enclose each '
            "single field in double quotes."
        )

    def check(self, response: Response) -> Verdict:
        """Read the rows with their quotation marks."""
        if not _QUOTED_HEADER.fullmatch(response.text.split("\n", 1)[0].strip()):
            return self.verdict(False, reason="another header")
        found = quoted_rows(response.text, "\t")
        if found is None:
            return self.verdict(False, reason="not CSV")
        size = _of_size(self, found, 4, first=0)
        if not size.satisfied:
            return size
        bare = [field for row in found for field in map(str.strip, row) if not _is_quoted(field)]
        return self.verdict(not bare, reason=f"not quoted: {(bare or [''])[0][:40]!r}")

    def check_reference(self, response: Response) -> Verdict:
        """Give up on an empty field and on malformed CSV."""
        if _QUOTED_HEADER.fullmatch(response.text.split("\n", 1)[0].strip()):
            found = quoted_rows(response.text, "\t", most=None)
            if found is None:
                return published.raises("_csv.Error")
            if len(found) == 4 and _meets_empty(found):
                return published.raises("IndexError: string index out of range")
        return self.check(response)


def _is_quoted(field: str) -> bool:
    return field[:1] == field[-1:] == '"'


def _meets_empty(found: list[list[str]]) -> bool:
    """Return whether an empty field is met before a row or a field that fails."""
    for row in found:
        if len(row) != 5:
            return False
        for field in map(str.strip, row):
            if not _is_quoted(field):
                return not field
    return False
