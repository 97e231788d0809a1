"""Starts the program that a frozen folder was called as: its links share one set of libraries."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WRONG_USE = 2


def launch(
    programs: Mapping[str, Callable[[], object]], modules: frozenset[str] = frozenset()
) -> None:
    """Run the program that has the name of the call; the first one stands for any other name.

    Args:
        programs: what each name starts.
        modules: packages that may be started as `NAME -m PACKAGE`, as `python -m` would: the
            demonstration starts its parts that way.
    """
    if sys.argv[1:2] == ["-m"]:
        _run_module(sys.argv[2] if len(sys.argv) > 2 else "", modules)  # noqa: PLR2004 - `-m NAME`
        return
    programs.get(Path(sys.argv[0]).stem, next(iter(programs.values())))()


def _run_module(name: str, modules: frozenset[str]) -> None:
    if name not in modules:
        sys.stderr.write(f"-m {name}: this package starts {', '.join(sorted(modules)) or 'none'}\n")
        raise SystemExit(WRONG_USE)
    sys.argv = [name, *sys.argv[3:]]
    runpy.run_module(f"{name}.__main__", run_name="__main__")
