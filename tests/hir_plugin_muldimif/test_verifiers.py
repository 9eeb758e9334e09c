"""MulDimIF's verifiers: their cases, their sentences, and any text and kwargs."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hir_kit
from benchmarks.slow_inputs import SIGNS, WORDS
from hir_kit import ConstraintSpec, KwargsError, Response, Verdict
from hir_kit.authoring.cases import self_check
from hir_plugin_muldimif.grammar import Bound, read_sentence

REGISTRY = hir_kit.load(installed=False).registry
IDS = sorted(id for id in REGISTRY if REGISTRY.owner(id) == "hir_plugin_muldimif")
CATEGORIES = {
    "muldimif:words": ("Length", "Words"),
    "muldimif:sentences": ("Length", "Sentences"),
    "muldimif:paragraphs": ("Length", "Paragraphs"),
    "muldimif:keywords": ("Content", "Keywords"),
    "muldimif:ending_punctuation": ("Content", "Punctuation"),
    "muldimif:no_punctuation": ("Content", "Punctuation"),
    "muldimif:capitalized_words": ("Language", "English"),
    "muldimif:uppercase": ("Language", "English"),
    "muldimif:lowercase": ("Language", "English"),
    "muldimif:headings": ("Format", "Markdown"),
    "muldimif:block_quotes": ("Format", "Markdown"),
    "muldimif:table": ("Format", "Table"),
    "muldimif:json_nesting": ("Format", "Json"),
    "muldimif:xml_attributes": ("Format", "XML"),
    "muldimif:no_bullet_points": ("Format", "Bullet Points"),
    "muldimif:chinese": ("Language", "Chinese"),
    "muldimif:starts_with": ("Content", "Identifiers"),
    "muldimif:ends_with": ("Content", "Identifiers"),
}
fuzz = settings(
    max_examples=int(os.environ.get("HIR_KIT_FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize("id", IDS)
def test_each_verifier_keeps_its_own_cases(id: str) -> None:
    assert self_check(REGISTRY, id) == []
    assert set(IDS) == set(CATEGORIES)


_LIST = "- It rains here\n- It pours here\n- It stops."
READ = [  # the text of a response, and the verdict that a reader gives
    ("keywords", {"keywords": ["café"]}, "A cafe\u0301.", "satisfied"),
    ("keywords", {"keywords": ["cafe"]}, "A cafe\u0301.", "violated"),
    ("keywords", {"keywords": ["green tea"]}, "Green\u00a0 tea.", "satisfied"),
    ("keywords", {"keywords": ["घर"]}, "घरा बड़ा है।", "violated"),
    ("keywords", {"keywords": ["かな"]}, "ひらがなとかなです", "satisfied"),
    ("keywords", {"forbidden": ["green tea"]}, "Green\ntea.", "violated"),
    ("keywords", {"forbidden": ["non-fat"]}, "It is non\u2011fat.", "violated"),
    ("keywords", {"forbidden": ["STRASSE"]}, "Eine Straße.", "violated"),
    ("keywords", {"keywords": ["rains"], "each": "sentence"}, "It rains\n\nIt pours.", "violated"),
    ("keywords", {"keywords": ["pours"], "each": "sentence"}, "It rains\n\nIt pours.", "unknown"),
    ("sentences", {"max_sentences": 2}, _LIST, "unknown"),
    ("sentences", {"max_sentences": 3}, _LIST, "satisfied"),
    ("sentences", {"min_sentences": 2, "max_sentences": 2}, "बारिश। हम घर पर हैं।", "satisfied"),
    ("sentences", {"min_sentences": 2, "max_sentences": 2}, "هل تمطر؟ نعم.", "satisfied"),
    ("sentences", {"min_sentences": 2}, "他说：“好。”她走了。", "satisfied"),
    ("sentences", {"max_sentences": 2}, "Oh no. Really!!", "satisfied"),
    ("sentences", {"max_sentences": 1}, "Apples, pears, etc. at Aldi.", "satisfied"),
    ("sentences", {"min_sentences": 2, "each": "section"}, "Hi.\n# A\nOh. Ah.", "satisfied"),
    ("words", {"max_words": 3, "each": "sentence"}, "# Rain\n\nIt rains.", "satisfied"),
    ("words", {"max_words": 3, "each": "sentence"}, _LIST, "satisfied"),
    ("words", {"max_words": 2, "each": "item"}, "◦ It pours every day.", "violated"),
    ("ending_punctuation", {"marks": ["period"], "each": "sentence"}, _LIST, "unknown"),
    ("ending_punctuation", {"marks": ["period"], "each": "sentence"}, "Oh!\n\nA b.", "violated"),
    ("ending_punctuation", {"marks": ["period"]}, "It rains.\ufeff", "satisfied"),
    ("ending_punctuation", {"marks": ["semicolon"], "each": "item"}, "a) Tea;\nb) Ice", "violated"),
    ("starts_with", {"text": "Answer:"}, "\ufeffAnswer: 42", "satisfied"),
    ("paragraphs", {"max_paragraphs": 1}, "~~~\na = 1\n\nb = 2\n~~~", "satisfied"),
    ("headings", {"titles": ["# Tea"]}, "# **Tea** #", "satisfied"),
    ("table", {"max_rows": 2}, "|x| = 3", "violated"),
    ("table", {"max_columns": 2}, "| A \\| B | C |\n|---|---|\n| 1 | 2 |", "satisfied"),
    ("table", {"max_rows": 2}, "+---+\n| A |\n+===+\n| 1 |\n+---+", "satisfied"),
    ("json_nesting", {"max_levels": 1}, '{"a": 1} and {"a": {"b": 1}}', "unknown"),
    ("json_nesting", {"max_levels": 1}, "Tea [1].", "violated"),
    ("json_nesting", {"min_levels": 2}, '{"x"} ' * 2000 + '{"a": {"b": 1}}', "satisfied"),
    ("json_nesting", {"min_levels": 1}, '~~~json\n{"a": 1}\n~~~', "satisfied"),
    ("xml_attributes", {"min_attributes": 1}, '<!-- <b> -->\n<a x="1"/>', "satisfied"),
    ("xml_attributes", {"max_attributes": 1}, '<a x="1 > 0" y="2"/>', "violated"),
    ("no_bullet_points", {}, "•\u00a0Tea", "violated"),
    ("no_bullet_points", {}, "Tea\n\n- - -\n\nMilk", "satisfied"),
    ("no_bullet_points", {}, "●●●○○ Tea", "satisfied"),
    ("no_bullet_points", {}, "```diff\n- tea\n```", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kwargs", "text", "status"), READ)
def test_a_text_is_judged_as_a_reader_does(
    name: str, kwargs: dict[str, Any], text: str, status: str
) -> None:
    verifier = REGISTRY.bind(ConstraintSpec(f"muldimif:{name}", kwargs))
    assert verifier.check(Response(text)).status == status


_words = st.text("abz'Q+.日", min_size=1, max_size=6).filter(
    lambda text: text == text.strip(" '") and text[0] not in "'." and not text.endswith("'")
)
_parts = st.sampled_from(["sentence", "paragraph", "section", "line", "item", "heading"])
_bound = st.tuples(st.integers(0, 1200), st.integers(0, 1200), st.sampled_from("<>=-"))
_marks = st.lists(
    st.sampled_from(["period", "question mark", "exclamation mark", "semicolon", "comma"]),
    min_size=1,
    max_size=3,
    unique=True,
)


def _limits(unit: str, drawn: tuple[int, int, str]) -> dict[str, int]:
    """Give the kwargs of a bound on a number, none of them 0 where that is the default."""
    low, more, relation = drawn
    bounds = {
        "<": {f"max_{unit}": low},
        ">": {f"min_{unit}": low + 1},
        "=": {f"min_{unit}": low + 1, f"max_{unit}": low + 1},
        "-": {f"min_{unit}": low + 1, f"max_{unit}": low + 1 + more},
    }
    return bounds[relation]


def _some(**kwargs: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Give some of the kwargs; one that is drawn as None or False is left out."""
    drawn = st.fixed_dictionaries({}, optional=kwargs)
    return drawn.map(lambda given: {key: v for key, v in given.items() if v not in (None, False)})


def _of(id: str, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[ConstraintSpec]:
    merged = st.tuples(*parts).map(lambda given: {k: v for part in given for k, v in part.items()})
    return merged.map(lambda kwargs: ConstraintSpec(f"muldimif:{id}", kwargs))


def _bounds(unit: str) -> st.SearchStrategy[dict[str, Any]]:
    return _bound.map(lambda drawn: _limits(unit, drawn))


_letters = _some(
    part=st.sampled_from(["headings", "table", "table_headers", "json_keys"]), english=st.booleans()
)
_titles = st.lists(
    st.builds(lambda n, text: f"{'#' * n} {text}", st.integers(1, 6), _words),
    min_size=1,
    max_size=1,
)
SPECS = st.one_of(
    _of("words", _bounds("words"), _some(each=_parts)),
    _of("sentences", _bounds("sentences"), _some(each=_parts.filter(lambda p: p != "sentence"))),
    _of("paragraphs", _bounds("paragraphs"), _some(each=st.just("section"))),
    _of(
        "keywords",
        st.fixed_dictionaries({"keywords": st.lists(_words, min_size=2, max_size=4)}),
        _some(any_of=st.booleans(), min_count=st.integers(2, 30)),
    ),
    _of(
        "keywords",
        st.fixed_dictionaries({"keywords": st.lists(_words, min_size=1, max_size=4)}),
        _some(each=_parts) | _some(forbidden=st.lists(_words, min_size=1, max_size=3)),
    ),
    _of("keywords", st.fixed_dictionaries({"forbidden": st.lists(_words, min_size=1, max_size=3)})),
    _of(
        "ending_punctuation",
        st.fixed_dictionaries({"marks": _marks}),
        _some(each=_parts, forbidden=st.booleans()),
    ),
    _of("no_punctuation", st.fixed_dictionaries({"marks": _marks})),
    _of("capitalized_words", _letters),
    _of("uppercase", _some(english=st.booleans())),
    _of("lowercase", _some(english=st.booleans())),
    _of(
        "headings",
        st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True).map(
            lambda levels: {"levels": sorted(levels)}
        ),
        st.just({}) | st.just({"min_levels": 3}),
    ),
    _of("headings", st.integers(1, 6).map(lambda n: {"min_levels": n})),
    _of("headings", st.integers(2, 6).map(lambda n: {"min_levels": 2, "max_levels": n})),
    _of("headings", st.fixed_dictionaries({"titles": _titles})),
    _of("headings", st.integers(1, 6).map(lambda n: {"levels": [n], "first_level": n})),
    _of("headings", st.integers(1, 6).map(lambda n: {"deepest": n})),
    _of("block_quotes", _some(all_lines=st.booleans())),
    _of(
        "table",
        _bounds("rows") | _bounds("columns") | st.builds(dict, _bounds("rows")),
        _some(columns=st.lists(_words.map(lambda w: w.strip(".")).filter(bool), min_size=1)),
        st.sampled_from([{}, {"optional": True}, {"every": True}]),
    ),
    _of("json_nesting", _bounds("levels"), _some(optional=st.booleans())),
    _of("xml_attributes", _bounds("attributes"), _some(optional=st.booleans())),
    _of("no_bullet_points"),
    _of("chinese", st.sampled_from(["simplified", "traditional"]).map(lambda s: {"script": s})),
    _of("starts_with", st.fixed_dictionaries({"text": _words})),
    _of("ends_with", st.fixed_dictionaries({"text": _words})),
)


@fuzz
@given(SPECS)
def test_the_sentence_of_a_verifier_is_read_as_its_kwargs(spec: ConstraintSpec) -> None:
    sentence = REGISTRY.bind(spec).describe()
    assert read_sentence(*CATEGORIES[spec.id], sentence) == Bound(spec.id, spec.kwargs), sentence


responses = st.one_of(
    st.lists(st.one_of(st.text(SIGNS, max_size=8), st.sampled_from(WORDS)), max_size=12).map(
        "".join
    ),
    st.text("|-#>. \n*:a1{}[]\"'<=字", max_size=60),
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.sampled_from([case.response for id in IDS for case in REGISTRY[id].cases]),
)


@fuzz
@given(SPECS, responses)
def test_no_verifier_raises(spec: ConstraintSpec, text: str) -> None:
    verifier = REGISTRY.bind(spec)
    if text.strip():
        assert isinstance(verifier.check(Response(text)), Verdict)
        assert isinstance(verifier.check_reference(Response(text)), Verdict)


@fuzz
@given(st.sampled_from(sorted(set(CATEGORIES.values()))), st.text() | responses)
def test_any_sentence_is_read_as_kwargs_that_fit_or_is_refused(
    category: tuple[str, str], sentence: str
) -> None:
    for text in (sentence, f"Must include the keyword '{sentence}'", f"At most {sentence} words"):
        read = read_sentence(*category, text)
        if isinstance(read, Bound):
            REGISTRY.bind(ConstraintSpec(read.id, dict(read.kwargs)))
        else:
            assert read.reason


@pytest.mark.parametrize(
    ("id", "kwargs"),
    [
        ("words", {"min_words": 5, "max_words": 2}),
        ("words", {}),
        ("sentences", {"min_sentences": 1, "each": "sentence"}),
        ("paragraphs", {"min_paragraphs": 1, "each": "item"}),
        ("keywords", {}),
        ("keywords", {"keywords": [" "]}),
        ("keywords", {"keywords": ["a"], "any_of": True}),
        ("headings", {}),
        ("headings", {"levels": [7]}),
        ("headings", {"titles": ["Overview"]}),
        ("table", {"columns": ["A"]}),
        ("table", {"max_rows": 1, "every": True, "optional": True}),
        ("ending_punctuation", {"marks": []}),
        ("starts_with", {"text": " "}),
        ("json_nesting", {}),
    ],
)
def test_kwargs_that_say_nothing_or_contradict_are_refused(id: str, kwargs: dict[str, Any]) -> None:
    with pytest.raises(KwargsError):
        REGISTRY.bind(ConstraintSpec(f"muldimif:{id}", kwargs))
