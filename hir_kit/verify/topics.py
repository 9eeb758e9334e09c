"""What constraints are about, and the words for it in English, Chinese, French and German.

Patterns are over folded text: lower case, one kind of quotation mark (`'`). A topic has a pattern
of what names it, and may have one of what only hints at it: names tell where a constraint is
stated, hints are a reason to refuse when they are left behind.
"""

# ruff: noqa: E501  # a table: one topic a line
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Topic:
    """A thing that constraints are about.

    Attributes:
        name: What `Wording.topics` calls it.
        names: The pattern of what names it.
        hints: The pattern of what may speak of it; names are hints, too.
    """

    name: str
    names: re.Pattern[str]
    hints: re.Pattern[str]


_TABLE = r"""
comma        commas?\b(?! separated)|逗号|逗號|virgules?\b|kommas?\b|komma(?:frei|los)\w*|kommata\b|beistrich\w*
             punctuation|inverted commas|标点|標點|ponctuation|satzzeichen|interpunktion
question     question marks?|问号|問號|points? d'interrogation|fragezeichen
exclamation  exclamation (?:marks?|points?)|感叹号|感嘆號|叹号|points? d'exclamation|ausrufe?zeichen
period       full stops?|periods?\b(?! of)|(?<!the.)dots?\b|句号|句號|point final|schlusspunkt
punctuation  punctuation\w*|标点|標點|ponctuation|satzzeichen|interpunktion
ending       end(?:s|ing)?\b(?: \w+){0,4} with\b|end(?:s|ing)? (?:in|on|by)\b|(?:finish|conclud|clos|terminat|wrap)\w*(?: up)?(?: \w+){0,4} with\b|final (?:words?|line|phrase|sentence|punctuation)|last (?:words?|line|phrase|sentence|thing)|(?:no|nothing|any) (?:other |more )?(?:words?|text)?\s?(?:should |must |may |can )?(?:follow|come after|after)|very end of|exact phrase|以.{0,30}(?:结尾|結尾|结束|結束)
             end(?:s|ing)? with|sign(?:s|ing)? (?:\w+ ){0,2}off|finish\w*|conclu\w*|clos(?:e|es|ing) (?:\w+ ){0,4}(?:with|line|words?)|ending|sign-off|very end|结尾|結尾|结束|結束|termine\w*|finis(?:sez|sant|se)?\b|conclu\w+|à la fin|beend\w+|schlie(?:ß|ss)\w*|am ende|schluss\w*|endet?\b
opening      (?:start|begin)(?:s|ning|ing)?\b(?: \w+){0,4} (?:with|by)\b|first words?|opening (?:words?|line)|以.{0,30}(?:开头|開頭|开始|開始)
             (?:start|begin)\w*|commenc\w+|début\w*|beginn\w*|anfang\w*|开头|開頭|开始|開始
case         lower\s?-?cased?\b|upper\s?-?cased?\b|capital(?:\s+(?:letters?|form)|s\b)|capitali[sz]\w*|all[\s-]caps|\bcaps\b|small letters|title case|大写|大寫|小写|小寫|majuscules?|minuscules?|gro(?:ß|ss)buchstaben|kleinbuchstaben|gro(?:ß|ss)geschrieben|kleingeschrieben|gro(?:ß|ss)schreibung|kleinschreibung
             shift key|caps lock|shout\w*|big letters|letters (?:\w+ ){0,3}(?:big|large|small|tiny)|\bcapitals?\b(?! (?:city|of|cities|in\b|gains?|punishment|market|expend))
quotation    double quot\w*|quotation marks?|quote marks?|speech marks?|(?:in|with|within|inside|between|using|into) (?:double )?quotes|引号|引號|guillemets?|anführungszeichen|gänsefüßchen|anführungsstriche\w*
             quotes?\b|quoted|quotations?|inverted commas
json         json|(?:markdown )?(?:back\s?)?ticks
             curly brac\w+|key-value|machine[- ]readable
xml          xml
html         html
csv          csv
yaml         yaml
latex        latex
markdown_    in markdown(?: format\w*)?\b|markdown formatt\w+
table        tables?\b|tabular|表格|tableau|tabellen?\b
block_quote  block\s?-?quotes?|quote blocks?
code_block   code blocks?|代码块|代碼塊
title        \btitles?\b|titled\b|double ang(?:ular|led?) brackets?|ang(?:ular|led?) brackets?|<<[^<>\n]{0,80}>>|标题|標題|\btitres?\b|\btitel\b|überschrift\w*
             headlines?|(?:suggested |the )name in|headings?|chevrons?
heading      (?:sub-?\s?)?headings?\b|(?:sub-?)?headers?\b|\bh[1-6]\b|heading levels?|section titles?|标题|標題|überschriften|sous-titres?
             sections?\b|(?:organi[sz]ed|split|divided|broken|structured) (?:\w+ )?into
highlight    highlight\w*|hightlight\w*|italic\w*|bold(?:ed|face)?\b|emphasi[sz]e\w*|(?<![\w*])\*(?!\*)[^*\n]{1,60}(?<!\*)\*(?![\w*])|突出显示|高亮|加粗|斜体|surlign\w+|italiques?|en gras|mett\w+ en (?:valeur|évidence)|hervorheb\w*|hervorgehoben\w*|kursiv\w*|fett(?:gedruckt\w*|schrift)?\b
             asterisks?|stand out|markdown|underlin\w*|emphasis|标记|markier\w*
placeholder  place\s?-?holders?\b|square brackets?|(?<!\])\[[^\[\]\n]{1,40}\](?!\()|占位符|espaces? réservés?|platzhalter\w*
             brackets?|blanks? to|fill[- ]in|方括号|crochets|eckige\w* klammern?|champs? à remplir|lücken
postscript   post\s?-?scriptu?m?s?\b|\bp\.\s?p\.\s?s\b\.?|\bp\.\s?s\b\.?|\bp\.?p\.?s\.|附言|post-scriptum|nachschrift
             \bpp?s\b|afterthought|(?:note|line|remark) (?:\w+ ){0,3}(?:at the (?:very )?end|below|after the signature)|postskriptum|又及
bullet       bullet(?:ed)?(?:[\s-]+(?:points?|lists?|items?|form|format))?|bullets|项目符号|要点列表|列表项|puces?\b|liste à puces|aufzählungs\w*|stichpunkt\w*|spiegelstrich\w*
             (?:list|numbered) (?:items?|points?)|listed|\blists?\b|dashes|points?\b|asterisk\w*|liste\b|列表|列出|要点
section      sections?\b|部分|章节|abschnitt\w*
             parts?\b|chapters?|divided|split|parties|teile?\b|kapitel
paragraph_   paragraphs?\b|段落?|paragraphes?|absätzen?\b|absatz\b|\*{3}(?!\*)|markdown dividers?|dividers?\b|(?:two|double|blank|empty) (?:new\s?)?lines
             divider|blocks? of text|stanzas?|verses?|sections?|parts?|asterisk\w*|alinéas?|trennlinie\w*|分隔
two_answers  (?:two|2) (?:different |distinct |separate |alternative )?(?:responses|answers|versions|replies|variants|alternatives|options|outputs|takes|critiques)|\*{6}|(?:6|six) (?:asterisks?|aster\w+|stars?|\*)|两个(?:不同的)?(?:回答|答案|版本|回复)|deux (?:réponses|versions)|zwei (?:antworten|versionen|varianten|fassungen)
             versions?\b|alternatives?|variants?|both (?:responses|answers|versions)|each (?:response|answer|version)|second (?:answer|response|version|take|one)|(?:second|another|other) (?:\w+ )?(?:answer|response|version|take)|a pair of|twice|asterisk\w*|réponses\b|zweimal|antworten\b|doppelt\w*|两种|兩種|两次|两遍|第二
repeat       repeat\w*(?:[^.;\n(]{0,60}?\bthen,? (?:you (?:can|should) )?(?:give|answer|provide|reply|respond|write)\w*(?: (?:to|your|the|my|me|an?|answer|response|reply|request|question)\b){0,3})?|(?:do not|don't|never) change (?:any|the|a|my|it)\b(?: \w+)?|without (?:any )?chang\w+|exactly as it is|repleat|word for word|after that, you can (?:give|provide|answer)|(?:say|add|write)(?: \w+){0,4} before (?:repeating|you)|before (?:repeating|answering)|(?:give|provide|then) (?:\w+ ){0,2}(?:your )?answer\b(?= \()|verbatim|重复|重複|rép[éè]t\w+|wiederhol\w*
             restat\w+|echo\w*|copy\w*|again|(?:my|the) (?:request|prompt|question|instruction)s?\b|复述|reprodui\w+|recopi\w+|abschreib\w*|copie\b|noch einmal
choice       answer is (?:yes|no|maybe)|following options|one of the (?:following|options)
             options?|yes or no|choose|pick
language_    (?:no|any) other languages?(?: (?:is|are|should be|will be|may be) (?:allowed|used|permitted|accepted))?|languages?\b(?! model)|语言|語言|\blangues?\b|\bsprachen?\b
             translat\w+|foreign|tongue|traduis\w*|traduction|übersetz\w*|翻译|翻譯
hashtag      hash\s?-?tags?
emoji        emojis?|emoticons?|表情
palindrome   palindromes?\b
nesting      nest(?:ed|ing)\b|levels? of nesting
attribute    attributes?\b
"""

_COUNTED = r"""
word         words?\b|字(?!母|体|體|符)|词\b|词(?=[，。；]|$)|單詞|单词|mots?\b|wörter[n]?\b|worte?n?\b|palabras?\b
sentence     sentences?\b|句(?!号|號)|phrases?\b(?= (?:maximum|au|seulement|ou))|phrases?\b|sätzen?\b|satz\b|oraci(?:ón|ones)\b|frases?\b
paragraph    paragraphs?\b|段|paragraphes?\b|absätzen?\b|absatz\b|párrafos?\b
bullet       bullets?\b|bullet points?|points?\b|items?\b|要点|条|條|项|項|puces?\b|stichpunkten?\b|aufzählungspunkten?\b|punkten?\b
section      sections?\b|parts?\b|chapters?\b|部分|章节|parties\b|abschnitten?\b|teilen?\b
placeholder  place\s?-?holders?\b|占位符|platzhaltern?\b
highlight    (?:\w+ )?(?:sections?|parts?|phrases?|passages?|places?)\b|处|passages?\b|stellen\b
time         times?\b|occurrences?|instances?|次|fois\b|mal\b
character    characters?\b|字符|字元|caractères?\b|zeichen\b
line         lines?\b|行|lignes?\b|zeilen?\b
row          rows?\b
column       columns?\b|列
letter       letters?\b|字母|lettres?\b|buchstaben\b
hashtag      hash\s?-?tags?
emoji        emojis?\b
attribute    attributes?\b
level        (?:heading |nesting )?levels?\b
pronoun      pronouns?\b
conjunction  conjunctions?\b
answer       responses\b|answers\b|versions\b|réponses\b|antworten\b
"""

LANGUAGES: dict[str, str] = {
    "ar": "arabic 阿拉伯语 arabe arabisch", "bn": "bengali bangla 孟加拉语 bengalisch",
    "bg": "bulgarian 保加利亚语 bulgare bulgarisch", "cs": "czech 捷克语 tchèque tschechisch",
    "da": "danish danois dänisch", "nl": "dutch néerlandais niederländisch",
    "en": "english 英语 英語 英文 anglais anglaise englisch englischer",
    "fa": "persian farsi 波斯语 persan persisch", "fi": "finnish 芬兰语 finnois finnisch",
    "fr": "french 法语 法語 法文 français französisch", "de": "german 德语 德語 德文 allemand deutsch",
    "el": "greek 希腊语 grec griechisch", "gu": "gujarati", "he": "hebrew 希伯来语 hébreu hebräisch",
    "hi": "hindi 印地语", "hu": "hungarian hongrois ungarisch",
    "id": "indonesian indonésien indonesisch", "it": "italian 意大利语 italien italienisch",
    "ja": "japanese 日语 日語 日文 japonais japanisch", "kn": "kannada",
    "ko": "korean 韩语 韓語 coréen koreanisch", "la": "latin latein", "ml": "malayalam",
    "mr": "marathi", "ms": "malay", "ne": "nepali", "no": "norwegian norvégien norwegisch",
    "pa": "punjabi", "pl": "polish polonais polnisch",
    "pt": "portuguese 葡萄牙语 portugais portugiesisch", "ro": "romanian roumain rumänisch",
    "ru": "russian 俄语 russe russisch", "es": "spanish 西班牙语 espagnol spanisch",
    "sv": "swedish suédois schwedisch", "sw": "swahili", "ta": "tamil", "te": "telugu",
    "th": "thai 泰语", "tr": "turkish turc türkisch", "uk": "ukrainian ukrainien ukrainisch",
    "ur": "urdu ourdou", "vi": "vietnamese 越南语 vietnamien vietnamesisch",
    "zh": "chinese 中文 汉语 漢語 chinois chinesisch mandarin",
}  # fmt: skip


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern whose spaces stand for any white space, and which begins with a word."""
    spaced = re.sub(r" (?![?*{])", r"\\s+", pattern)
    return re.compile(rf"(?<![a-z0-9_])(?:{spaced})")


def _read(table: str) -> dict[str, Topic]:
    found: dict[str, Topic] = {}
    name = names = ""
    for line in table.strip().splitlines():
        head, _, rest = line.partition(" ")
        if head:
            name, names = head, rest.strip()
            found[name] = Topic(name, _compiled(names), _compiled(names))
        else:
            hints = f"{names}|{line.strip()}"
            found[name] = Topic(name, found[name].names, _compiled(hints))
    return found


@cache
def named() -> dict[str, Topic]:
    """Return the topics of which a mention is enough."""
    return _read(_TABLE)


@cache
def units() -> dict[str, re.Pattern[str]]:
    """Return the patterns of what can be counted."""
    return {
        name: re.compile(pattern.strip().replace(" ", r"\s+").replace(r"\s+?", " ?"))
        for name, _, pattern in (line.partition(" ") for line in _COUNTED.strip().splitlines())
    }


@cache
def language_names(code: str) -> str:
    """Return the pattern of a language's names; of its code, where they are not known."""
    names = LANGUAGES.get(code.lower().partition("-")[0], code.lower()).split()
    return "|".join(re.escape(name) for name in names)
