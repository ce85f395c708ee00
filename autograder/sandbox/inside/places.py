"""Where things are inside the sandbox, and how much of everything a learner's code may use."""

MiB = 1 << 20
COURSE, PACKAGES, INSIDE = "/course", "/packages", "/inside"
HOME = "/home/learner"
WRITABLE = {"/tmp": 128 * MiB, HOME: 64 * MiB, "/dev/shm": 64 * MiB}  # each a tmpfs of this size in bytes
NOBODY = 65534

MEMORY = 3072 * MiB  # of all processes of one kernel together
ADDRESSES = 8192 * MiB  # address space of one process, of which PyTorch alone reserves much
PROCESSES = 64  # threads count too
FILE = 64 * MiB
FILES = 256
CPU = 900  # seconds of one process
