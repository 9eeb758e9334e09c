"""Korean: words stand between spaces, particles are written together with them."""

from __future__ import annotations

import regex

from hir_kit import fails, passes
from hir_plugin_languages.analyses import spaced_words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import Language
from hir_plugin_languages.sentence_ends import sentences_by

_PARTICLES = (
    "이었습니다 였습니다 이었다 였다 이라고 라고 이지만 지만 인데 이면 이든지 든지 "
    "에게서 입니다 이에요 까지 부터 보다 처럼 같이 마다 조차 마저 밖에 에서 에게 께서 "
    "으로 이나 이란 이라 이며 하고 한테 이랑 이고 이다 예요 "
    "은 는 이 가 을 를 과 와 의 에 께 로 도 만 나 란 라 며 랑 고 다"
)
"""What may follow a noun within a word; three at most."""

LANGUAGE = Language(
    code="ko",
    name="Korean",
    words=spaced_words,
    sentences=sentences_by(ends="。！？"),
    commas=regex.compile("[,，、]"),
    quotes=(("“", "”"), ("「", "」"), ("『", "』"), ('"', '"')),
    form="NFKC",
    after=f"(?:{'|'.join(_PARTICLES.split())}){{0,3}}",
    has_case=False,
    cases={
        "length_constraints:number_words": (
            passes("나는 차를 마신다.", num_words=3, relation="at least"),
            fails("나는 차를 마신다.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("비가 온다. 집에 있다.", num_sentences=2, relation="at least"),
            passes("1. 비가 온다", num_sentences=2, relation="less than"),
            fails("비가 온다. 집에 있다.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("나는 차를 마신다.", num_letters=5, relation="at least"),
            fails("나는 차를 마신다.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("“안녕” 하고 말했다.", num_paragraphs=1, nth_paragraph=1, first_word="안녕"),
            fails("비가 온다. 집에 있다.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("차와 우유."), fails("차, 우유.")),
        "keywords:existence": (
            passes("커피를 마신다.", keywords=["커피"]),
            fails("차를 마신다.", keywords=["커피"]),
        ),
        "keywords:frequency": (
            passes("커피를 마신다.", keyword="커피", frequency=1),
            fails("커피를 마신다.", keyword="커피", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("사과나무가 있다.", forbidden_words=["사과"]),
            fails("사과에서는 향이 난다.", forbidden_words=["사과"]),
        ),
        "startend:quotation": (passes("“차.”"), fails("“차”다.")),
        "startend:end_checker": (
            passes("마셔요. 감사합니다!", end_phrase="감사합니다!"),
            fails("감사합니다! 또 봐요.", end_phrase="감사합니다!"),
        ),
    },
)

define(globals(), LANGUAGE)
