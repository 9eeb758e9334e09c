"""Multiple choice questions."""

from __future__ import annotations

import re

from hir_kit import Response, Verdict, Verifier, counted, fails, passes

_QUESTION = re.compile(r"Question \d+[.|):;]?")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
_QUESTIONS, _OPTIONS = 4, 5


class MultipleChoice(Verifier, id="custom:mcq_count_length"):
    """Four questions with five options each, every question longer than the one before.

    ## What it checks
    The response begins with "Question", and "Question 1" and so on stand before four parts. Each
    has five lines that begin with a letter from A to E and `.` or `)`; what stands before the first
    is the question, and each is longer, in characters, than the one before.

    ## References
    IFBench (arXiv 2507.02833), `custom:mcq_count_length`.
    """

    cases = (
        passes(
            "".join(
                f"Question {n}: Who{'o' * n}?\nA) a\nB) b\nC) c\nD) d\nE) e\n\n" for n in range(4)
            )
        ),
        fails("".join(f"Question {n}: Who?\nA) a\nB) b\nC) c\nD) d\nE) e\n\n" for n in range(4))),
        fails("Question 1: Who?\nA) a\nB) b\nC) c\nD) d\nE) e"),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            'Generate 4 multiple choice questions with 5 options each about "20th century art '
            'history". Each question should start with the label "Question". The questions should '
            "get progressively longer. Do not provide an explanation."
        )

    def check(self, response: Response) -> Verdict:
        """Count questions and options, and compare the lengths."""
        if not response.text.startswith("Question"):
            return self.verdict(False, reason='does not begin with "Question"')
        parts = list(filter(None, map(str.strip, _QUESTION.split(response.text))))
        if len(parts) != _QUESTIONS:
            return self.verdict(False, measured=len(parts), reason=counted(len(parts), "question"))
        lengths = []
        for number, part in enumerate(parts, 1):
            question, options = _question(part)
            if options != _OPTIONS:
                return self.verdict(
                    False, measured=options, reason=f"question {number}: {options} options"
                )
            lengths.append(len(question))
        return self.verdict(
            lengths == sorted(set(lengths)), reason=f"lengths: {', '.join(map(str, lengths))}"
        )


def _question(part: str) -> tuple[str, int]:
    """Return a question without its options, and their number."""
    lines = [line.strip() for line in part.split("\n")]
    options = [at for at, line in enumerate(lines) if _OPTION.match(line)]
    first = options[0] if options else len(lines)
    return " ".join(lines[:first]).strip(), len(options)
