"""A stop that another thread may ask for; it brings no solver with it."""

from __future__ import annotations

from typing import Any


class Cancel:
    """Lets another thread stop a solve within some 15 ms."""

    def __init__(self) -> None:
        self._solver: Any = None
        self._asked = False

    @property
    def asked(self) -> bool:
        """Tell whether somebody asked."""
        return self._asked

    def ask(self) -> None:
        """Stop what runs now, and whatever would begin later."""
        self._asked = True
        solver = self._solver  # the other thread may let go of it at any time
        if solver is not None:
            solver.cancelSolve()

    def watch(self, solver: Any) -> None:
        """Let `ask` reach a solver; None for no solver."""
        self._solver = solver
