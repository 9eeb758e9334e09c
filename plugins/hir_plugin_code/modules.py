"""What such functions may import: pure computing, loaded before the door is shut."""

from __future__ import annotations

_STANDARD = """
    __future__ abc ast base64 binascii bisect calendar cmath collections colorsys contextlib copy
    csv dataclasses datetime decimal difflib enum fnmatch fractions functools hashlib heapq html io
    itertools ipaddress json keyword locale math numbers operator pprint re shlex statistics string
    stringprep struct textwrap time token tokenize types typing unicodedata urllib uuid warnings
    xml zlib
"""
STANDARD = frozenset(_STANDARD.split())
"""Modules of the standard library, with what is in them."""

PACKAGES = frozenset(("emoji", "nltk", "numpy", "regex"))
"""Packages that hir-kit depends on; a sandbox with them is started where a function wants one."""

INNER = (
    "collections.abc", "html.entities", "html.parser", "json.decoder", "json.encoder",
    "urllib.parse", "xml.dom.minidom", "xml.etree.ElementTree", "xml.sax.saxutils",
    "_strptime",
)  # fmt: skip
"""Parts that are imported by themselves, or late."""

_CODECS = (
    "ascii big5 big5hkscs cp437 cp850 cp866 cp932 cp936 cp949 cp950 cp1250 cp1251 cp1252 cp1253 "
    "cp1254 cp1255 cp1256 cp1257 euc_jp euc_kr gb18030 gb2312 gbk idna iso2022_jp iso8859_1 "
    "iso8859_2 iso8859_5 iso8859_15 koi8_r latin_1 mac_roman punycode raw_unicode_escape shift_jis "
    "utf_7 utf_8 utf_8_sig utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le unicode_escape"
)
CODECS = _CODECS.split()
"""Encodings, which Python imports when they are asked for."""
