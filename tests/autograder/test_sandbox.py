"""The sandbox: what is seen inside and what is refused, two ways to start that are alike, and that it fails closed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from confined import ask_inside, needs_sandbox, run_cells

from autograder.__main__ import main
from autograder.course import ROOT
from autograder.sandbox import kernels, packages

SEEN = {  # expression -> what it gives inside in a lesson before 05
    "importlib.import_module('numpy').__name__": "numpy",
    "importlib.import_module('matplotlib.pyplot').__name__": "matplotlib.pyplot",
    "importlib.import_module('sklearn.datasets').load_digits().data.shape": "(1797, 64)",
    "importlib.import_module('backprop.check').check('dL-dw1', None)": "Checks run outside while this is graded.",
    "importlib.import_module('backprop.check').progress()": "Checks run outside while this is graded.",
    "importlib.import_module('backprop.widgets').loss_curve.__name__": "loss_curve",
    "subprocess.run('echo hello', shell=True, capture_output=True).stdout": "b'hello\\n'",
    "open('/home/learner/mine', 'w').write('x')": "1",
    "open('/tmp/mine', 'w').write('x')": "1",
    "sorted(name for name in os.listdir('/proc') if name.isdecimal())": "['1', '2']",
    "socket.gethostname()": "learner",
    "os.environ['HOME']": "/home/learner",
    "os.getcwd()": "/home/learner",
}
ABSENT = {
    **{
        f"importlib.import_module({name!r})": "ModuleNotFoundError"
        for name in ("torch", "jax", "tensorflow", "autograd", "sympy", "nbgrader", "autograder", "backprop.engine")
        + ("backprop.exercises", "backprop.check._judge", "pytest")
    },
    **{
        f"os.path.exists({str(path)!r})": "False"
        for path in (
            ROOT / "solutions",
            ROOT / "tests",
            ROOT / "lessons",
            ROOT / "backprop",
            "/etc/passwd",
            "/root/.bashrc",
        )
    },
    "os.listdir(os.path.dirname(os.__file__) + '/site-packages')": "[]",
    "[name for name in os.listdir('/course/backprop/check') if 'judge' in name]": "[]",
    "[name for name in os.environ if 'KEY' in name or 'TOKEN' in name]": "[]",
}
REFUSED = {
    "open('/course/backprop/__init__.py', 'a')": "OSError",
    "open('/packages/numpy/__init__.py', 'a')": "OSError",
    "open('/new', 'w')": "OSError",
    "open('/dev/new', 'w')": "OSError",
    "open('/dev/shm/large', 'wb').write(bytes(70 << 20))": "OSError",
    "os.symlink('/root', '/course/link')": "OSError",
    "socket.create_connection(('127.0.0.1', 22), 2)": "OSError",
    "socket.create_connection(('198.51.100.1', 80), 2)": "OSError",
    "socket.socket(40, socket.SOCK_STREAM)": "OSError",
    "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)": "OSError",
    "os.kill(1, 9)": "None",  # the first process in a namespace hears no signal from inside
    "open('/proc/1/mem', 'rb')": "OSError",
    "os.setuid(0)": "OSError",
    "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))": "OSError",
    "bytearray(20 << 30)": "MemoryError",
    "resource.setrlimit(resource.RLIMIT_NPROC, (-1, -1))": "ValueError",
    "open('/proc/self/oom_score_adj', 'w').write('-1000')": "OSError",
}
CALLS = {"x86_64": {"ptrace": 101, "mount": 165, "unshare": 272, "keyctl": 250, "bpf": 321, "io_uring_setup": 425,
                    "memfd_create": 319, "shmget": 29, "process_vm_readv": 310, "setns": 308, "userfaultfd": 323,
                    "perf_event_open": 298, "open_tree": 428, "chroot": 161}}  # fmt: skip


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path


@needs_sandbox
def test_what_is_seen_and_what_is_not(folder):
    expected = SEEN | ABSENT | REFUSED
    assert ask_inside(folder, {text: text for text in expected}) == expected


@needs_sandbox
def test_system_calls_are_refused(folder):
    known = CALLS.get(os.uname().machine)
    if known is None:
        pytest.skip(f"the numbers of the calls on {os.uname().machine} are not in this test")
    found = ask_inside(folder, {name: f"call({number}, 0, 0, 0, 0, 0)" for name, number in known.items()})
    assert found == dict.fromkeys(known, "EPERM")


@needs_sandbox
def test_frameworks_are_there_from_lesson_05_on(folder):
    questions = {name: f"importlib.import_module({name!r}).__name__" for name in ("torch", "backprop.engine")}
    found = ask_inside(folder, questions, lesson="05-autodiff")
    assert found == {"torch": "torch", "backprop.engine": "ModuleNotFoundError"}


@pytest.mark.parametrize(
    ("lesson", "they_are_there"),
    [("00-start-here", False), ("04-clinic", False), ("05-autodiff", True), ("08-transformer", True), ("extra", False)],
)
def test_which_lessons_use_frameworks(lesson, they_are_there):
    assert packages.uses_frameworks(lesson) is they_are_there
    assert "torch" not in packages.entries(False)


@needs_sandbox
def test_layers_are_reported(folder):
    _, resources = run_cells(folder, "1 + 1")
    assert {"user namespace", "network namespace", "read-only root", "limits", "seccomp"} <= set(resources["layers"])


NOTEBOOK = [
    "import numpy as np\nx = np.arange(3)",
    "x.sum()",
    "print('on stdout')",
    "1 / 0",
    "open('f', 'w').write('abc')",
]


@needs_sandbox
def test_a_plain_start_shows_the_same(folder, monkeypatch):
    forked = run_cells(folder, *NOTEBOOK)

    def broken(*_):
        raise kernels.StartFailed("no forks today")

    monkeypatch.setattr(kernels, "_zygote", broken)
    monkeypatch.setattr(kernels, "_hopeless", set())
    assert run_cells(folder, *NOTEBOOK) == forked
    assert kernels._hopeless == {False}  # and it is not tried again


@needs_sandbox
def test_a_zygote_that_was_killed_is_replaced(folder):
    run_cells(folder, "1")
    zygote = kernels._zygotes[os.getpid(), False]
    first = subprocess.run(["ps", "-o", "pid=", "--ppid", str(zygote.process.pid)], capture_output=True, check=True)
    os.kill(int(first.stdout), signal.SIGKILL)
    assert run_cells(folder, "6 * 7")[0] == ["42"]
    assert kernels._zygotes[os.getpid(), False] is not zygote


@needs_sandbox
def test_every_kernel_starts_fresh(folder):
    source = "import os, random, numpy\nprint(os.listdir('/tmp'), os.listdir('/dev/shm'), os.path.exists('left'))\n"
    source += (
        "[open(f'{where}/left', 'w') for where in ('/tmp', '.', '/dev/shm')]\n(random.random(), numpy.random.rand())"
    )
    first, second = (run_cells(folder, source)[0][0] for _ in range(2))
    assert first != second
    assert first.startswith("[] [] False") and second.startswith("[] [] False")


@needs_sandbox
def test_nothing_stays_behind(folder):
    run_cells(folder, "import subprocess\nsubprocess.Popen(['sleep', '7654.3'], start_new_session=True)")
    kernels.end_zygotes()
    found = subprocess.run(["ps", "-e", "-o", "ppid,args"], capture_output=True, text=True, check=True).stdout
    assert "7654.3" not in found
    assert not [line for line in found.splitlines() if line.split()[0] == str(os.getpid()) and "bwrap" in line]


def test_without_namespaces_nothing_runs(folder, monkeypatch):
    monkeypatch.setattr(kernels, "probe", lambda: ((), "bubblewrap is not installed"))
    with pytest.raises(kernels.NoSandbox, match="bubblewrap is not installed.*doctor.*--trust-submissions"):
        run_cells(folder, f"open({str(folder / 'ran')!r}, 'w')")
    assert not (folder / "ran").exists()


def test_grading_is_refused_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kernels, "probe", lambda: ((), "bubblewrap is not installed"))
    assert main(["grade", "00-start-here", "--classroom", str(tmp_path / "classroom")]) == 1
    assert "bubblewrap is not installed" in capsys.readouterr().err
    assert not (tmp_path / "classroom").exists()


def test_trusted_submissions_run_without(folder, monkeypatch):
    monkeypatch.setattr(kernels, "probe", lambda: ((), "nothing is here"))
    outputs, resources = run_cells(folder, "6 * 7", sandbox="trusted")
    assert outputs == ["42"] and resources["layers"] == []


def test_missing_bubblewrap_is_named(monkeypatch):
    monkeypatch.setattr(kernels.shutil, "which", lambda name: None)
    kernels.probe.cache_clear()
    try:
        assert kernels.probe() == ((), "bubblewrap is not installed")
    finally:
        kernels.probe.cache_clear()


def python_for_nobody() -> str | None:
    """A Python of this version that another user may start."""
    for python in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        try:
            if not subprocess.run([python, "-c", ""], user=65534, group=65534, extra_groups=[], cwd="/").returncode:
                return python
        except OSError:
            continue
    return None


@needs_sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests run as an unprivileged user already")
def test_an_unprivileged_user_can_do_it_too(tmp_path_factory):
    if (python := python_for_nobody()) is None:
        pytest.skip("no Python here that another user may start")
    paths = [str(ROOT), str(Path(__file__).parent), *(path for path in sys.path if "site-packages" in path)]
    program = (
        "import sys, pathlib, confined; print(confined.run_cells(pathlib.Path('.'), '6 * 7', 'import os; os.getuid()'))"
    )
    home = tmp_path_factory.mktemp("nobody")
    for place in (home, *home.parents[:2]):
        place.chmod(0o777)
    done = subprocess.run(
        [python, "-c", program], user=65534, group=65534, extra_groups=[], cwd=home, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "['42', '1000']" in done.stdout and "seccomp" in done.stdout
