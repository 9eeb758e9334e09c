"""The sessions themselves: they notice what is not true, and change nothing that is."""

from __future__ import annotations

from pathlib import Path

import pytest
import sessions


def _page(body: str, note: str = "", language: str = "console") -> str:
    return f"Text.\n\n{note}```{language}\n{body}```\n\nMore text.\n"


def test_output_is_written_and_then_stays(tmp_path: Path) -> None:
    page = sessions.replayed(
        _page("$ echo one; echo two\n$ printf '1\\n2\\n3\\n'\n"), tmp_path / "a"
    )
    assert "$ echo one; echo two\none\ntwo\n$ printf" in page
    assert sessions.replayed(page, tmp_path / "b") == page


def test_a_gap_stands_for_any_lines(tmp_path: Path) -> None:
    page = _page("$ seq 9\n1\n...\n8\n9\n")
    assert sessions.replayed(page, tmp_path) == page


def test_a_gap_within_a_line_stands_for_any_text(tmp_path: Path) -> None:
    page = _page("$ echo took 17 s, fine\ntook ... s, fine\n")
    assert sessions.replayed(page, tmp_path) == page


def test_stale_output_is_trimmed_at_the_same_place(tmp_path: Path) -> None:
    page = sessions.replayed(_page("$ seq 9\na\n...\nb\nc\n"), tmp_path)
    assert "$ seq 9\n1\n...\n8\n9\n```" in page


def test_a_gap_within_a_line_survives_where_its_line_still_fits(tmp_path: Path) -> None:
    page = _page("$ echo new; seq 3; echo took 17 s\nold\n...\ntook ... s\n")
    assert "\nnew\n...\ntook ... s\n" in sessions.replayed(page, tmp_path)


def test_lines_that_are_not_there_are_noticed(tmp_path: Path) -> None:
    assert "two" not in sessions.replayed(_page("$ echo one\none\ntwo\n"), tmp_path)


def test_a_command_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(sessions.SessionError, match="exit code 3, not 0"):
        sessions.replayed(_page("$ exit 3\n"), tmp_path / "a")
    sessions.replayed(_page("$ exit 3\n", "<!-- exit: 3 -->\n"), tmp_path / "b")


def test_a_failure_within_a_pipe_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(sessions.SessionError):
        sessions.replayed(_page("$ hir-kit verify missing.jsonl 2>&1 | cat\n"), tmp_path)


def test_files_and_python_blocks(tmp_path: Path) -> None:
    page = (
        _page("7\n", "<!-- file: folder/seven.txt -->\n", "text")
        + _page("print(open('folder/seven.txt').read())\n", language="python")
        + _page("", "<!-- output -->\n", "text")
        + _page("$ false\n", "<!-- not run: it fails -->\n")
    )
    assert "<!-- output -->\n```text\n7\n" in sessions.replayed(page, tmp_path)


def test_a_python_block_that_raises_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(sessions.SessionError, match="ZeroDivisionError"):
        sessions.replayed(_page("1 / 0\n", language="python"), tmp_path)


def test_a_command_may_go_on_in_the_next_line() -> None:
    first, second = sessions.commands("$ one \\\n    two\nout\n$ three\n")
    assert first.line == "one \\\n    two"
    assert first.output == ("out",)
    assert second.line == "three"


def test_a_console_block_starts_with_a_command() -> None:
    with pytest.raises(sessions.SessionError):
        sessions.commands("out\n")
