"""Starts the program that a frozen folder was called as: its links share one set of libraries."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WRONG_USE = 2


def launch(
    programs: Mapping[str, Callable[[], object]],
    modules: Mapping[str, Callable[[], object]] | None = None,
) -> None:
    """Run the program that has the name of the call; the first one stands for any other name.

    Args:
        programs: what each name starts.
        modules: what `NAME -m PACKAGE` starts, as `python -m PACKAGE` would: the demonstration
            starts its parts that way.
    """
    if sys.argv[1:2] == ["-m"]:
        _launch_module(modules or {})
    else:
        programs.get(Path(sys.argv[0]).stem, next(iter(programs.values())))()


def _launch_module(modules: Mapping[str, Callable[[], object]]) -> None:
    [_, _, *rest] = sys.argv
    name = rest[0] if rest else ""
    if name not in modules:
        sys.stderr.write(f"-m {name}: started that way are {', '.join(modules) or 'none'}\n")
        raise SystemExit(WRONG_USE)
    sys.argv = [name, *rest[1:]]
    modules[name]()
