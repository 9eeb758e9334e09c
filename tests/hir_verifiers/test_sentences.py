from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nltk
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from hir_verifiers import nltk_folders, punkt
from hir_verifiers.analyses import count_sentences, sentences
from hir_verifiers.exact import sentences as module
from hir_verifiers.exact.sentences import Splitter
from hir_verifiers.punkt import embedded, source
from hir_verifiers.reading import read_each, read_sentences


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let each test, and the ones elsewhere, find its own punkt data."""
    module._splitter.cache_clear()
    punkt._chosen.cache_clear()
    yield
    module._splitter.cache_clear()
    punkt._chosen.cache_clear()


@pytest.fixture
def data_path(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    def use(path: Path) -> None:
        monkeypatch.setattr(nltk.data, "path", [str(path)])
        module._splitter.cache_clear()
        punkt._chosen.cache_clear()

    return use


def plain(params: Any) -> Callable[[str], list[str]]:
    """Give NLTK's own tokenizer without the wall-clock limit, which a slow machine may meet."""
    tokenizer = PunktSentenceTokenizer(params)
    rules = tokenizer._lang_vars
    rules._re_period_context = module.untimed(rules.period_context_re())
    return lambda text: list(tokenizer.tokenize(text))


def found(own: Splitter, text: str) -> list[str]:
    return [text[start:stop] for start, stop in own.spans(text)]


EMBEDDED = embedded()
OWN = Splitter(embedded())
NLTK = plain(EMBEDDED)
BARE_OWN = Splitter(PunktParameters())
BARE_NLTK = plain(PunktParameters())

WORDS = """
word Word WORD the The is Dr. Mr. e.g. etc. U.S. Inc. J. a. I. x 1. 2020. 3.14 12) 1990 vs. no. p.m
don't it's well-known. mid- -- - ... .. . ! ? ?! !!! ." !' .) ?] .** **Bold:** *x* "Yes." (No.) 'a.
,. ,, ; : étude. ÜBER. Σίγας. हिंदी. తెలుసు. 你好. 。 “Why?” ‘so.’ «oui.» .” .’ ) ' " ** \x1c \x85
\xa0 \u2028 \u200b ½. ①. ٣. \ud800. \x00. \ufeff A.B. (3). [1]. #. %. _. j. smith The- no,.
a,b. .5. -3.
"""
pieces = st.one_of(
    st.sampled_from(re.split("[ \n]+", WORDS)),
    st.text(st.characters(exclude_categories=()), max_size=6),
    st.text("aB1.?! \n\t\"')-,*", max_size=8),
    st.characters(exclude_categories=["Cs"]).map(lambda initial: f"{initial}."),
)
gaps = st.sampled_from(
    [" ", " ", " ", "", "\n", "\n\n", "  ", "\t", "\r\n", " \n ", "\x1c", "\u3000"]
)
texts = st.lists(st.tuples(pieces, gaps), max_size=14).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "500")), deadline=None)
@given(texts)
@example("")
@example(" Hello. World")
@example(". . .\n. x")
@example("Hello.\n\x1c")
@example('He said "Go." Then left. ) -- x')
@example("x.'  ' a. )")
def test_it_cuts_where_nltk_cuts(text: str) -> None:
    assert found(OWN, text) == NLTK(text)
    assert found(BARE_OWN, text) == BARE_NLTK(text)


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "500")), deadline=None)
@given(
    st.lists(
        texts.map(lambda text: re.sub(r"[\n\x1c-\x1f]+", "\n", text).strip()).filter(len),
        max_size=5,
    )
)
@example(["I.", ") word? a"])
@example(['"Why?"', "he said. So", "1. a", "etc. b. C"])
def test_texts_are_read_together_as_one_by_one(texts: list[str]) -> None:
    worded = [f"1. So {text} so" for text in texts]
    assert each(worded) == [stripped(read_sentences(text)) for text in worded]
    assert each([*texts, *worded])[: len(texts)] == [each([text])[0] for text in texts]


def each(texts: list[str]) -> list[list[str]]:
    return [stripped(pieces) for pieces in read_each(texts)]


def stripped(pieces: list[str]) -> list[str]:
    return [piece.strip() for piece in pieces]


class Reference(NamedTuple):
    """NLTK's tokenizer with NLTK's parameters, and ours with the same."""

    nltk: Callable[[str], list[str]]
    own: Splitter


@pytest.fixture(scope="session")
def reference(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("nltk_data")
    copy_data(shared, folder, 0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk.data, "path", [str(folder)])
        params, again = punkt._installed()[0], punkt._installed()[0]
    return Reference(plain(params), Splitter(again))


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_with_nltks_parameters_too(reference: Reference, text: str) -> None:
    assert found(reference.own, text) == reference.nltk(text)


def real_texts(shared: Path) -> list[str]:
    rows = [
        json.loads(line)
        for path in sorted(shared.glob("data/if*/*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    return [row[key] for row in rows for key in ("prompt", "response") if key in row]


def test_every_real_text_is_cut_as_nltk_does(shared: Path, reference: Reference) -> None:
    for text in real_texts(shared):
        assert found(OWN, text) == NLTK(text)
        assert found(reference.own, text) == reference.nltk(text)


def test_the_embedded_parameters_agree_with_nltks(shared: Path, reference: Reference) -> None:
    responses = [
        json.loads(line)["response"]
        for path in sorted(shared.glob("data/if*/responses_*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    same = sum(len(found(OWN, text)) == len(found(reference.own, text)) for text in responses)
    assert same / len(responses) > 0.98


def test_what_the_embedded_parameters_know() -> None:
    text = "Dr. A. Smith of Acme Inc. paid $3.50 at 5 p.m. on Jan. 3. The U.K. won! Did it? Yes."
    assert found(OWN, text) == [
        "Dr. A. Smith of Acme Inc. paid $3.50 at 5 p.m. on Jan. 3.",
        "The U.K. won!",
        "Did it?",
        "Yes.",
    ]


def test_no_data_means_the_embedded_parameters(
    tmp_path: Path, data_path: Callable[[Path], None]
) -> None:
    data_path(tmp_path)
    assert source() == "embedded"
    assert sentences("One. Two.") == ["One.", "Two."]
    assert count_sentences("One. Two.") == 2
    assert count_sentences("") == 0


def test_no_folder_of_nltks_is_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is looked at without importing NLTK must hold all that NLTK looks at."""
    monkeypatch.setenv("NLTK_DATA", f"{tmp_path}{os.pathsep}~/mine")
    code = "import nltk.data; print(*nltk.data.path, sep=chr(10))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert len(run.stdout.splitlines()) > 2
    assert set(map(Path, run.stdout.splitlines())) <= set(nltk_folders._folders())


def without_data(code: str, tmp_path: Path) -> str:
    """Run code in a process of its own where NLTK finds no data; return what it prints."""
    if nltk_folders.may_hold("tokenizers"):
        pytest.skip("NLTK has data on this machine")
    paths = os.pathsep.join(path for path in sys.path if path)
    environ = {**os.environ, "HOME": str(tmp_path), "NLTK_DATA": "", "PYTHONPATH": paths}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_nltk_is_not_imported_to_say_that_it_has_no_data(tmp_path: Path) -> None:
    code = (
        "import sys; from hir_verifiers.punkt import source; print(source());"
        "assert 'nltk' not in sys.modules"
    )
    assert without_data(code, tmp_path) == "embedded\n"


def test_its_tokenizers_alone_are_loaded_and_leave_no_trace(tmp_path: Path) -> None:
    code = """
import sys
from hir_verifiers.analyses import count_capital_words, sentences

assert sentences("Mr. A. Smith went. HE won.") == ["Mr. A. Smith went.", "HE won."]
assert count_capital_words("It CAN'T, I CANNOT.") == 5
assert not any(name.startswith("nltk") for name in sys.modules)

import nltk.tokenize.punkt

assert nltk.NLTKWordTokenizer().tokenize("I CANNOT.") == ["I", "CAN", "NOT", "."]
"""
    without_data(code, tmp_path)


def test_threads_may_begin_together(tmp_path: Path) -> None:
    code = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from hir_verifiers.exact.tokenizer import tokens

def begin(_):
    barrier.wait()
    return tokens("I CANNOT.")

sys.setswitchinterval(1e-6)
barrier = Barrier(8)
with ThreadPoolExecutor(8) as pool:
    assert list(pool.map(begin, range(8))) == [["I", "CAN", "NOT", "."]] * 8
assert "nltk" not in sys.modules
"""
    without_data(code, tmp_path)


@pytest.mark.parametrize("packed", ["", "tokenizers", "tokenizers/punkt_tab"])
def test_packed_data_are_used_too(
    shared: Path, tmp_path: Path, data_path: Callable[[Path], None], packed: str
) -> None:
    root = tmp_path / "data"
    copy_data(shared, root, 0o755)
    folder = root / packed
    within = (folder.parent, folder.name) if packed else (folder, ".")
    archive = Path(shutil.make_archive(str(folder), "zip", *within))
    archive.chmod(0o644)
    shutil.rmtree(folder)
    data_path(root if packed else archive)
    assert source() == "nltk punkt_tab/english"
    assert count_sentences("Mr. Smith went. He came.") == 2


def test_nltks_data_are_used_where_it_finds_them(
    shared: Path, tmp_path: Path, data_path: Callable[[Path], None]
) -> None:
    copy_data(shared, tmp_path, 0o755)
    data_path(tmp_path)
    assert source() == "nltk punkt_tab/english"
    assert count_sentences("Mr. Smith went. He came.") == 2


@pytest.mark.skipif(not hasattr(nltk, "pathsec"), reason="this NLTK refuses no data")
def test_refused_data_are_named(
    shared: Path, tmp_path: Path, data_path: Callable[[Path], None]
) -> None:
    copy_data(shared, tmp_path, 0o775)
    data_path(tmp_path)
    assert source().startswith("embedded (NLTK refused its punkt data: ")
    assert "writable" in source()
    assert count_sentences("One. Two.") == 2


def test_a_damaged_folder_is_refused_too(tmp_path: Path, data_path: Callable[[Path], None]) -> None:
    (tmp_path / punkt._RESOURCE).mkdir(parents=True)
    data_path(tmp_path)
    assert source().startswith("embedded (NLTK refused its punkt data: ")


BREAKS: dict[str, Callable[[Path], object]] = {
    "a cut table": lambda folder: cut(folder / "ortho_context.tab"),
    "cut abbreviations": lambda folder: cut(folder / "abbrev_types.txt"),
    "no collocations": lambda folder: (folder / "collocations.tab").write_bytes(b""),
    "no pairs": lambda folder: (folder / "collocations.tab").write_text("##number##\n"),
    "no beginnings": lambda folder: (folder / "sent_starters.txt").write_bytes(b""),
    "numbers that are none": lambda folder: (folder / "ortho_context.tab").write_text("the\tx\n"),
    "other content": lambda folder: (folder / "abbrev_types.txt").write_text("<html>\n404\n"),
    "bytes": lambda folder: (folder / "sent_starters.txt").write_bytes(b"\xff\xfe\x00"),
    "a missing table": lambda folder: (folder / "collocations.tab").unlink(),
}


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("broken", BREAKS)
def test_broken_data_are_left_for_the_embedded_ones(
    shared: Path, tmp_path: Path, data_path: Callable[[Path], None], broken: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv(punkt._SAID, raising=False)
    copy_data(shared, tmp_path, 0o755)
    BREAKS[broken](tmp_path / punkt._RESOURCE)
    data_path(tmp_path)
    assert source().startswith("embedded (NLTK refused its punkt data: ")
    assert count_sentences("Mr. Smith went. He came.") == 2
    assert capsys.readouterr().err.count("sentence splitter: embedded (NLTK refused") == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut short", b"", b"<html>", "cut"])
def test_a_broken_archive_too(
    shared: Path, tmp_path: Path, data_path: Callable[[Path], None], content: bytes | str
) -> None:
    folder = tmp_path / "tokenizers"
    folder.mkdir(mode=0o755)
    archive = folder / "punkt_tab.zip"
    if isinstance(content, str):
        whole = shutil.make_archive(str(tmp_path / "whole"), "zip", shared / "nltk_data/tokenizers")
        content = Path(whole).read_bytes()[:-4000]
    archive.write_bytes(content)
    archive.chmod(0o644)
    data_path(tmp_path)
    assert source().startswith("embedded (NLTK refused its punkt data: ")
    assert count_sentences("Mr. Smith went. He came.") == 2


def copy_data(shared: Path, target: Path, mode: int) -> None:
    shutil.copytree(shared / "nltk_data", target, dirs_exist_ok=True)
    for path in [target, *target.rglob("*")]:
        path.chmod(mode if path.is_dir() else mode & 0o666)


@pytest.mark.parametrize(
    "unit", [". ", "!", "!)", "x.\n", "a. b. ", "1. x ", 'x."', "Run fast now. ", "x.\t", "x... "]
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    start = time.process_time()
    count_sentences(text)
    assert time.process_time() - start < 2


def test_memory_does_not_grow_with_what_was_seen() -> None:
    params = embedded()
    own = Splitter(params)
    known = len(params.ortho_context)
    for number in range(300):
        found(own, f"So says J. Name{number}. Then 5. word{number}")
    assert len(params.ortho_context) == known
