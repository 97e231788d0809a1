"""What the suite asks for: packages that merely lie in the same environment are left out of products."""

from __future__ import annotations

from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers.building.archives import CannotBuild
from installers.building.materials import OURS

_EXTRA = "package"  # of pyproject.toml: all that products are made of and by


def strangers() -> list[str]:
    """Return the import names of installed packages that nothing of the suite asks for.

    A test tool that lies in the environment may otherwise slip in, where a library tries to import
    it; the same source would then give other packages.
    """
    asked = asked_for()
    owners = metadata.packages_distributions().items()
    return sorted(
        module
        for module, names in owners
        if module.isidentifier() and not any(canonicalize_name(name) in asked for name in names)
    )


def asked_for() -> set[str]:
    """Return the names of all distributions that the suite needs, itself among them.

    Raises:
        CannotBuild: the suite is not installed in this environment, so nothing is known of it.
    """
    if not any(found.name == OURS for found in metadata.distributions()):
        raise CannotBuild(f"{OURS} is not installed in this environment: make package installs it")
    known: set[tuple[str, str]] = set()
    to_do = [(OURS, ""), (OURS, _EXTRA)]
    while to_do:
        one = to_do.pop()
        if one not in known:
            known.add(one)
            to_do += _needs(*one)
    return {name for name, _ in known}


def _needs(name: str, extra: str) -> list[tuple[str, str]]:
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []  # asked for, but not on this machine: it cannot get in
    needs = map(Requirement, lines)
    wanted = [one for one in needs if one.marker is None or one.marker.evaluate({"extra": extra})]
    return [
        (canonicalize_name(one.name), part) for one in wanted for part in ("", *sorted(one.extras))
    ]
