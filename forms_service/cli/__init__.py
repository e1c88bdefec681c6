"""The `forms` command: results on stdout, talk on stderr, an exit code a reason."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forms_service.cli import (
    configuring,
    custody,
    desk,
    elsewhere,
    entrusting,
    playing,
    proving,
    running,
    specs,
    verifying,
)
from forms_service.cli.command import REFUSED, USAGE, Do, tell
from forms_service.domain.errors import FormsError, ProblemsFound
from forms_service.settings import read_settings

COMMANDS = (
    *specs.COMMANDS,
    *configuring.COMMANDS,
    *custody.COMMANDS,
    *desk.COMMANDS,
    *verifying.COMMANDS,
    *elsewhere.COMMANDS,
    *entrusting.COMMANDS,
    *proving.COMMANDS,
    *running.COMMANDS,
    *playing.COMMANDS,
)


_UNHEARD = 141
"""The exit code of a program that nobody listens to any more: 128 and SIGPIPE."""
_INTERRUPTED = 130
"""The exit code of a program that was told to stop: 128 and SIGINT."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 refused with the reason on stderr, 2 misused, 130 stopped."""
    args = make_parser().parse_args(argv)
    try:
        code = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has heard enough, as `head` does; what is left must not be tried again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNHEARD
    except KeyboardInterrupt:
        tell("中途停下了；已经写出的都算数，其余没有做。")
        return _INTERRUPTED
    return code


def _run(args: argparse.Namespace) -> int:
    does: Do = args.does
    try:
        return does(args, read_settings(data=args.data))
    except ProblemsFound as error:
        tell("\n".join(str(problem) for problem in error.problems))
    except FormsError as error:
        tell(str(error))
    except argparse.ArgumentTypeError as error:
        tell(f"{error}。")
        return USAGE
    return REFUSED


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    words = "受控表单：一份规格，产出网页、PDF、签核、联单与入账。"
    parser = argparse.ArgumentParser(prog="forms", description=words)
    parser.add_argument("--data", type=Path, help="运行数据的文件夹（默认 archive/ 或 FORMS_DATA）")
    commands = parser.add_subparsers(required=True, metavar="命令")
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.words, description=command.words)
        for argument in command.arguments:
            options: Any = argument.options  # argparse types each option by itself
            own.add_argument(argument.flag, **options)
        own.set_defaults(does=command.does)
    return parser


if __name__ == "__main__":
    sys.exit(main())
