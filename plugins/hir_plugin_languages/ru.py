"""Russian."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = "чайник стоит на плите и чай будет готов когда ты вернёшься домой сегодня вечером."

_ABBREVIATIONS = Abbreviations(
    titles="ул пр-т просп пер пл т.е т.к т.н ср проф акад доц ген св гл н.п",
    names="г им см кв корп тыс млн млрд",
    numbers="стр рис д с п тел т ст",
    others="т.д т.п др пр руб р гг в вв н.э обл кг км",
    starters=(
        "и а но или в на с у к о об от до из за по для при это этот эта эти он она они оно я "
        "ты мы вы его её их тоже также потом затем тогда так когда как где если потому что "
        "чтобы кто не нет был была было есть очень все всё никто ничего сегодня вчера здесь "
        "там сейчас теперь после"
    ),
)

LANGUAGE = Language(
    code="ru",
    name="Russian",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS),
    quotes=(("«", "»"), ("„", "“"), ('"', '"'), ("“", "”")),
    cases={
        "length_constraints:number_words": (
            passes("Раз два три.", num_words=3, relation="at least"),
            fails("Раз два три.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Идёт дождь. Мы дома.", num_sentences=2, relation="at least"),
            passes("Это ул. Мира.", num_sentences=2, relation="less than"),
            fails("Идёт дождь. Мы дома.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Раз два три.", num_letters=5, relation="at least"),
            fails("Раз два три.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("«Привет», сказал он.", num_paragraphs=1, nth_paragraph=1, first_word="привет"),
            fails("Идёт дождь. Мы дома.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Чай или молоко."), fails("Чай, молоко.")),
        "keywords:existence": (
            passes("Мои\u0306 чай.", keywords=["мой"]),
            fails("Чай.", keywords=["мой"]),
        ),
        "keywords:frequency": (
            passes("Мои\u0306 чай.", keyword="мой", frequency=1),
            fails("Мои\u0306 чай.", keyword="мой", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Котёнок.", forbidden_words=["кот"]),
            fails("Кот спит.", forbidden_words=["кот"]),
        ),
        "startend:quotation": (passes("«Чай.»"), fails("«Чай» тут.")),
        "startend:end_checker": (
            passes("Пей. Спасибо!", end_phrase="Спасибо!"),
            fails("Спасибо! Пока.", end_phrase="Спасибо!"),
        ),
        "change_case:russian_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:russian_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE)
