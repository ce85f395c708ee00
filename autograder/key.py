"""The course's secret key: it makes the random inputs repeatable for us and unknown to learners."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.course import CourseError

SIZE = 32  # bytes


def course_key(path: Path) -> bytes:
    """The key in this file, made on first use and readable by its owner only."""
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != SIZE:
        raise CourseError(f"{path} should hold {SIZE} bytes and holds {len(key)}; restore or remove it")
    return key


def _make(path: Path) -> None:
    """Write beside and link: another process sees no file or a whole one, and the first to link wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SIZE))
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


def seed(key: bytes, submission: str, exercise: str) -> bytes:
    """The seed of one exercise's random inputs for one submission."""
    return hmac.new(key, f"{submission}/{exercise}".encode(), hashlib.sha256).digest()
