"""Read what an LMS gives out, or people send, without trusting it: a folder, a zip file or one notebook."""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.course import CourseError
from autograder.reader import LIMIT

MOST_FILES = 20_000
MOST_BYTES = 2 << 30  # of all notebooks that are read from one zip file
MOST_PACKED = 200  # times smaller than its content; a notebook of text packs to a tenth


class Refused(Exception):
    """A file that is not taken; the message says why."""


@dataclass(frozen=True)
class Received:
    """One file as it came: `name` with slashes, `read` gives its bytes or raises Refused."""

    name: str
    read: Callable[[], bytes]

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file's own name."""
        return PurePosixPath(self.name).parts


@contextmanager
def received(source: Path) -> Iterator[list[Received]]:
    """Every file in there, none of them opened yet; CourseError if the source is nothing of the three."""
    if source.is_dir():
        yield _in_folder(source)
    elif zipfile.is_zipfile(source):
        with _opened(source) as packed:
            yield _in_zip(packed)
    elif source.is_file() and source.suffix == ".ipynb":
        yield [Received(source.name, partial(file_bytes, source))]
    else:
        raise CourseError(f"{source} is no folder, no zip file and no notebook")


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        packed = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError) as problem:
        raise CourseError(f"{source} cannot be read ({problem}); download it again") from None
    with packed:
        yield packed


def _in_folder(source: Path) -> list[Received]:
    """Links are listed, so that they can be refused by name, but not followed."""
    paths = sorted(path for path in source.rglob("*") if path.is_symlink() or not path.is_dir())
    _check_number(len(paths))
    return [Received(path.relative_to(source).as_posix(), partial(file_bytes, path)) for path in paths]


def file_bytes(path: Path) -> bytes:
    """A plain file's content; Refused if it is none, or too large."""
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            raise Refused("it is a link or a device; only plain files are taken")
        _check_size(about.st_size)
        return path.read_bytes()
    except OSError as problem:
        raise Refused(f"it cannot be read ({problem.strerror})") from None


def _in_zip(packed: zipfile.ZipFile) -> list[Received]:
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    _check_number(len(entries))
    left = [MOST_BYTES]
    return [Received(entry.filename, partial(_entry_bytes, packed, entry, left)) for entry in entries]


def _entry_bytes(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int]) -> bytes:
    """One file of a zip; `left` counts what may still be read of all."""
    _check_entry(entry)
    data = _unpacked(packed, entry)
    left[0] -= len(data)
    if left[0] < 0:
        raise Refused(f"the zip file's notebooks have more than {MOST_BYTES >> 20} MB together")
    return data


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if name.startswith("/") or "\\" in name or ":" in name.split("/")[0] or ".." in name.split("/"):
        raise Refused("its name leads out of the zip file")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("it is a link or a device; only plain files are taken")
    if entry.flag_bits & 1:
        raise Refused("it is encrypted")
    _check_size(entry.file_size)
    if entry.file_size > MOST_PACKED * max(entry.compress_size, 1):
        raise Refused(f"it unpacks to {entry.file_size // max(entry.compress_size, 1)} times its size")


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """At most one byte more than is allowed is unpacked, whatever the entry says about its size."""
    try:
        with packed.open(entry) as file:
            data = file.read(LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as problem:
        raise Refused(f"it cannot be unpacked ({problem})") from None
    _check_size(len(data))
    return data


def _check_size(size: int) -> None:
    if size > LIMIT:
        raise Refused(f"it has {size >> 20} MB; at most {LIMIT >> 20} MB are taken")


def _check_number(found: int) -> None:
    if found > MOST_FILES:
        raise CourseError(f"there are {found} files; at most {MOST_FILES} are looked at. Is this the right place?")
