"""Alter honest documents at random for some minutes and judge them; exit 1 when anything is found."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.alterations import KINDS
from tests.fuzz.running import Tally, run

OUTCOMES = ("accepted", "review", "refused", "unreadable", "found", "slow", "crash")


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    tally = run(args.seed, seconds=args.seconds, jobs=args.jobs, out=args.out, count=args.count)
    print("\n".join(_table(tally)))
    for finding in tally.findings:
        print(f"FOUND {finding}")
    print(f"slowest file {tally.slowest:.1f} s of processor time; go on with --seed {tally.following}")
    return 1 if tally.findings else 0


def _table(tally: Tally) -> list[str]:
    lines = [f"| alteration | {' | '.join(OUTCOMES)} |", "|---" * (len(OUTCOMES) + 1) + "|"]
    rows = [(kind, [tally.outcomes[kind, outcome] for outcome in OUTCOMES]) for kind in KINDS]
    rows.append(("all", [sum(column) for column in zip(*(counts for _, counts in rows), strict=True)]))
    return lines + [f"| {kind} | {' | '.join(map(str, counts))} |" for kind, counts in rows]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1, help="the number of the first alteration")
    parser.add_argument("--count", type=int, default=10**9, help="how many at most each process tries")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/fuzz"), help="where findings are saved")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
