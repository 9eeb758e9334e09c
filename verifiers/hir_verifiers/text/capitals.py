def count_capital_words(text: str) -> int:
    import nltk
    return sum(w.isupper() for w in nltk.word_tokenize(text,preserve_line=True))
