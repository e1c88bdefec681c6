"""Ask every program about every document of a folder, and print who agrees: exit 0 when all do, else 1."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.interop.comparing import Compared, compare, find_documents
from tests.interop.pdfbox import ask_pdfbox, jars


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    missing = [str(jar) for jar in jars() if not jar.is_file()]
    if missing:
        print(f"PDFBox is not here ({', '.join(missing)}); run `make interop-tools` first.", file=sys.stderr)
        return 2
    pdfs, started = find_documents(args.folder)[:: args.every], time.monotonic()
    if not pdfs:
        print(f"{args.folder} holds no PDF; `make regulation` plays the month.", file=sys.stderr)
        return 2
    compared = compare(pdfs, args.trust or args.folder / "trust.pem", jobs=args.jobs, batch=ask_pdfbox)
    print("\n".join(report(compared)))
    print(f"{time.monotonic() - started:.0f} s with {args.jobs} jobs")
    return 1 if any(each.disagreements() for each in compared) else 0


def report(compared: Sequence[Compared]) -> list[str]:
    """Write the table of results and, below it, each disagreement by its document."""
    signatures = sum(each.signatures for each in compared)
    engines = [opinion.engine for opinion in compared[0].opinions]
    against = [(each, each.disagreements()) for each in compared]
    lines = [
        f"{len(compared)} documents, {signatures} signatures",
        "",
        "| program | agrees | disagrees |",
        "|---|---|---|",
    ]
    for engine in engines:
        disagrees = sum(engine in found for _, found in against)
        lines.append(f"| {engine} | {len(compared) - disagrees} | {disagrees} |")
    lines += [
        "",
        *(f"{each.pdf}: {engine}: {w}" for each, found in against for engine, ws in found.items() for w in ws),
    ]
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that `forms demo` left")
    parser.add_argument("--jobs", type=int, default=1, help="how many documents to ask about at once")
    parser.add_argument("--every", type=int, default=1, help="ask about every Nth document only, for a quick look")
    parser.add_argument("--trust", type=Path, help="the trust file; by default trust.pem in the folder")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
