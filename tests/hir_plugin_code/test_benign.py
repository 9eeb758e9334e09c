"""Functions as the data have them get their verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from hir_kit import Status

from .benign import BENIGN
from .conftest import Ask


@pytest.mark.parametrize(("source", "good", "bad"), BENIGN)
def test_a_function_says_what_it_says(ask: Ask, source: str, good: str, bad: str) -> None:
    assert ask(source, good).status is Status.SATISFIED, ask(source, good).reason
    assert ask(source, bad).status is Status.VIOLATED, ask(source, bad).reason


def test_there_are_enough_of_them() -> None:
    assert len({source for source, _, _ in BENIGN}) >= 30


def test_nltk_decides_where_its_data_are(
    ask: Ask, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hir_plugin_code.sandboxes import sandboxes

    source = "import nltk\ndef evaluate(response):\n    return len({}(response)) == 2"
    text = "Dr. Hall drinks tea. It is hot."
    sandboxes().close()
    monkeypatch.setenv("NLTK_DATA", str(shared / "nltk_data"))
    try:
        assert ask(source.format("nltk.sent_tokenize"), text).status is Status.SATISFIED
        assert ask(source.format("nltk.word_tokenize"), "Tea.").status is Status.SATISFIED
        untold = ask(source.format("nltk.corpus.wordnet.synsets"), "tea")
        assert untold.status is Status.UNKNOWN
    finally:
        sandboxes().close()  # it has the data


def test_two_processes_agree_on_the_order_of_sets(ask: Ask) -> None:
    from hir_plugin_code.sandboxes import sandboxes

    source = "def evaluate(response):\n    return list(set(response.split()))[0] == '{}'"
    words = "tea milk sugar lemon honey"
    first = [ask(source.format(word), words).status for word in words.split()]
    sandboxes().close()
    assert [ask(source.format(word), words).status for word in words.split()] == first
    assert first.count(Status.SATISFIED) == 1


def test_the_instruction_is_given_where_it_is_looked_at(ask: Ask) -> None:
    source = (
        "def check_following(instruction, response):\n"
        "    return all(word in response for word in instruction.split())"
    )
    assert ask(source, "hot tea", instruction="tea").status is Status.SATISFIED
    assert ask(source, "hot tea", instruction="milk").status is Status.VIOLATED
    assert "looks at the instruction" in str(ask(source, "hot tea").reason)


def test_several_functions_have_to_agree(ask: Ask) -> None:
    short, long = (f"def evaluate(response):\n    return len(response) < {n}" for n in (5, 50))
    assert ask(short, "tea", also=[long]).status is Status.SATISFIED
    assert ask(short, "x" * 99, also=[long]).status is Status.VIOLATED
    assert "disagree" in str(ask(short, "x" * 9, also=[long]).reason)


def test_a_function_may_have_another_name(ask: Ask) -> None:
    source = "def other(response):\n    return False\n\ndef mine(text, response):\n    return True"
    kwargs = {"function": "mine", "takes": "instruction, response"}
    assert ask(source, **kwargs).status is Status.SATISFIED
    assert "defines no function check_following or evaluate" in str(ask(source).reason)
    assert "defines no function 'yours'" in str(ask(source, function="yours").reason)
