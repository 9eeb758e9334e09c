"""German: ordinals have a full stop, and ß may stand among capitals."""

from __future__ import annotations

from hir_kit import fails, passes
from hir_plugin_languages.analyses import words
from hir_plugin_languages.making import define
from hir_plugin_languages.profile import ENGLISH, Language
from hir_plugin_languages.sentence_ends import Abbreviations, sentences_by

_KETTLE = "der kessel steht auf dem herd und das wasser kocht schon seit einer stunde."

_ABBREVIATIONS = Abbreviations(
    titles=(
        "hr fr dipl mag z.b d.h bzw ca vgl bspw evtl ggf sog inkl exkl zzgl abzgl o.g d.i "
        "m.a.w st gem lt bzgl hl geb"
    ),
    names="u.a z.t u.u m.e i.a i.d.r z.zt z.z mio mrd tsd std min sek",
    numbers="nr art abs bd kap abb tab aufl str tel jan feb aug sept okt nov dez s.a s.o s.u",
    others="usw usf u.ä o.ä u.v.m u.v.a u.dgl v.chr n.chr a.d e.v jh jhd",
    starters=(
        "der die das den dem des ein eine einen einem einer es er wir ich man du dann danach "
        "da dort hier so aber und oder doch denn wenn als ob weil obwohl während nachdem "
        "bevor dies diese dieser dieses auch außerdem jedoch deshalb daher trotzdem nun jetzt "
        "zuerst schließlich wie was wer wo warum nach bei mit in im am auf für von zu viele "
        "alle kein keine nicht nur jeder jede"
    ),
    months=(
        "januar jänner februar märz april mai juni juli august september oktober november dezember"
    ),
)

LANGUAGE = Language(
    code="de",
    name="German",
    words=words,
    sentences=sentences_by(_ABBREVIATIONS, quotes_within=True),
    has_sharp_s=True,
    quotes=(("„", "“"), ("»", "«"), ("«", "»"), ('"', '"'), ("“", "”")),
    cases={
        "length_constraints:number_words": (
            passes("Eins zwei drei.", num_words=3, relation="at least"),
            fails("Eins zwei drei.", num_words=3, relation="less than"),
        ),
        "length_constraints:number_sentences": (
            passes("Es regnet. Wir bleiben.", num_sentences=2, relation="at least"),
            passes("Am 3. Mai kommt Dr. Fuchs.", num_sentences=2, relation="less than"),
            passes("Er rief: „Komm! Los!“ und ging.", num_sentences=2, relation="less than"),
            fails("Es regnet. Wir bleiben.", num_sentences=3, relation="at least"),
        ),
        "length_constraints:number_letters": (
            passes("Eins zwei drei.", num_letters=5, relation="at least"),
            fails("Eins zwei drei.", num_letters=5, relation="less than"),
        ),
        "length_constraints:nth_paragraph_first_word": (
            passes("„Hallo“, sagte er.", num_paragraphs=1, nth_paragraph=1, first_word="hallo"),
            fails("Es regnet. Wir bleiben.", num_paragraphs=1, nth_paragraph=1, first_word="tea"),
        ),
        "punctuation:no_comma": (passes("Tee oder Milch."), fails("Tee, Milch.")),
        "keywords:existence": (
            passes("Ein Ka\u0308fer.", keywords=["Käfer"]),
            fails("Ein Tee.", keywords=["Käfer"]),
        ),
        "keywords:frequency": (
            passes("Ein Ka\u0308fer.", keyword="Käfer", frequency=1),
            fails("Ein Ka\u0308fer.", keyword="Käfer", frequency=2),
        ),
        "keywords:forbidden_words": (
            passes("Ein Haushalt.", forbidden_words=["Haus"]),
            fails("Ein Haus.", forbidden_words=["Haus"]),
        ),
        "startend:quotation": (passes("„Tee.“"), fails("„Tee“ ist.")),
        "startend:end_checker": (
            passes("Trink. Prost!", end_phrase="Prost!"),
            fails("Prost! Hallo.", end_phrase="Prost!"),
        ),
        "change_case:german_capital": (
            passes(_KETTLE.upper()),
            fails(_KETTLE),
            fails(ENGLISH.upper()),
        ),
        "change_case:german_lowercase": (
            passes(_KETTLE),
            fails(_KETTLE.upper()),
            fails(ENGLISH),
        ),
    },
)

define(globals(), LANGUAGE)
