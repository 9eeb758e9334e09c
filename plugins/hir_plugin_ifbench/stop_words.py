"""The English stop words, as NLTK's list has them, by kind.

Only the forms without an apostrophe: the words that are counted are runs of letters, so that
"don't" is counted as "don" and "t", which are in the list, too.
"""

from __future__ import annotations

_BY_KIND = (
    # pronouns
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself "
    "she her hers herself it its itself they them their theirs themselves "
    # demonstratives and question words
    "this that these those what which who whom when where why how "
    # forms of be, have, do; modal verbs
    "am is are was were be been being have has had having do does did doing can will should "
    # articles, conjunctions, prepositions
    "a an the and but if or because as until while of at by for with about against between into "
    "through during before after above below to from up down in out on off over under "
    # adverbs, quantifiers, negation
    "again further then once here there all any both each few more most other some such no nor "
    "not only own same so than too very just now "
    # what an apostrophe leaves of a contraction: after it, and before it
    "s t d ll m o re ve y ma "
    "ain aren couldn didn doesn don hadn hasn haven isn mightn mustn needn shan shouldn wasn weren "
    "won wouldn"
)

STOP_WORDS = frozenset(_BY_KIND.split())
