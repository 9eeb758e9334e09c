"""IFEval's constraints in other languages: cases, counts, signs, and any text."""

from __future__ import annotations

import os
import time
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import CheckOptions, ConstraintSpec, KwargsError, Response
from hir_kit.authoring.cases import self_check
from hir_plugin_languages import MODULES, analyses, subjects

KIT = hir_kit.load(installed=False)
REGISTRY = KIT.registry
IDS = [id for id in REGISTRY if REGISTRY.owner(id) == "hir_plugin_languages"]
CODES = sorted(module.rpartition(".")[2] for module in MODULES)


def verdict(id: str, text: str, *, reference: bool = False, **kwargs: Any) -> hir_kit.Verdict:
    options = CheckOptions(reference=reference)
    return KIT.checker([ConstraintSpec(id, kwargs)], options).check(text).strict[0]


@pytest.mark.parametrize("code", CODES)
def test_every_case_of_a_language_holds(code: str) -> None:
    ids = [id for id in IDS if id.startswith(f"{code}:")]
    assert [problem for id in ids for problem in self_check(REGISTRY, id)] == []
    for id in ids:
        cls = REGISTRY[id]
        assert "## What it checks" in (cls.__doc__ or ""), id


def test_a_language_is_made_when_one_of_its_ids_is_met() -> None:
    import subprocess
    import sys

    code = (
        "import sys, hir_kit; hir_kit.load(); print([m for m in sys.modules if '_languages.' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_language_nothing_has_changed() -> None:
    assert verdict("punctuation:no_comma", "好，好。").status == "satisfied"
    assert verdict("length_constraints:number_words", "我们喝茶", num_words=2).measured == 1


@pytest.mark.parametrize(
    ("code", "text", "n"),
    [
        ("zh", "他买了3个iPhone，很贵。", 8),
        ("zh", "一二三、四五六。", 6),
        ("ja", "コーヒーを飲む。", 7),
        ("ja", "か\u3099く", 2),
        ("ko", "나는 (어제) 학교에 갔다 .", 4),
        ("hi", "नमस्ते दुनिया, कैसे हैं आप?", 5),
        ("bn", "আমি বাংলায় কথা বলি।", 4),
        ("ar", "ذَهَبَ الوَلَدُ إلى المدرسة", 4),
        ("fa", "او می\u200cرود.", 2),
        ("en", "Don't pay 3.14!", 5),
        ("es", "1. Hola, 3,5 euros\n- y adiós", 5),
        ("fr", "L'homme est peut-être là", 6),
        ("de", "Straße der Freundschaft", 3),
        ("vi", "Xin chào các bạn", 4),
    ],
)
def test_words_are_counted_as_the_language_writes_them(code: str, text: str, n: int) -> None:
    assert verdict(f"{code}:length_constraints:number_words", text, num_words=0).measured == n


@pytest.mark.parametrize(
    ("code", "text", "n"),
    [
        ("zh", "下雨了！！真的吗？是的。好……", 4),
        ("zh", "标题\n第一句。第二句。\n\n", 3),
        ("zh", "“去吗？”", 1),
        ("zh", "It rains. We stay. 好。", 3),
        ("zh", "版本3.5发布了。", 1),
        ("zh", "，。！", 0),
        ("ja", "雨だ（とても。）帰る。", 1),
        ("ko", "비가 온다. 정말? 그래!", 3),
        ("hi", "वर्षा हुई। हम घर गए। क्यों?", 3),
        ("ar", "هل ذهبت؟ نعم. حسنا!", 3),
        ("ur", "بارش ہے۔ گھر چلو۔", 2),
        ("es", "El Sr. García vive en la c. Mayor. ¿Sí? ¡Claro!", 3),
        ("es", "Mide 3.5 metros. Pesa mucho", 2),
        ("fr", "M. Dupont est né en 1990. Il dort… enfin.", 2),
        ("de", "Am 3. Mai kam er. Dann ging er.", 2),
        ("de", "Das kostet z.B. 5 Euro.", 1),
        ("de", "Er sagte: „Komm! Los!“ und ging.", 1),
        ("de", "»Komm! Los!«, rief er. Dann Ruhe.", 2),
        ("de", 'Sie sagte: "Es regnet. Wir gehen." Dann ging sie.', 2),
        ("de", "„Es regnet. Wir gehen.“", 2),
        ("it", "Il dott. Rossi arriva. Bene.", 2),
        ("fr", "« Viens ! » dit-il. Elle vint.", 2),
        ("fr", "« Viens ! », dit-il. Elle vint.", 2),
        ("ru", "«Иди!» — сказал он. Она пошла.", 2),
        ("es", "—¿Vienes? —preguntó Ana. Nadie contestó.", 2),
        ("en", "“Come!” he said. She came.", 2),
        ("de", "# Regen\n\nEs regnet. Wir bleiben.", 2),
        ("de", "Tipps:\n\n- Wasser trinken.\n- Gut schlafen.", 2),
        ("zh", "1. 喝水。\n2. 睡觉。", 2),
        ("zh", "## 下雨\n\n下雨了。停了。", 2),
        ("zh", "“你好！”他说。", 1),
        ("zh", "他说 Oh no. Really!!", 2),
        ("en", "Oh no. *Really?!*", 2),
    ],
)
def test_sentences_are_counted_as_the_language_ends_them(code: str, text: str, n: int) -> None:
    id = f"{code}:length_constraints:number_sentences"
    assert verdict(id, text, num_sentences=0).measured == n


@pytest.mark.parametrize("code", ["zh", "ja"])
def test_an_ellipsis_within_a_line_may_end_a_sentence(code: str) -> None:
    id, text = f"{code}:length_constraints:number_sentences", "茶……很好。"
    found = verdict(id, text, num_sentences=2)
    assert found.status is hir_kit.Status.UNKNOWN
    assert "an ellipsis or a quotation can be the end" in (found.reason or "")
    assert verdict(id, text, num_sentences=1).satisfied
    assert verdict(id, text, num_sentences=3).status is hir_kit.Status.VIOLATED


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh", "他说：“好。”她走了。"),
        ("ko", "1. 첫째 항목\n2. 둘째 항목"),
        ("de", "- Wasser trinken\n- Gut schlafen"),
        ("de", "Es regnet\n\nWir bleiben."),
        ("ar", "قال: «هيا!» ثم ذهب."),
        ("hi", "“आओ।” उसने कहा।"),
    ],
)
def test_a_quotation_or_a_line_without_a_mark_may_end_a_sentence(code: str, text: str) -> None:
    id = f"{code}:length_constraints:number_sentences"
    found = [verdict(id, text, num_sentences=n).status for n in (1, 2, 3)]
    assert found == ["satisfied", "unknown", "violated"]


@pytest.mark.parametrize(
    ("id", "text", "status"),
    [
        ("zh:startend:quotation", "“茶”和“奶”", "violated"),
        ("zh:startend:quotation", "“他说“好”。”", "satisfied"),
        ("zh:startend:quotation", '"他说"好"。"', "unknown"),
        ("zh:startend:quotation", '"茶好了。"', "satisfied"),
        ("ja:startend:quotation", "「お茶」と「牛乳」", "violated"),
        ("de:startend:quotation", '"Er sagte "ja"."', "satisfied"),
        ("de:change_case:german_lowercase", "die straße ist lang und der weg weit.", "satisfied"),
        ("de:change_case:german_capital", "DIE STRAßE IST LANG UND DER WEG WEIT.", "satisfied"),
    ],
)
def test_a_text_is_judged_as_its_reader_does(id: str, text: str, status: str) -> None:
    assert verdict(id, text).status == status


@pytest.mark.parametrize(
    ("code", "phrase", "text", "status"),
    [
        ("fr", "Merci !", "Bien. Merci\u00a0!", "satisfied"),
        ("de", "Ende gut, alles gut.", "Ja. Ende gut,\nalles gut.", "satisfied"),
        ("de", '"', "Ende gut.", "violated"),
    ],
)
def test_a_phrase_ends_a_response_however_it_is_typed(
    code: str, phrase: str, text: str, status: str
) -> None:
    assert verdict(f"{code}:startend:end_checker", text, end_phrase=phrase).status == status


@pytest.mark.parametrize(
    ("code", "text", "n"),
    [
        ("de", "Ich mag Obst, z. B. Äpfel und Birnen.", 1),
        ("de", "Ich mag Obst, z.\u202fB. Äpfel.", 1),
        ("de", "d. h. Anna geht allein. Dann regnet es.", 2),
        ("de", "Dort leben u. a. Bären. Wölfe auch.", 2),
        ("de", "Das gilt i. d. R. Montags. Der Rest nicht.", 2),
        ("de", "Brot, Milch usw. Dann ging er.", 2),
        ("de", "44 v. Chr. Das war lange her.", 2),
        ("de", "Vitamin C. Das ist gut.", 2),
        ("de", "J. S. Bach lebte in Leipzig.", 1),
        ("de", "Er ist 30. Dann ging er.", 2),
        ("de", "Berlin, 3. Mai 2020.", 1),
        ("de", "Das kostet 5 Mio. Euro.", 1),
        ("de", "„Es regnet.“ Er ging.", 2),
        ("de", "**Es regnet.** Dann ging er.", 2),
        ("de", "es regnet. wir bleiben, z. b. zu hause.", 2),
        ("es", "Los EE. UU. y Canadá, p. ej. Toronto.", 1),
        ("es", "Viajó a EE. UU. Luego volvió.", 2),
        ("es", "D. Juan vive en Av. Los Andes.", 1),
        ("es", "En el s. XX hubo guerras. En el 44 a. C. Los romanos.", 3),
        ("ca", "Ciutats, p. ex. Girona. Plou.", 2),
        ("fr", "Des villes, p. ex. Paris.", 1),
        ("fr", "M. Le Pen, c.-à-d. Jean.", 1),
        ("fr", "Il prit le vol. Puis il dormit.", 2),
        ("fr", "Il saute 5 m. Puis il dort.", 2),
        ("fr", "En 44 av. J.-C. La ville brûla.", 2),
        ("it", "Alcune città, ad es. Roma, ecc. Poi dormì.", 2),
        ("pt", "Cidades, p. ex. Lisboa, o Exmo. Sr. Rui.", 1),
        ("ru", "Города, т. е. Москва, и т. д. Потом он ушёл.", 2),
        ("ru", "Я дал им. Потом ушёл.", 2),
        ("ru", "А. С. Пушкин жил на ул. Мира.", 1),
        ("vi", "TP. Hồ Chí Minh rất đẹp.", 1),
        ("hi", "डॉ. शर्मा, एम. एस. धोनी आए।", 1),
        ("bn", "ডা. রহমান ও মো. করিম।", 1),
        ("ar", "د. أحمد هنا.", 1),
        ("fa", "م. احمدی آمد. او رفت.", 2),
        ("ur", "بارش ہے۔ گھر چلو۔", 2),
        ("ko", "Dr. Kim이 왔다. 안 돼. 집.", 3),
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(code: str, text: str, n: int) -> None:
    id = f"{code}:length_constraints:number_sentences"
    assert verdict(id, text, num_sentences=0).measured == n


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Brot, Milch usw. Anna ging."),
        ("es", "Vive en EE. UU. México es grande."),
        ("fr", "En 44 av. J.-C. Rome brûla."),
        ("ru", "Это было в 1990 г. Москва росла."),
    ],
)
def test_where_an_abbreviation_may_end_a_sentence_bounds_decide(code: str, text: str) -> None:
    id = f"{code}:length_constraints:number_sentences"
    assert verdict(id, text, num_sentences=1).status == "satisfied"
    assert verdict(id, text, num_sentences=3).status == "violated"
    found = verdict(id, text, num_sentences=2)
    assert found.status == "unknown"
    assert (found.reason or "").startswith("from 1 to 2 sentences: an abbreviation, a quotation")


@pytest.mark.parametrize(
    ("code", "sign", "status"),
    [
        ("zh", "，", "violated"),
        ("zh", "、", "violated"),
        ("zh", ",", "violated"),
        ("zh", "。", "satisfied"),
        ("ja", "、", "violated"),
        ("ko", "，", "violated"),
        ("ar", "،", "violated"),
        ("ar", "؛", "violated"),
        ("fa", "،", "violated"),
        ("ur", "،", "violated"),
        ("es", ",", "violated"),
        ("es", "，", "satisfied"),
    ],
)
def test_commas_are_those_of_the_language(code: str, sign: str, status: str) -> None:
    assert verdict(f"{code}:punctuation:no_comma", f"a{sign}b").status == status


@pytest.mark.parametrize(
    ("code", "text", "word", "status"),
    [
        ("ko", "사과를 먹었다.", "사과", "violated"),
        ("ko", "사과나무 아래.", "사과", "satisfied"),
        ("ar", "وبالكتاب", "كتاب", "violated"),
        ("ar", "كتابة", "كتاب", "satisfied"),
        ("hi", "घरों में", "घर", "satisfied"),
        ("hi", "घर में", "घर", "violated"),
        ("es", "canción", "cancio\u0301n", "violated"),
        ("de", "STRASSE", "Straße", "violated"),
        ("de", "Eine Straße.", "STRASSE", "violated"),
        ("de", "Die Masse.", "Maße", "satisfied"),
        ("de", "Eine E\u2011Mail.", "E-Mail", "violated"),
        ("fr", "C’est bon\u00a0marché.", "bon marché", "violated"),
        ("ko", "사과였다.", "사과", "violated"),
        ("ar", "هذا كِتَابٌ", "كتاب", "violated"),
        ("ar", "هذا كتاب", "ـ", "satisfied"),
        ("fa", "كتاب خوب", "کتاب", "violated"),
        ("ur", "كتاب یہاں", "کتاب", "violated"),
        ("th", "ดื่มน้ํา", "น้ำ", "violated"),
        ("zh", "ＡＢＣ", "abc", "violated"),
    ],
)
def test_forbidden_words_are_words_of_the_language(
    code: str, text: str, word: str, status: str
) -> None:
    found = verdict(f"{code}:keywords:forbidden_words", text, forbidden_words=[word])
    assert found.status == status


def test_relations_are_read_in_the_languages_words() -> None:
    for relation, code in [("以上", "ja"), ("au moins", "fr"), ("al menos", "es")]:
        id = f"{code}:length_constraints:number_words"
        assert verdict(id, "a b c", num_words=3, relation=relation).status == "satisfied"
    with pytest.raises(KwargsError):
        verdict("de:length_constraints:number_words", "a", num_words=3, relation="au moins")


def test_the_published_sentence_is_in_the_language() -> None:
    spec = ConstraintSpec("ja:length_constraints:number_letters", {"num_letters": 400})
    assert REGISTRY.bind(spec).describe() == "400文字以上で答えてください。"
    spec = ConstraintSpec("fr:keywords:existence", {"keywords": ["thé"]})
    assert REGISTRY.bind(spec).describe() == "Incluez les mots ['thé'] dans la réponse."


def test_less_than_is_less_and_the_reference_lets_it_be_equal() -> None:
    kwargs = {"keyword": "té", "frequency": 2, "relation": "less than"}
    for code in ("es", "ca"):
        id = f"{code}:keywords:frequency"
        assert verdict(id, "té y té", **kwargs).status == "violated"
        assert verdict(id, "té y té", reference=True, **kwargs).status == "satisfied"
    assert verdict("fr:keywords:frequency", "té té", reference=True, **kwargs).status == "violated"


@pytest.mark.parametrize(
    ("relation", "text", "status"),
    [
        ("at least", "[a] []", "unknown"),
        ("less than", "[a] []", "unknown"),
        ("at least", "[a] [b] []", "satisfied"),
        ("less than", "[a]", "satisfied"),
        ("less than", "[]", "satisfied"),
    ],
)
def test_blank_brackets_decide_nothing(relation: str, text: str, status: str) -> None:
    found = verdict(
        "es:detectable_content:number_placeholders", text, num_placeholders=2, relation=relation
    )
    assert found.status == status
    assert "raised" not in (found.reason or "")


def test_a_count_that_is_unsure_either_way_is_unknown() -> None:
    found = verdict(
        "zh:length_constraints:number_sentences", "B。. … J", relation="at least", num_sentences=3
    )
    assert found.status == "unknown"


def test_what_the_reference_counts_with_spacy_is_unknown_under_it() -> None:
    id = "es:length_constraints:number_words"
    assert verdict(id, "hola", reference=True, num_words=1).status == "unknown"


def test_words_of_thai_need_icu_where_bounds_do_not_suffice() -> None:
    text, id = "ฉันกำลังจะกลับบ้านวันนี้", "th:length_constraints:number_words"
    assert verdict(id, text, num_words=1).status == "satisfied"
    assert verdict(id, text, num_words=100, relation="less than").status == "satisfied"
    found = verdict(id, text, num_words=7)
    if find_spec("icu4py") is None:
        assert (found.status, found.measured) == ("unknown", None)
        assert "ICU" in (found.reason or "")
    else:
        assert (found.status, found.measured) == ("satisfied", 7)
    assert verdict(
        "th:length_constraints:number_sentences", text + " ครับ", num_sentences=2
    ).status == ("unknown")


def test_another_plugin_has_the_better_right_to_an_id(tmp_path: Path) -> None:
    plugin = tmp_path / "spanish_rules.py"
    plugin.write_text(
        "from hir_kit import verifier\n"
        "@verifier('es:punctuation:no_comma', describe='Sin comas.')\n"
        "def no_comma(response) -> bool:\n"
        "    return False\n"
    )
    kit = hir_kit.load([plugin], installed=False)
    assert kit.registry.owner("es:punctuation:no_comma") == plugin.name
    specs = [ConstraintSpec("es:punctuation:no_comma"), ConstraintSpec("es:startend:quotation")]
    found = kit.checker(specs).check('"Té."').strict
    assert [one.status for one in found] == ["violated", "satisfied"]


@pytest.mark.parametrize(
    ("id", "text", "kwargs"),
    [
        ("keywords:existence", "Vì hoà bình.", {"keywords": ["Hòa bình"]}),
        ("keywords:existence", "KHỎE", {"keywords": ["khoẻ"]}),
        ("keywords:frequency", "Hòa, hoà, thuỳ.", {"keyword": "hoà", "frequency": 2}),
        ("keywords:letter_frequency", "Hòa.", {"letter": "ò", "let_frequency": 1}),
        ("startend:end_checker", "Chào Thúy", {"end_phrase": "Thuý"}),
        (
            "length_constraints:nth_paragraph_first_word",
            "Hoà bình.",
            {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "hòa"},
        ),
    ],
)
def test_a_tone_in_vietnamese_stands_on_either_vowel(
    id: str, text: str, kwargs: dict[str, Any]
) -> None:
    assert verdict(f"vi:{id}", text, **kwargs).satisfied
    if id.startswith("keywords:e"):
        found = verdict("vi:keywords:forbidden_words", text, forbidden_words=kwargs["keywords"])
        assert found.status == "violated"


def test_a_language_that_nobody_has_is_unknown() -> None:
    assert verdict("tlh:punctuation:no_comma", "nuqneH").status == "unknown"
    assert verdict("zh:no:such_thing", "好").status == "unknown"


_SIGNS = "aÉ ñß。，、؛،।؟¿¡!?.…「」“”«»\n12*-・《》第章कंिกกำ가각は漢字ｱカが\u0301\u3099'\"[]P.S.##"
texts = st.text(_SIGNS, max_size=40) | st.text(st.characters(exclude_categories=()), max_size=30)


@settings(max_examples=int(os.environ.get("HIR_KIT_FUZZ", "150")), deadline=None)
@given(st.sampled_from(IDS), texts, st.data())
def test_any_text_has_an_answer_the_same_each_time(id: str, text: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(REGISTRY[id].cases))
    verifier = REGISTRY[id].bind(case.kwargs)
    for check in (verifier.check, verifier.check_reference):
        assert check(Response(text)) == check(Response(text))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CODES), texts)
def test_how_accents_are_encoded_does_not_matter(code: str, text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    apart = unicodedata.normalize("NFD", composed)
    if unicodedata.normalize("NFC", apart) != composed:
        return
    for id, kwargs in (
        ("length_constraints:number_words", {"num_words": 3}),
        ("keywords:existence", {"keywords": ["é"]}),
        ("keywords:forbidden_words", {"forbidden_words": ["が"]}),
    ):
        assert verdict(f"{code}:{id}", composed, **kwargs) == verdict(
            f"{code}:{id}", apart, **kwargs
        )


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_words_of_two_lines_are_those_of_both(first: str, second: str) -> None:
    for count in (analyses.words, analyses.east_asian_words, analyses.spaced_words):
        assert count(f"{first}\n{second}") == count(first) + count(second)


@given(
    st.text("漢字かなカ", max_size=30), st.lists(st.text("abc", min_size=1, max_size=5), max_size=5)
)
def test_east_asian_words_are_characters_and_latin_words(left: str, latin: list[str]) -> None:
    assert analyses.east_asian_words(f"{left} {' '.join(latin)}") == len(left) + len(latin)


_HOSTILE = (
    "。", "「", "（。", "“。”", ". ", "a.", "1.", "1,", "!?", "\u0301", "กำ", "- ", "\n", " \n",
    "p. /\n", "a. B…\n", "p. ", "：“a。”", "《", "第1", "¿", "##", "3.", "漢", "가 ", "z.B. ",
    "A. B. ", "usw. A ", "म", ",，",
)  # fmt: skip


@pytest.mark.parametrize("code", ["ar", "de", "es", "fr", "hi", "ja", "ko", "th", "vi", "zh"])
def test_no_text_makes_a_language_slow(code: str) -> None:
    """A megabyte takes a second; quadratic work on forty kilobytes would take longer than this."""
    verifiers = [
        REGISTRY[id].bind(REGISTRY[id].cases[0].kwargs) for id in IDS if id.startswith(f"{code}:")
    ]
    own = [one for one in verifiers if type(one).check.__module__.startswith("hir_plugin")]
    for unit in _HOSTILE:
        text = "?!" + unit * (40_000 // len(unit.encode())) + "x"
        for verifier in own:
            if not isinstance(verifier, subjects.Capital | subjects.Lowercase):
                began = time.process_time()
                verifier.check(Response(text))
                assert time.process_time() - began < 0.3, (verifier.constraint_id, unit)
