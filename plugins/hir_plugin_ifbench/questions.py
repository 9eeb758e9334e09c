"""Multiple choice questions."""

from __future__ import annotations

import re
from collections.abc import Callable

from hir_kit import Response, Verdict, Verifier, counted, fails, passes

_QUESTION = re.compile(r"Question \d+[.|):;]?")
_OPTION = re.compile(r"([A-Za-z])[.|)]\s*\w")
_PUBLISHED = re.compile(r"([A-Ea-e])[.|)]\s*\w")
_QUESTIONS, _LETTERS = 4, ["A", "B", "C", "D", "E"]
_EXPLANATION = re.compile(r"^[^\w\n]*explanation\b", re.IGNORECASE | re.MULTILINE)


class MultipleChoice(Verifier, id="custom:mcq_count_length"):
    """Four questions with five options each, every question longer than the one before.

    ## What it checks
    The response begins with "Question", and "Question 1" and so on stand before four parts. Each
    has five lines that begin with the letters from A to E and `.` or `)`, and no other such line;
    what stands before the first is the question, and each is longer, in characters, than the one
    before. No line begins with "Explanation".

    ## Known limits
    Other text after the options ("Answer: B") is not looked at, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `custom:mcq_count_length`, which counts lines with letters from A to
    E, whichever they are, and no others.
    """

    cases = (
        passes(
            "".join(
                f"Question {n}: Who{'o' * n}?\nA) a\nB) b\nC) c\nD) d\nE) e\n\n" for n in range(4)
            )
        ),
        fails("".join(f"Question {n}: Who?\nA) a\nB) b\nC) c\nD) d\nE) e\n\n" for n in range(4))),
        fails("Question 1: Who?\nA) a\nB) b\nC) c\nD) d\nE) e"),
        fails(
            "".join(
                f"Question {n}: Who{'o' * n}?\nA) a\nB) b\nC) c\nD) d\nE) e\nF) f\n\n"
                for n in range(4)
            )
        ),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            'Generate 4 multiple choice questions with 5 options each about "20th century art '
            'history". Each question should start with the label "Question". The questions should '
            "get progressively longer. Do not provide an explanation."
        )

    def check(self, response: Response) -> Verdict:
        """Count questions, compare the options' letters, and the lengths."""
        if _EXPLANATION.search(response.text):
            return self.verdict(False, reason="there is an explanation")
        return self._read(response, _OPTION, lambda letters: letters == _LETTERS)

    def check_reference(self, response: Response) -> Verdict:
        """Count lines that begin with a letter from A to E."""
        return self._read(response, _PUBLISHED, lambda letters: len(letters) == len(_LETTERS))

    def _read(
        self, response: Response, option: re.Pattern[str], are_right: Callable[[list[str]], bool]
    ) -> Verdict:
        if not response.text.startswith("Question"):
            return self.verdict(False, reason='does not begin with "Question"')
        parts = list(filter(None, map(str.strip, _QUESTION.split(response.text))))
        if len(parts) != _QUESTIONS:
            return self.verdict(False, measured=len(parts), reason=counted(len(parts), "question"))
        lengths = []
        for number, part in enumerate(parts, 1):
            question, letters = _question(part, option)
            if not are_right(letters):
                reason = f"question {number}: options {' '.join(letters) or 'missing'}"
                return self.verdict(False, measured=len(letters), reason=reason)
            lengths.append(len(question))
        return self.verdict(
            lengths == sorted(set(lengths)), reason=f"lengths: {', '.join(map(str, lengths))}"
        )


def _question(part: str, option: re.Pattern[str]) -> tuple[str, list[str]]:
    """Return a question without its options, and their letters."""
    lines = [line.strip() for line in part.split("\n")]
    options = [(at, match[1]) for at, line in enumerate(lines) if (match := option.match(line))]
    first = options[0][0] if options else len(lines)
    return " ".join(lines[:first]).strip(), [letter.upper() for _, letter in options]
