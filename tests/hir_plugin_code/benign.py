"""Functions in the style of VerInstruct, HIR-16K and AutoIF, with responses that pass and fail."""

from __future__ import annotations

TWO = "def check_following(instruction, response):\n"
TYPED = "from typing import List, Optional\n\n"
ONE = "def evaluate(response):\n"

BENIGN: list[tuple[str, str, str]] = [
    (TWO + "    return len(response.split()) >= 5", "One two three four five.", "One two."),
    (TWO + "    return len(response.split('\\n\\n')) == 2", "A.\n\nB.", "A."),
    (
        "import re\n" + TWO + "    return len(re.findall(r'\\bocean\\b', response, re.I)) >= 2",
        "Ocean and ocean.", "Oceanic ocean.",
    ),
    (
        ONE + "    return all(line.startswith('- ') for line in response.splitlines())",
        "- a\n- b", "a",
    ),
    (
        "import json\n" + ONE + "    try:\n        data = json.loads(response)\n"
        "    except json.JSONDecodeError:\n        return False\n"
        "    return isinstance(data, dict) and 'name' in data",
        '{"name": 1}', "name",
    ),
    (
        "from collections import Counter\n" + ONE
        + "    counts = Counter(response.lower().split())\n"
        "    return counts.most_common(1)[0][1] <= 2",
        "tea tea milk", "tea tea tea",
    ),
    (
        "import string\n" + TWO
        + "    words = [w.strip(string.punctuation) for w in response.split()]\n"
        "    return all(w.islower() for w in words if w)",
        "tea, milk.", "Tea, milk.",
    ),
    (
        "import math\n" + ONE + "    n = len(response)\n    return math.isqrt(n) ** 2 == n",
        "four", "three",
    ),
    (
        "import statistics\n" + ONE + "    lengths = [len(w) for w in response.split()]\n"
        "    return statistics.mean(lengths) < 4",
        "tea is hot", "lighthouse keepers",
    ),
    (
        "from statistics import median, stdev\n" + ONE
        + "    lengths = [len(s.split()) for s in response.split('.') if s.strip()]\n"
        "    return median(lengths) == 2 and stdev(lengths) < 1",
        "Tea cools. Milk warms.", "Tea. It cools down fast.",
    ),
    (
        "import unicodedata\n" + ONE
        + "    return not any(unicodedata.category(c) == 'So' for c in response)",
        "Tea.", "Tea ☕.",
    ),
    (
        "from datetime import datetime\n" + ONE + "    try:\n"
        "        datetime.strptime(response.strip(), '%B %d, %Y')\n        return True\n"
        "    except ValueError:\n        return False",
        "May 4, 2020", "4.5.2020",
    ),
    (
        "import datetime\n" + ONE
        + "    a, b = (datetime.date.fromisoformat(x) for x in response.split())\n"
        "    return (b - a).days == 1",
        "2024-02-28 2024-02-29", "2023-02-28 2023-03-02",
    ),
    (
        "import re\nKEYWORDS = ['sun', 'moon']\n\ndef has(word, text):\n"
        "    return re.search(rf'\\b{re.escape(word)}\\b', text) is not None\n\n" + TWO
        + "    return all(has(word, response.lower()) for word in KEYWORDS)",
        "The sun, the moon.", "The sunny moon.",
    ),
    (
        TWO + "    sentences = [s for s in response.replace('!', '.').split('.') if s.strip()]\n"
        "    return 2 <= len(sentences) <= 3",
        "A b. C d!", "A b.",
    ),
    (
        TYPED
        + "def check_following(instruction: str, response: str) -> bool:\n"
        "    lines: List[str] = response.split('\\n')\n"
        "    first: Optional[str] = lines[0] if lines else None\n"
        "    return first is not None and first.startswith('# ')",
        "# Tea\nHot.", "Tea",
    ),
    (
        "import itertools\n" + ONE
        + "    return max(len(list(g)) for _, g in itertools.groupby(response)) < 3",
        "good", "goood",
    ),
    (ONE + "    return response == response[::-1]", "level", "levels"),
    (
        "import re\n" + ONE + "    return bool(re.fullmatch(r'(?:\\d{3}-){2}\\d{4}', response))",
        "123-456-7890", "123-456",
    ),
    (
        ONE + "    print('checking', response)\n    return response.endswith('?')",
        "Is it?", "It is.",
    ),
    (
        "import ast\n" + ONE + "    try:\n        ast.parse(response)\n        return True\n"
        "    except SyntaxError:\n        return False",
        "x = 1", "x =",
    ),
    (
        "import functools\n" + ONE
        + "    return functools.reduce(lambda a, w: a + len(w), response.split(), 0) == 6",
        "tea hot", "tea",
    ),
    (
        "import csv, io\n" + ONE
        + "    rows = list(csv.reader(io.StringIO(response)))\n"
        "    return len({len(row) for row in rows}) == 1",
        "a,b\nc,d", "a,b\nc",
    ),
    (
        "import xml.etree.ElementTree as ET\n" + ONE + "    try:\n"
        "        return ET.fromstring(response).tag == 'tea'\n    except ET.ParseError:\n"
        "        return False",
        "<tea>hot</tea>", "tea",
    ),
    (
        "from html.parser import HTMLParser\n\nclass Tags(HTMLParser):\n    def __init__(self):\n"
        "        super().__init__()\n        self.seen = []\n\n"
        "    def handle_starttag(self, tag, attrs):\n        self.seen.append(tag)\n\n" + ONE
        + "    tags = Tags()\n    tags.feed(response)\n    return tags.seen == ['b']",
        "<b>tea</b>", "<i>tea</i>",
    ),
    (
        "from dataclasses import dataclass\n\n@dataclass\nclass Count:\n    words: int\n"
        "    lines: int\n\n"
        + ONE + "    return Count(len(response.split()), response.count('\\n')) == Count(2, 1)",
        "tea\nmilk", "tea milk",
    ),
    (
        "from fractions import Fraction\nfrom decimal import Decimal\n" + ONE
        + "    return Fraction(Decimal(response)) == Fraction(1, 4)",
        "0.25", "0.2",
    ),
    (
        "import difflib\n" + ONE
        + "    return difflib.SequenceMatcher(None, response, 'green tea').ratio() > 0.8",
        "green teas", "coffee",
    ),
    (
        "import hashlib\n" + ONE
        + "    return hashlib.sha256(response.encode('utf-8')).hexdigest().startswith('c1')",
        "tea 58", "milk",
    ),
    (
        ONE + "    try:\n        response.encode('gbk')\n        return True\n"
        "    except UnicodeEncodeError:\n        return False",
        "绿茶很好", "tea 🍵",
    ),
    (
        "import re\n" + TWO
        + "    chinese = re.findall('[\\u4e00-\\u9fff]', response)\n    return len(chinese) <= 5",
        "绿茶很好", "绿茶很好喝极了",
    ),
    (
        "from enum import Enum\n\nclass Tone(Enum):\n    CALM = '.'\n    LOUD = '!'\n\n" + ONE
        + "    return Tone(response[-1]) is Tone.CALM",
        "Tea.", "Tea!",
    ),
    (
        "import heapq\n" + ONE
        + "    return heapq.nlargest(1, map(len, response.split()))[0] <= 4",
        "tea milk", "lighthouse",
    ),
    (
        ONE + "    seen = set()\n    for word in response.split():\n        if word in seen:\n"
        "            return False\n        seen.add(word)\n    return True",
        "tea milk", "tea tea",
    ),
    (
        TWO + "    import re\n"
        "    def strip(text):\n        return re.sub(r'[*_`]', '', text)\n"
        "    return strip(response) == response",
        "tea", "*tea*",
    ),
    (
        ONE + "    return response.istitle()\n\nif __name__ == '__main__':\n"
        "    print(evaluate('Tea'))",
        "Tea", "tea",
    ),
    (
        "import regex\n" + ONE + "    return regex.search(r'\\p{Han}', response) is not None",
        "茶", "tea",
    ),
    ("import emoji\n" + ONE + "    return emoji.emoji_count(response) == 1", "Tea 🍵", "Tea"),
    (
        "import numpy as np\n" + ONE
        + "    return bool(np.mean([len(w) for w in response.split()]) > 3.5)",
        "milk tea four", "a tea",
    ),
    (
        "import nltk\nfrom nltk.tokenize import RegexpTokenizer\n" + ONE
        + "    return len(RegexpTokenizer(r'\\w+').tokenize(response)) == 2",
        "Hot tea!", "Tea!",
    ),
]  # fmt: skip
