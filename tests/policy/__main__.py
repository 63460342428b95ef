"""`make policy`: asks every cell of the matrix and compares with the policy file. The last line is JSON.

python -m tests.policy [--jobs 2] [--phase evaluation] [--page jury:evaluation]
"""

import argparse
import asyncio
import json
import logging
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby

import pytest

from tests.policy.book import Book, Cell, read_book
from tests.policy.comparing import differences, differs, missing_pages, unlike
from tests.policy.running import Seen, Stage, all_routes, cheap_passwords
from tests.policy.worlds import Workshop

SHOWN = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.policy")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--phase", action="append")
    parser.add_argument("--page", action="append")
    parser.add_argument("--who", action="append")
    parser.add_argument("--all", action="store_true", help="show every difference, not the first ones")
    arguments = parser.parse_args()
    book, routes = read_book(), all_routes()
    problems = missing_pages(book, routes)
    if problems:
        print("\n".join(problems))
    pages = arguments.page or [page for page in book.by_page if page in routes]
    cells = [cell for cell in book.cells(pages, arguments.phase) if not arguments.who or cell.who in arguments.who]
    begun = time.perf_counter()
    print(f"  {len(routes)} pages, {len(cells)} cells", flush=True)
    seen = _ask_all(cells, max(arguments.jobs, 1))
    different = differences(book, seen) + unlike(seen)
    for line in different if arguments.all else different[:SHOWN]:
        print(line)
    flips = [(one, answer) for one in seen for answer in book.answers if answer != book.expected(one.cell)]
    print(f"  {sum(differs(answer, one) for one, answer in flips)} of {len(flips)} flipped cells noticed")
    counts = Counter(one.answer for one in seen)
    print("  " + ", ".join(f"{answer}: {count}" for answer, count in counts.most_common()))
    print(f"  {time.perf_counter() - begun:.0f} s")
    result = {
        "routes": len(routes),
        "cells": len(cells),
        "unexecuted": len(cells) - len({one.cell for one in seen}) + len(problems),
        "different": len(different),
    }
    print(json.dumps(result))
    return 1 if result["unexecuted"] or result["different"] else 0


def _ask_all(cells: list[Cell], jobs: int) -> list[Seen]:
    """All cells; each process lives the edition before once, then takes its phases one after the other."""
    with ProcessPoolExecutor(jobs) as pool:
        return [one for seen in pool.map(ask_phases, shared(cells, jobs)) for one in seen]


def shared(cells: list[Cell], jobs: int) -> list[list[Cell]]:
    """The cells in as many shares, a phase whole in one of them; the longest phases are given first."""
    by_phase: dict[str, list[Cell]] = {}
    for cell in cells:
        by_phase.setdefault(cell.phase, []).append(cell)
    shares: list[list[Cell]] = [[] for _ in range(min(jobs, len(by_phase)))]
    for group in sorted(by_phase.values(), key=len, reverse=True):
        min(shares, key=len).extend(group)
    return shares


def ask_phases(cells: list[Cell]) -> list[Seen]:
    """What the cells of some phases are answered; run in a process of its own."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with pytest.MonkeyPatch.context() as patch:
        cheap_passwords(patch)
        return asyncio.run(_asked(read_book(), cells))


async def _asked(book: Book, cells: list[Cell]) -> list[Seen]:
    seen: list[Seen] = []
    with Workshop() as workshop:
        stage = Stage(workshop, book, all_routes())
        for phase, group in groupby(cells, lambda cell: cell.phase):
            known = len(seen)
            seen += [one async for one in stage.ask_all(group)]
            print(f"  · {phase:15} {len(seen) - known} cells", flush=True)
    return seen


if __name__ == "__main__":
    sys.exit(main())
