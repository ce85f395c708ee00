"""`python -m autograder COMMAND`: what an instructor runs."""

import argparse
import sys

from autograder import build, doctor, grade, verify
from autograder.authoring import AuthoringError
from autograder.course import CourseError, put_tools_on_path

COMMANDS = {"build": build, "verify": verify, "grade": grade, "doctor": doctor}


def parser() -> argparse.ArgumentParser:
    """The command line: one subcommand a module, each described by its module's first line."""
    whole = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    choices = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        about = module.__doc__.strip()
        one = choices.add_parser(name, help=about.splitlines()[0], description=about)
        module.add_arguments(one)
        one.set_defaults(run=module.run)
    return whole


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 if all went well, 1 if something has to be put right, 130 after Ctrl-C."""
    put_tools_on_path()
    chosen = parser().parse_args(words)
    try:
        return chosen.run(chosen)
    except (AuthoringError, CourseError) as problem:
        print(f"autograder {chosen.command}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept, run it again to go on", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
