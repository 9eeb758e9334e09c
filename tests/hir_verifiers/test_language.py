from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import langdetect
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from langdetect import DetectorFactory, LangDetectException

from hir_verifiers.exact import language
from hir_verifiers.exact.profiles import profiles


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    seed = DetectorFactory.seed
    DetectorFactory.seed = 0
    yield
    DetectorFactory.seed = seed


def reference(text: str) -> str | None:
    try:
        return str(langdetect.detect(text))
    except LangDetectException:
        return None


SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "Der schnelle braune Fuchs springt über den faulen Hund.",
    "El rápido zorro marrón salta sobre el perro perezoso.",
    "Быстрая коричневая лиса прыгает через ленивую собаку.",
    "素早い茶色の狐がのろまな犬を飛び越える。カタカナ",
    "敏捷的棕色狐狸跳过了懒狗。",
    "빠른 갈색 여우가 게으른 개를 뛰어넘는다.",
    "ही एक मराठी वाक्य आहे. यह एक हिंदी वाक्य है।",
    "Con cáo nâu nhanh nhẹn nha\u0309y qua con chó lươ\u0300i bie\u0302\u0301ng.",
    "Vulpea maro și rapidă sare peste câinele leneș, țara.",
    "یک روباه قهوه‌ای سریع از روی سگ تنبل می‌پرد",
    "THE QUICK BROWN FOX JUMPS over NASA's ROOF IN THE U.S.",
    "See https://example.org/a?b=c&d=e and write to first.last@mail.example.com now",
    "ಇದು ಕನ್ನಡ ವಾಕ್ಯ. ",
    "నేను ఇంటికి వెళ్తున్నాను. ",
    "ฉันกำลังจะกลับบ้านวันนี้ ",
    "હું આજે ઘરે જાઉં છું. ",
    "நான் வீட்டிற்குச் செல்கிறேன். ",
    "ㄅㄆㄇ ㆠ 12345 !!! \xa0«»°  \u2003\u2019",
    "\ud800 lone \udfff surrogates \x00 and\ufeff marks",
]

texts = st.lists(
    st.one_of(
        st.sampled_from(SENTENCES),
        st.sampled_from(SENTENCES).map(str.upper),
        st.text(st.characters(exclude_categories=()), max_size=30),
        st.text("aAbBÉéß @.-_:/ht ps", max_size=30),
        st.sampled_from([" ", "  ", "\n", "\t", "@", "http://", "x" * 50]),
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(texts)
@example("")
@example("   ")
@example("12345 !!!")
@example("A")
@example("a")
@example("AB")
@example("é")
@example("빠른 갈색 여우가 게으른 개를 뛰어넘는다.õ")  # in every letter known to Latin's languages
def test_it_decides_as_langdetect_does_with_seed_0(text: str) -> None:
    assert language.detect(text) == reference(text)


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(1, 600), texts)
def test_long_texts_are_cut_where_langdetect_cuts_them(head: str, times: int, tail: str) -> None:
    text = head * times + tail
    assert language.detect(text) == reference(text)


@pytest.mark.parametrize(
    "unit",
    ["http://" + "a" * 2076 + " ", "a" * 64 + "@" + "b" * 510 + " ", "e\u0301", "x   ", "a@"],
)
def test_what_langdetect_removes_does_not_move_the_cut(unit: str) -> None:
    text = unit * 40 + SENTENCES[1] * 300 + SENTENCES[0] * 300
    assert language.detect(text) == reference(text)


def test_every_real_text_gets_langdetects_answer(shared: Path) -> None:
    wrong = [t for t in real_texts(shared) if language.detect(t) != reference(t)]
    assert not wrong


def real_texts(shared: Path) -> list[str]:
    found: list[str] = []
    for path in sorted(shared.glob("data/if*/*.jsonl")):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        found += [row[key] for row in rows for key in ("prompt", "response") if key in row]
    rows = json.loads((shared / "data/muldimif/test_even_rows.json").read_text())
    found += [turn["content"] for row in rows for turn in row["conversations"]]
    return list(dict.fromkeys(found))


def test_nothing_to_go_by_gives_none() -> None:
    assert language.detect("12345 !!!") is None


def test_the_seed_that_others_set_plays_no_part() -> None:
    text = "Ok la casa no"
    with_zero = language.detect(text)
    for seed in (None, 1, 42):
        DetectorFactory.seed = seed
        assert language.detect(text) == with_zero
        assert DetectorFactory.seed == seed


def test_no_global_random_state_is_touched() -> None:
    state = random.getstate()
    language.detect(SENTENCES[0])
    assert random.getstate() == state


def test_order_and_threads_change_nothing() -> None:
    forward = [language.detect(text) for text in SENTENCES]
    with ThreadPoolExecutor(4) as pool:
        threaded = list(pool.map(language.detect, SENTENCES[::-1] * 20))
    assert threaded == forward[::-1] * 20


def test_a_fresh_process_agrees() -> None:
    code = "import sys; from hir_verifiers.exact.language import detect; print(detect(sys.argv[1]))"
    root = Path(language.__file__).parents[2]
    fresh = subprocess.run(
        [sys.executable, "-c", code, SENTENCES[9]],
        env={"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert fresh.stdout.strip() == language.detect(SENTENCES[9])


def test_languages_are_those_of_langdetect() -> None:
    langdetect.detector_factory.init_factory()
    factory = langdetect.detector_factory._factory
    assert sorted(profiles().every.codes) == sorted(factory.get_lang_list())
    assert len(profiles().every.codes) == 55
