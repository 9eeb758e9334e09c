"""The wordings of constraints, as patterns over folded text."""

from __future__ import annotations

# A name and a pattern a line; lines of one name are alternatives. Order decides: the first name
# that matches at a position wins. Names: u_ a countable unit, f_ a feature that a text has or not,
# b_ a bound, m_ a punctuation mark, x_ anything else.
ENGLISH = r"""
x_hlevel       heading\s+levels?\s*:?\s+(?:\d|one|two|three)(?:\s+and\s+(?:\d|two|three))?
x_hlevel       level[\s-]*(?:\d|one|two|three)\s+(?:markdown\s+)?(?:sub)?(?:head(?:ing|er)|title)s?
x_hlevel       h[1-6]
u_hlevel       (?:markdown\s+)?head(?:ing|er)\s+levels?|levels?\s+of\s+(?:sub)?headings?
u_nesting      (?:object\s+)?nest(?:ing|ed)\s+levels?|levels?\s+of\s+nesting|nesting\s+depth
f_heading      (?:sub-?\s?)?headings?|(?:sub-?)?headers?
f_heading      (?:section|sub)\s?-?titles?|titles\s+and\s+subtitles
x_keyword      key\s?-?(?:words?|phrases?|terms?)
f_capital      capitali[sz](?:e|es|ed|ing|ation)|capital\s+(?:letters?|form)|capitals
f_capital      upper[\s-]?case|all[\s-]caps|title\s+case|block\s+(?:letters|capitals)
f_lower        lower[\s-]?case
u_sentence     sentences?
m_period       full\s+stops?|periods?
m_question     question\s+marks?
m_exclamation  exclamation\s+(?:marks?|points?)
x_end          end(?:s|ed|ing)?|conclud(?:e|es|ed|ing)|finish(?:es|ed|ing)?|final|last
x_end          terminat(?:e|es|ing)
f_divided      (?:organi[sz]ed|divided|structured)\s+(?:in)?to\s+(?:\w+\s+){0,2}(?:sections|parts)
f_divided      (?:split|broken)\s+(?:up\s+)?(?:in)?to\s+(?:\w+\s+){0,2}(?:sections|parts)
u_paragraph    paragraphs?
u_row          rows?
u_column       columns?
u_word         words?
u_character    characters?
u_bullet       bullet(?:ed)?(?:\s+(?:points?|lists?|items?))?|bullets
u_attribute    attributes?
u_section      sections?|subsections?
u_line         lines?
u_letter       letters?
u_item         items?|entries
u_number       numbers?
u_emoji        emojis?
x_twice        once|twice|thrice
u_time         times
b_max          at\s+(?:the\s+)?most|(?:no|not)\s+(?:more|longer)\s+than|(?:fewer|less)\s+than
b_max          (?:maximum|max)(?:\s+of)?|up\s+to|under|within|below|limit(?:s|ed|ing)?
b_max          (?:not|never|n't|without)\s+(?:to\s+)?(?:be\s+)?(?:exceed|surpass)(?:ing|s)?
b_max          (?:not|never|n't|without)\s+(?:be\s+)?(?:go(?:ing)?\s+)?(?:over|above|beyond)
b_max          or\s+(?:less|fewer)|cap(?:ped)?\s+(?:at|of)
b_min          at\s+least|(?:no|not)\s+(?:less|fewer|shorter)\s+than|(?:minimum|min)(?:\s+of)?
b_min          more\s+than|over|exceed(?:s|ing)?|or\s+more|and\s+above
b_exact        exactly|precisely
b_between      between|rang(?:e|es|ing)
f_block_quote  block\s?-?quotes?|quote\s+blocks?
f_code_block   code\s+blocks?
f_table        tables?|tabular
f_json         json
f_xml          xml
f_html         html
f_csv          csv
f_yaml         yaml
f_latex        latex
f_markdown     markdown
f_italic       italics?|italici[sz]ed
f_bold         bold(?:ed|face)?
f_comma        commas?
f_title        titles?
f_titled       titled
f_postscript   post\s?-?scripts?|p\.\s?p\.\s?s\b\.?|p\.\s?s\b\.?
f_placeholder  place\s?-?holders?
f_quotation    quotation\s+marks?|double\s+quotes|in\s+quotes
f_highlight    highlight(?:s|ed|ing)?
"""
CHINESE = r"""
x_keyword      关键词|關鍵詞|关键字|關鍵字
f_capital      大写|大寫
f_lower        小写|小寫
f_heading      小?标题|小?標題
m_period       句号|句號
m_question     问号|問號
m_exclamation  感叹号|感嘆號|叹号
x_end          结尾|結尾|结束|結束
u_sentence     句
u_paragraph    段
f_table        表格
u_column       列|栏|欄
u_row          行
u_character    字符|字元
u_word         字(?!母|体|體)|词|詞
u_item         条|條|项|項
b_max          不超过|不超過|不得超过|不得超過|不能超过|不可超过|不多于|不多於
b_max          至多|最多|以内|以內|上限
b_min          不少于|不少於|不低于|不低於|至少|最少|以上|下限
b_exact        恰好|正好|刚好|剛好
b_between      介于|介於|之间|之間
"""
LANGUAGES = (
    "english|chinese|spanish|french|german|italian|portuguese|russian|japanese|korean|arabic|hindi"
    "|urdu|bengali|tamil|telugu|marathi|gujarati|punjabi|kannada|malayalam|nepali|persian|farsi"
    "|turkish|polish|dutch|swedish|norwegian|danish|finnish|greek|hebrew|thai|vietnamese|indonesian"
    "|malay|swahili|bulgarian|ukrainian|czech|romanian|hungarian|latin"
)
CHINESE_LANGUAGES = "中文|汉语|漢語|英文|英语|英語|日语|日語|法语|德语|繁体|繁體|简体|簡體"
