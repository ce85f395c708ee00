"""Cells that reach for what is not theirs. Each prints REACHED, in capitals, if it got there."""

CELLS = {  # statements; whatever they raise counts as refused
    "course-files": """
names = ('solutions', 'lessons', 'classroom', 'gradebook.db', 'course.key', 'nbgrader_config.py', 'exercises', 'engine')
reached = any(name in (*folders, *files) for _, folders, files in os.walk('/course') for name in names)
""",
    "notebooks-anywhere": """
reached = any(file.endswith('.ipynb') for top in ('/home', '/tmp', '/root', '/course', '/dev', '/inside')
              for _, _, files in os.walk(top) for file in files)
""",
    "gradebook-by-name": "reached = os.path.exists({classroom!r}) or open({classroom!r} + '/gradebook.db', 'ab')",
    "course-key": "reached = open({classroom!r} + '/course.key', 'rb').read()",
    "other-students": "reached = os.listdir({classroom!r} + '/submitted')",
    "the-repository": "reached = os.listdir({root!r})",
    "dots": "reached = [open('../' * 20 + {root!r}.lstrip('/') + '/README.md')]",
    "home-of-the-grader": "reached = [name for name in os.listdir('/root') if name != '.pyenv']",
    "configuration": "reached = open({root!r} + '/nbgrader_config.py', 'a').write('c = None')",
    "startup-files": "open(sys.base_prefix + '/lib/startup.py', 'w'); reached = True",
    "packages": "import numpy; reached = open(numpy.__file__, 'a').write('#')",
    "standard-library": "reached = open(os.__file__, 'a').write('#')",
    "the-checks": "import backprop.check.wire as wire; reached = open(wire.__file__, 'a').write('#')",
    "the-sandbox-itself": "reached = open('/inside/inside/start.py', 'a').write('#')",
    "system-files": "reached = open('/etc/shadow').read()",
    "symbolic-link": "os.symlink('/etc/shadow', 'link'); reached = open('link').read()",
    "hard-link": "os.link('/usr/bin/env', 'env'); reached = open('env', 'ab')",
    "named-pipe": "os.mkfifo('/course/pipe'); reached = True",
    "device": "os.mknod('disk', 0o60600, os.makedev(254, 0)); reached = True",
    "disk": "reached = [open(name, 'rb').read(1) for name in ('/dev/vda', '/dev/sda', '/dev/mem', '/dev/kmsg')]",
    "kernel-settings": "reached = open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x')",
    "system-control": "reached = open('/proc/sysrq-trigger', 'w').write('b')",
    "cgroups": "reached = os.listdir('/sys/fs/cgroup')",
    "root-of-the-first-process": "reached = os.listdir('/proc/1/root/')",
    "memory-of-the-first-process": "reached = open('/proc/1/mem', 'r+b').read(1)",
    "descriptors-of-the-first-process": "reached = os.listdir('/proc/1/fd')",
    "namespaces-of-the-first-process": "reached = call('setns', os.open('/proc/1/ns/mnt', 0), 0)",
    "other-processes": "reached = [pid for pid in os.listdir('/proc') if pid.isdecimal() and int(pid) > 4000]",
    "tracing": "reached = call('ptrace', 16, 1, 0, 0)",
    "reading-memory": "reached = call('process_vm_readv', 1, 0, 0, 0, 0, 0)",
    "mounting": "reached = call('mount', b'tmpfs', b'/course', b'tmpfs', 0, 0)",
    "new-namespaces": "reached = call('unshare', 0x10000000)",
    "new-namespaces-by-command": "subprocess.run(['unshare', '--user', 'true'], check=True); reached = True",
    "root-again": "os.setuid(0); reached = True",
    "programs-of-root": "subprocess.run(['su', '-c', 'true'], check=True, stdin=subprocess.DEVNULL); reached = True",
    "kernel-keys": "reached = call('keyctl', 0, 0xfffffffd, 0)",
    "kernel-programs": "reached = call('bpf', 0, 0, 0)",
    "internet": "socket.create_connection(('1.1.1.1', 80), 2); reached = True",
    "names": "socket.getaddrinfo('example.org', 80); reached = True",
    "loopback": "socket.create_connection(('127.0.0.1', {port}), 2); reached = True",
    "loopback-datagram": "socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port})); reached = True",
    "listening": "s = socket.socket(); s.bind(('0.0.0.0', 8888)); s.listen(); reached = True",
    "abstract-socket": "s = socket.socket(1); s.connect({abstract!r}); reached = True",
    "socket-of-another-kernel": "socket.socket(1).connect({path!r}); reached = True",
    "folders-of-other-kernels": "reached = [name for name in os.listdir('/tmp') if name.startswith('learner-')]",
    "virtual-machine-socket": "socket.socket(40, 1).connect((2, 22)); reached = True",
    "raw-packets": "socket.socket(17, 3, 3); reached = True",
    "signal-to-strangers": "os.kill({pid}, 0); reached = True",
    "priority": "os.setpriority(os.PRIO_PROCESS, 0, -20); reached = True",
    "higher-limits": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); reached = True",
    "clock": "time.clock_settime(time.CLOCK_REALTIME, 0); reached = True",
    "host-name": "socket.sethostname('pwned'); reached = True",
    "environment": "reached = [n for n in os.environ if any(w in n for w in ('TOKEN', 'SECRET', 'SSH', 'SUDO'))]",
    "inherited-descriptors": """
opened = [f'/proc/self/fd/{{number}}' for number in range(3, 256)]
told = [os.readlink(one) for one in opened if os.path.islink(one)]
reached = [path for path in told if path.startswith(('/tmp', {root!r}, {classroom!r}))]
""",
    "frameworks": "import torch; reached = True",
    "truth": "import backprop.exercises; reached = True",
    "engine": "import backprop.engine; reached = True",
    "grader": "import autograder.grading; reached = True",
}
BEFORE = """
import ctypes, os, resource, socket, subprocess, sys, time
NUMBERS = dict(ptrace=101, process_vm_readv=310, mount=165, unshare=272, setns=308, keyctl=250, bpf=321)
def call(name, *words):
    if os.uname().machine != 'x86_64': raise OSError('other numbers there')
    return ctypes.CDLL(None).syscall(NUMBERS[name], *words) >= 0
"""


def cell(name: str, about: dict) -> str:
    """A cell that tries one thing and says whether it got there."""
    body = CELLS[name].format(**about).strip().replace("\n", "\n    ")
    tell = f"print('REACHED {name}' if reached else 'nothing there')"
    return (
        f"try:\n    {body}\n    {tell}\nexcept BaseException as problem:\n    print('refused:', type(problem).__name__)"
    )
