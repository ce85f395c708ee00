"""Cells and answers that use up what there is, put into a right solution: the rest is graded as it deserves."""

CONTAINED = {  # cells that end in an error or in nothing; the kernel lives on
    "memory-in-one-piece": "x = bytearray(30 << 30)",
    "temporary-files": "for i in range(9): open(f'/tmp/b{i}', 'wb').write(bytes(60 << 20))",
    "home-folder": "for i in range(99): open(f'bomb{i}', 'wb').write(bytes(20 << 20))",
    "shared-memory": "for i in range(99): open(f'/dev/shm/bomb{i}', 'wb').write(bytes(20 << 20))",
    "one-large-file": "open('/tmp/large', 'wb').write(bytes(90 << 20))",
    "memory-files": "import os\nfor _ in range(9999): os.memfd_create('x')",
    "many-files": "for i in range(50_000): open(f'/tmp/many{i}', 'w').close()",
    "open-files": "kept = [open('/dev/null') for _ in range(99_999)]",
    "leaves": "import sys; sys.exit(3)",
    "leaves-at-once": "raise SystemExit",
    "asks": "input('points? ')",
    "asks-for-a-password": "import getpass; getpass.getpass()",
    "debugs": "%debug",
    "recursion": "def f(): return f()\nf()",
    "deep-source": "exec('(' * 5000)",
    "large-number": "print(10 ** 5000)",
    "large-display": "from IPython.display import HTML\nHTML('x' * 5_000_000)",
    "flood": "for _ in range(400): print('x' * 100_000)",
    "flood-of-small-messages": "from IPython.display import display\nfor number in range(3000): display(number)",
    "flood-of-errors": "import sys\nfor _ in range(400): print('x' * 100_000, file=sys.stderr)",
    "clears": "from IPython.display import clear_output\nfor _ in range(500): clear_output(); print(1)",
    "ignores-signals": "import signal\nfor one in (14, 15, 1): signal.signal(one, signal.SIG_IGN)",
    "background-task": "import asyncio\n_ = asyncio.ensure_future(asyncio.sleep(600))",
    "daemon": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True: time.sleep(1)",
    "threads": """
import threading, time
for _ in range(999): threading.Thread(target=time.sleep, args=[600], daemon=True).start()
""",
}
PROCESSES = {"processes": "import subprocess\nfor _ in range(999): subprocess.Popen(['sleep', '601.7'])"}
ENDS_THE_KERNEL = {  # each costs a kernel; the cells below run in a fresh one
    "exits": "import os; os._exit(1)",
    "aborts": "import os; os.abort()",
    "segmentation-fault": "import ctypes; ctypes.string_at(0)",
    "stack-overflow": "import sys\nsys.setrecursionlimit(10**8)\nx = []\nfor _ in range(10**7): x = [x]\nrepr(x)",
    "kills-everybody": "import os; os.kill(-1, 9)",
    "stops-itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "memory-in-pieces": "x = []\nwhile True: x.append(b'1' * (64 << 20))",
    "memory-in-processes": """
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = b'1' * (900 << 20)
        time.sleep(600)
time.sleep(600)
""",
    "fork-bomb": """
import os
while True:
    try: os.fork()
    except OSError: pass
""",
    "loop": """
while True:
    try:
        while True: pass
    except KeyboardInterrupt: pass
""",
    "loop-in-c": "max(range(10**15))",
    "closes-everything": "import os; os.closerange(3, 256)",
    "replaces-the-program": "import os; os.execv('/usr/bin/sleep', ['sleep', '602.7'])",
    "ignores-interrupts": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)",
}
ANSWERS = {  # bodies of one function: its points are lost, no others
    "hangs": "while True: pass",
    "exits": "import os; os._exit(1)",
    "leaves": "raise SystemExit",
    "giant": "return b'1' * (500 << 20)",
    "hangs-on": """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "giant-array": "import numpy; return numpy.ones(50_000_000)",
    "giant-list": "return [1.0] * 10_000_000",
    "giant-dict": "return dict.fromkeys(map(str, range(1_000_000)), 1.0)",
    "giant-text": "return 'x' * 100_000_000",
    "deep": "x = []\nfor _ in range(100_000): x = [x]\nreturn x",
    "endless": "x = []\nx.append(x)\nreturn x",
    "prints": "import itertools\nfor _ in itertools.repeat(0, 300): print('x' * 100_000)",
    "raises-oddly": """
class Odd(Exception):
    def __str__(self): raise Odd
raise Odd
""",
    "reports-at-length": "raise ValueError('x' * 50_000_000)",
    "shadows-exceptions": "import builtins\nbuiltins.BaseException = builtins.Exception = int\nraise ZeroDivisionError",
    "forks": "import os; os.fork()\nreturn 1.0",
}
