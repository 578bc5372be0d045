"""The front door: which command, with which options, and how it ended."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from teladan.engine.commands.trouble import BadInput

__all__ = ["main"]

COMMANDS = {
    "assign": "decide who reads what, or check who does",
    "calibrate": "part what entries are worth from who read them",
    "novelty": "find what is imitated, and how far it was changed",
    "pair": "decide who learns from whom",
    "share": "divide a pot, to the last rupiah",
    "plan": "put visits into the hosts' calendars",
}
DONE, IMPOSSIBLE, BAD_INPUT, CANCELLED, NOT_READ = 0, 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None, program: str = "python -m teladan.engine") -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of this process if left out.
    program : str
        What the help calls the program.

    Returns
    -------
    int
        0: done. 1: no answer is possible, or what was checked has faults. 2: a
        file or option is wrong. 130: cancelled. 141: nobody read the output.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words[0] if words and words[0] in COMMANDS else None
    try:
        options = _parser(program, command).parse_args(words)
    except SystemExit as end:  # argparse has said what is wrong, or shown its help
        return int(end.code or 0)
    except KeyboardInterrupt:  # while the command was being loaded
        return _say(program, "cancelled.", CANCELLED)
    return _run(options, f"{program} {command}")


def _parser(program: str, command: str | None) -> argparse.ArgumentParser:
    """Build the parser; only the command that is wanted is loaded."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="The computations of Teladan, on files.",
        epilog="Exit codes: 0 done, 1 no answer is possible, 2 a file or option is wrong, "
        "130 cancelled. Nothing is left half-written.",
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        one = parsers.add_parser(
            name,
            help=what,
            description=what[0].upper() + what[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if name == command:
            module = import_module(f"teladan.engine.commands.{name}")
            module.add(one)
            one.set_defaults(run=module.run)
    return parser


def _run(options: argparse.Namespace, program: str) -> int:
    from teladan.engine.errors import Infeasible, NotConverged

    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _say(program, "cancelled.", CANCELLED)
    except (Infeasible, NotConverged) as no:
        return _say(program, str(no), IMPOSSIBLE)
    except BrokenPipeError:
        # Whoever read our output has read enough; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_READ
    except OSError as wrong:
        where = f"{wrong.filename}: " if wrong.filename else ""
        return _say(program, f"{where}{wrong.strerror or wrong}", BAD_INPUT)
    except (BadInput, ValueError, RuntimeError) as wrong:
        return _say(program, str(wrong), BAD_INPUT)
    except MemoryError:
        return _say(program, "there is not enough memory for these files.", BAD_INPUT)


def _say(program: str, what: str, code: int) -> int:
    sys.stderr.write(f"{program}: {what}\n")
    return code
