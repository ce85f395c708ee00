"""Answers and cells that try to be taken for right without being so: every one must get no point."""

NASTY = {  # what a function returns, in the lesson's own cell
    "equal-to-everything": "Equal(1)",
    "float-subclass": "Near(1)",
    "array-protocol": "Lazy()",
    "array-ufunc": "Ufunc()",
    "array-function": "Function()",
    "ndarray-subclass": "np.zeros(1).view(Array)",
    "dict-of-anything": "Anything()",
    "empty-array": "np.array([])",
    "empty-list": "[]",
    "zero": "0.0",
    "one": "1.0",
    "not-a-number": "float('nan')",
    "infinite": "float('inf')",
    "negative-infinite": "-float('inf')",
    "complex": "1 + 0j",
    "boolean": "True",
    "boolean-array": "np.ones(1, bool)",
    "object-array": "np.array([Equal(1)], object)",
    "half-precision": "np.float16(1)",
    "column": "np.ones((7, 1))",
    "huge-integer": "10**400",
    "text": "'1.0'",
    "bytes": "b'1.0'",
    "generator": "(value for value in [1.0])",
    "masked-array": "np.ma.masked_all(1)",
    "record-array": "np.zeros(1, [('a', float)])",
    "date": "np.datetime64('2026-01-01')",
    "callable": "lambda *a, **k: 1.0",
    "the-inputs": "inputs",
    "public-example": "-9.0",
    "nothing": "None",
}
CLASSES = """
import numpy as np
class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __gt__(self, other): return True
    def __ge__(self, other): return True
    def __sub__(self, other): return Equal(0)
    def __rsub__(self, other): return Equal(0)
    def __abs__(self): return 0.0
    __hash__ = None
class Near(float):
    def __float__(self): return 0.0
    def __array__(self, *a, **k): return np.zeros(1)
class Lazy:
    def __array__(self, *a, **k): return np.array([Equal(1)], object)
class Ufunc:
    def __array_ufunc__(self, *a, **k): return True
class Function:
    def __array_function__(self, *a, **k): return True
class Array(np.ndarray):
    def __eq__(self, other): return np.ones(1, bool)
    def __sub__(self, other): return np.zeros(1)
    def tobytes(self): return b''
class Anything(dict):
    def __missing__(self, name): return Equal(1)
    def items(self): return [(name, Equal(1)) for name in 'abc']
"""
BEHAVIOURS = {  # function exercises that are answered by behaving oddly
    "looks-at-its-callers": """
def {name}(**inputs):
    import sys
    frame = sys._getframe()
    while frame:
        for found in frame.f_locals.values():
            if isinstance(found, dict) and 'truths' in found: return found['truths']
        frame = frame.f_back
""",
    "searches-memory": """
def {name}(**inputs):
    import gc
    for found in gc.get_objects():
        if type(found).__name__ == 'Exercise': return found.truth(**inputs)
""",
    "imports-the-truth": """
def {name}(**inputs):
    from backprop.exercises import find
    return find({id!r}).truth(**inputs)
""",
    "uses-the-engine": """
def {name}(**inputs):
    import backprop.engine as engine
    return engine.grad(lambda x: x)(1.0)
""",
    "reads-other-memory": """
def {name}(**inputs):
    return open('/proc/1/mem', 'rb').read()
""",
    "changes-its-inputs": """
def {name}(**inputs):
    for value in inputs.values():
        if hasattr(value, 'fill'): value.fill(0)
    inputs.clear()
    return 0.0
""",
    "replaces-itself": """
def {name}(**inputs):
    globals()[{name!r}] = lambda **inputs: 0.0
    return 0.0
""",
    "keeps-another-time": """
def {name}(**inputs):
    import time, datetime
    time.time = lambda: 0.0
    return time.time()
""",
}
CELLS = {  # cells on top of an untouched notebook
    "drops-asserts": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Call(self, node): return ast.Constant(1e9)
get_ipython().ast_transformers.append(Drop())
""",
    "rewrites-input": "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
    "replaces-run-cell": """
ip = get_ipython()
ip.run_cell = ip.run_cell_async = lambda *a, **k: None
""",
    "replaces-user-expressions": """
reply = {'status': 'ok', 'data': {'text/plain': "'AAAA'"}, 'metadata': {}}
get_ipython().user_expressions = lambda expressions: dict.fromkeys(expressions, reply)
""",
    "replaces-formatter": """
get_ipython().display_formatter.format = lambda *a, **k: ({'text/plain': "'full marks'"}, {})
""",
    "patches-wire": """
import backprop.check.wire as wire
wire.answer = lambda *a: 'full marks'
wire.pack = wire.pack_replies = lambda *a: 'full marks'
""",
    "patches-reply": """
import backprop.check.reply as reply, backprop.check.plain as plain
reply.ask = lambda *a: [reply.Reply({'result': 1.0})]
plain.plain = lambda value: value
""",
    "patches-check": "import backprop.check\nbackprop.check.check = check = lambda *a, **k: 1e9",
    "patches-numpy": """
import numpy as np
np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
np.isfinite = lambda *a: np.True_
np.ascontiguousarray = lambda a: np.zeros(1)
np.array = lambda *a, **k: np.zeros(1)
""",
    "patches-builtins": """
import builtins
builtins.all = builtins.any = lambda *a: True
builtins.abs = lambda *a: 0.0
builtins.isinstance = lambda *a: True
""",
    "patches-json": """
import json, base64, struct
json.dumps = lambda *a, **k: '[{"values": {}, "unread": {}, "problem": "", "crash": ""}]'
base64.b64encode = lambda *a: b'AAAA'
struct.pack = lambda *a: b'AAAA'
""",
    "patches-random": "import numpy as np\nnp.random.default_rng = lambda *a: None\nnp.random.rand = lambda *a: 0.5",
    "forges-results": """
from IPython.display import display
for points in (1e9, -1, float('nan'), float('inf'), '1000'): display(points)
display({'text/plain': '27'}, raw=True)
1e9
""",
    "updates-displays": """
from IPython.display import display, update_display
for name in ('dL-dw1-tests', 'quiz-tests', 'first'):
    display('full marks', display_id=name); update_display('full marks', display_id=name)
""",
    "forges-parents": """
kernel = get_ipython().kernel
for number in range(50):
    session = kernel.session.session
    header = {'msg_id': f'{session}_{number}', 'msg_type': 'execute_request', 'session': session}
    for kind in ('execute_result', 'status', 'execute_reply', 'error'):
        content = {'data': {'text/plain': '1e9'}, 'metadata': {}, 'execution_count': 1}
        content |= {'execution_state': 'idle', 'status': 'ok'}
        kernel.session.send(kernel.iopub_socket, kind, content, parent={'header': header})
""",
    "replays-replies": """
session = get_ipython().kernel.session
plain_send, old = session.send, []
def send(stream, kind, content=None, *a, **k):
    if kind == 'execute_reply':
        old.append(content)
        content = old[0]
    return plain_send(stream, kind, content, *a, **k)
session.send = send
""",
    "answers-from-a-thread": """
import threading, time
def meddle():
    while True:
        for name in ('dL_dw1', 'trace_relu', 'train', 'trace_sigmoid'):
            globals()[name] = lambda **inputs: dict.fromkeys(inputs, 0.0)
        time.sleep(0.001)
threading.Thread(target=meddle, daemon=True).start()
""",
    "replaces-the-kernel": """
reply = {'status': 'ok', 'data': {'text/plain': '1e9'}}
get_ipython().kernel.do_execute = lambda *a, **k: {'status': 'ok', 'user_expressions': {'reply': reply}}
""",
    "imports-hooks": """
import sys
class Finder:
    def find_spec(self, name, *rest):
        if 'backprop' in name: raise ImportError('full marks')
sys.meta_path.insert(0, Finder())
for name in list(sys.modules):
    if name.startswith('backprop'): del sys.modules[name]
""",
    "shuts-tracing": "import sys\nsys.settrace(lambda *a: None); sys.setrecursionlimit(50)",
}
