"""Functions that want more than a verdict; MARK stands for a file that must never appear.

Each is written to return True if it gets away with it, and to swallow what stops it.
"""

from __future__ import annotations

ONE = "def evaluate(response):\n"
GET = (
    "import re\n"
    "def get(name):\n"
    "    modules = getattr(getattr(getattr(re, 'en' + 'um'), 's' + 'ys'), 'mod' + 'ules')\n"
    "    return modules[name]\n"
)
"""Gets at any module that is loaded, past what looks at the names in the source."""

TRY = ONE + "    try:\n        {}\n    except BaseException:\n        pass\n    return True"


def _try(line: str) -> str:
    return GET + TRY.format(line)


HOSTILE = {
    # files
    "reads a file": TRY.format("open('/etc/passwd').read()"),
    "reads a file, hidden": _try("getattr(get('io'), 'open')('/etc/passwd').read()"),
    "reads a descriptor's file": _try("getattr(get('o' + 's'), 'open')('/etc/passwd', 0)"),
    "lists a folder": _try("getattr(get('o' + 's'), 'listdir')('/')"),
    "looks at a file": _try("getattr(get('o' + 's'), 'stat')('/etc/passwd')"),
    "looks where it is": _try("getattr(get('o' + 's'), 'getcwd')()"),
    "writes a file": _try("getattr(get('io'), 'open')('MARK', 'w').write('x')"),
    "removes a file": _try("getattr(get('o' + 's'), 'unlink')('MARK')"),
    "makes a folder": _try("getattr(get('o' + 's'), 'mkdir')('MARK')"),
    "links a file": _try("getattr(get('o' + 's'), 'symlink')('/etc/passwd', 'MARK')"),
    "reads as a module": _try("getattr(get('builtins'), '__imp' + 'ort__')('this')"),
    "reads its memory map": _try("getattr(get('io'), 'open')('/proc/self/maps').read()"),
    "reads its environment": _try("getattr(get('io'), 'open')('/proc/self/environ').read()"),
    "reads its parent's": _try("getattr(get('io'), 'open')('/proc/1/environ').read()"),
    "pretends to be an error": _try("getattr(get('io'), 'open')('<x>/../etc/passwd').read()"),
    "imports os": "import os\n" + TRY.format("os.environ['HOME']"),
    "imports os inside": TRY.format("import os; os.environ"),
    "imports by name": TRY.format("__import__('os').getcwd()"),
    "uses the environment": "import re\n" + TRY.format("re.enum.sys.modules['os'].environ"),
    # network
    "opens a socket": "import socket\n" + TRY.format("socket.socket()"),
    "opens a socket, hidden": _try(
        "getattr(getattr(get('builtins'), '__imp' + 'ort__')('_socket'), 'sock' + 'et')()"
    ),
    "fetches a page": "import urllib.request\n"
    + TRY.format("urllib.request.urlopen('http://127.0.0.1')"),
    # processes and threads
    "forks": _try("getattr(get('o' + 's'), 'fork')()"),
    "forks without end": _try("[getattr(get('o' + 's'), 'fork')() for _ in iter(int, 1)]"),
    "forks with a terminal": _try("getattr(get('o' + 's'), 'forkpty')()"),
    "runs a shell": _try("getattr(get('o' + 's'), 'system')('touch MARK')"),
    "runs a program": _try("getattr(get('o' + 's'), 'execv')('/bin/true', ['true'])"),
    "spawns": _try("getattr(get('o' + 's'), 'posix_spawn')('/bin/true', ['true'], {})"),
    "starts a thread": "import threading\n" + TRY.format("threading.Thread(target=int).start()"),
    "starts a thread, hidden": _try("get('_thread').start_new_thread(int, ())"),
    "kills its parent": _try("getattr(get('o' + 's'), 'kill')(1, 9)"),
    "kills its group": _try("getattr(get('o' + 's'), 'killpg')(0, 9)"),
    "kills all": _try("getattr(get('o' + 's'), 'kill')(-1, 9)"),
    "ignores a signal": _try("get('sig' + 'nal').signal(2, 1)"),
    "sets an alarm": _try("get('sig' + 'nal').alarm(1)"),
    "raises its limits": _try("get('resource').setrlimit(0, (9, 9))"),
    "becomes root": _try("getattr(get('o' + 's'), 'setuid')(0)"),
    "leaves its session": _try("getattr(get('o' + 's'), 'setsid')()"),
    # the interpreter
    "walks subclasses": TRY.format("[c for c in object.__subclasses__()]"),
    "walks subclasses, hidden": (
        "def evaluate(response):\n"
        "    name = '__sub' + 'classes__'\n"
        "    for cls in getattr(object, name)():\n"
        "        if getattr(cls, '__na' + 'me__') == '_wrap_close':\n"
        "            init = getattr(cls, '__in' + 'it__')\n"
        "            getattr(init, '__glo' + 'bals__')['system']('touch MARK')\n"
        "    return True"
    ),
    "calls C": "import ctypes\n" + TRY.format("ctypes.CDLL(None).system(b'touch MARK')"),
    "calls C, hidden": _try("get('ctypes').CDLL(None).system(b'touch MARK')"),
    "reads raw memory": _try("get('ctypes').string_at(1 << 20, 8)"),
    "looks at all objects": _try("get('gc').get_objects()"),
    "runs text": TRY.format("eval(\"__import__('o' + 's').system('touch MARK')\")"),
    "walks frames": GET + ONE + (
        "    try:\n"
        "        frame = getattr(get('enum'), 's' + 'ys')._getframe()\n"
        "        while getattr(frame, 'f_ba' + 'ck') is not None:\n"
        "            frame = getattr(frame, 'f_ba' + 'ck')\n"
        "        getattr(frame, 'f_glo' + 'bals')['o' + 's'].system('touch MARK')\n"
        "    except BaseException:\n        pass\n"
        "    return True"
    ),
    # the end
    "leaves": "import sys\n" + ONE + "    sys.exit(0)",
    "leaves, by name": ONE + "    exit()",
    "leaves by an error": ONE + "    raise SystemExit(0)",
    "leaves at once": GET + ONE + "    getattr(get('o' + 's'), '_ex' + 'it')(0)",
    "aborts": GET + ONE + "    getattr(get('o' + 's'), 'abort')()",
    "interrupts": ONE + "    raise KeyboardInterrupt",
    "raises an error of its own": (
        "class Lie(BaseException):\n    def __str__(self):\n        return 'T'\n"
        "Lie.__name__ = 'T\\n\\x1b[31mT'\n" + ONE + "    raise Lie"
    ),
    "crashes": ONE + "    f = lambda: None\n"
    "    f.__code__ = f.__code__.replace(co_code=b'\\xff' * 8)\n    return f() is None or True",
    "recurses": ONE + "    return evaluate(response)",
    # output
    "writes to descriptors": GET + ONE + (
        "    for number in range(64):\n"
        "        try:\n            getattr(get('o' + 's'), 'write')(number, b'T' * 9)\n"
        "        except OSError:\n            pass\n    return True"
    ),
    "writes into its answer": GET + ONE + (
        "    getattr(get('o' + 's'), 'write')(3, b'T' * 9)\n    return True"
    ),
    "floods its answer": GET + ONE + (
        "    while True:\n        getattr(get('o' + 's'), 'write')(3, b'T' * 4096)"
    ),
    "prints without end": ONE + "    while True:\n        print('tea' * 1000)",
    "prints much": ONE + "    print('tea' * 10 ** 7)\n    return True",
    "prints much as errors": GET + ONE + (
        "    getattr(getattr(get('enum'), 's' + 'ys'), 'std' + 'err').write('x' * 10 ** 6)\n"
        "    return True"
    ),
    # memory and time
    "takes memory": ONE + "    x = 'a' * 10 ** 10\n    return True",
    "takes memory, and hides it": TRY.format("x = bytearray(10 ** 10)"),
    "takes memory by and by": TRY.format("x = [bytearray(100_000) for _ in iter(int, 1)]"),
    "takes memory by halves": TRY.format("x = [bytearray(10_000_000) for _ in range(30)]"),
    "grows a string": ONE + "    x = 'ab'\n    while True:\n        x += x",
    "takes a power": ONE + "    return 10 ** 10 ** 10 > 0",
    "takes a power at its definition": "X = 7 ** 7 ** 9\n" + ONE + "    return True",
    "matches for ever": "import re\n" + ONE
    + "    return re.match('(a+)+$', 'a' * 40 + 'b') is None",
    "computes for ever": ONE + "    while True:\n        pass",
    "computes for ever, caught": ONE
    + "    while True:\n        try:\n            while True: pass\n"
    "        except BaseException: pass",
    "sleeps": "import time\n" + ONE + "    time.sleep(100)\n    return True",
    "sleeps, hidden": "import time\n" + ONE
    + "    getattr(time, 'sle' + 'ep')(100)\n    return True",
    "waits for itself": GET + ONE + (
        "    lock = get('_thread').allocate_lock()\n    lock.acquire()\n"
        "    lock.acquire(True, 0.01)\n    evaluate.n = 1\n    return response"
    ),
    # verdicts
    "lies about its truth": (
        "class Liar:\n    def __bool__(self):\n        return True\n\n" + ONE + "    return Liar()"
    ),
    "is a string": (
        "class Yes(str):\n    def __eq__(self, other):\n        return True\n"
        "    def __hash__(self):\n        return hash(True)\n\n" + ONE + "    return Yes('True')"
    ),
    "is a number": ONE + "    return 1",
    "is a number like a bool": (
        "class Yes(int):\n    __class__ = bool\n\n" + ONE + "    return Yes(1)"
    ),
    "subclasses bool": "class Yes(bool):\n    pass\n\n" + ONE + "    return Yes(1)",
    "is nothing": ONE + "    pass",
    "is a match": "import re\n" + ONE + "    return re.search('T', response)",
    "changes its mind": "calls = []\n" + ONE + "    calls.append(1)\n    return len(calls) == 1",
    "changes its mind in itself": ONE
    + "    evaluate.n = getattr(evaluate, 'n', 0) + 1\n    return evaluate.n == 1",
    "tosses a coin": "import random\n" + ONE + "    return random.random() < 0.5",
    "asks for chance": GET + ONE + "    return getattr(get('o' + 's'), 'urandom')(1) < b'\\x7f'",
    "asks the clock": "import time\n" + ONE + "    return time.time() % 2 < 1",
    "asks the clock by another name": "from time import time as then\n" + ONE
    + "    return then() % 2 < 1",
    "asks the clock in silence": "import time\n" + ONE + "    return time.strftime('%Y') > '2000'",
    "asks the date": "from datetime import datetime\n" + ONE
    + "    return datetime.now().year > 2000",
    "yields": ONE + "    yield True",
    "awaits": "async def evaluate(response):\n    return True",
}  # fmt: skip
