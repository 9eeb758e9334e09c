"""What a verifier can say, as data, of every response that meets it: `Verifier.entails`.

    def entails(self) -> tuple[Fact, ...]:
        return (Amount("emoji", at_most=self.limit),)

From facts `hir-kit lint` sees that two constraints contradict each other, and that a prompt states
another number than the kwargs.
"""

from __future__ import annotations

from dataclasses import dataclass

_NOT_GIVEN = -1


@dataclass(frozen=True, slots=True)
class Amount:
    """The response has so many of something.

    Attributes:
        what: A plural noun, as instructions call it, such as "words". Facts about the same noun are
            held against each other.
        at_least: How many there are at least.
        at_most: How many there are at most; None where there is no limit.
        called: Other plural nouns that instructions use for it.
    """

    what: str
    at_least: int = 0
    at_most: int | None = None
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mentions:
    """A text stands in the response so often.

    Attributes:
        text: The text, taken literally.
        at_least: How often it stands there at least; once where no bound is given.
        at_most: How often at most; None where there is no limit, 0 where it is forbidden.
        any_case: Whether case is disregarded.
        whole_word: Whether only places count where the text is a word of its own.
    """

    text: str
    at_least: int = _NOT_GIVEN
    at_most: int | None = None
    any_case: bool = True
    whole_word: bool = False

    def __post_init__(self) -> None:
        if self.at_least == _NOT_GIVEN:
            object.__setattr__(self, "at_least", 1 if self.at_most is None else 0)


@dataclass(frozen=True, slots=True)
class Begins:
    """The response begins with one of these texts, white space aside."""

    texts: tuple[str, ...]
    any_case: bool = True


@dataclass(frozen=True, slots=True)
class Ends:
    """The response ends with one of these texts, white space aside."""

    texts: tuple[str, ...]
    any_case: bool = True


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The response is in a language, given by its code ("en", "zh-cn"; "zh" is any Chinese)."""

    code: str


Fact = Amount | Mentions | Begins | Ends | InLanguage

SMALL, CAPITAL = "lower-case letters", "capital letters"


def no_small_letters() -> tuple[Amount, ...]:
    """Return what is true of a text in capitals."""
    return Amount(SMALL, at_most=0), Amount(CAPITAL, at_least=1)


def no_capital_letters() -> tuple[Amount, ...]:
    """Return what is true of a text in lower case."""
    return Amount(CAPITAL, at_most=0), Amount(SMALL, at_least=1)
