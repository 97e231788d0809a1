"""What import-linter cannot say: declared packages, a stdlib-only domain, light starts, pins."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = {"PySide6", "vtkmodules", "numpy", "pandas", "highspy"}
# Loading these costs a quarter of the CPU that `--help` may take; commands import them when run.
NOT_FOR_HELP = {
    "pymodbus",
    "tuf",
    "zeroconf",
    "smpclient",
    "fpdf",
    "momonga",
    "sqlalchemy",
    "starlette",
    "uvicorn",
    "sqlite_utils",
}


def _packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}


def test_every_package_is_declared_everywhere() -> None:
    tool = PROJECT["tool"]
    assert set(tool["importlinter"]["root_packages"]) == _packages()
    assert set(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == _packages()
    built_by = {"installers.building"}  # checked like the rest, shipped with nothing
    assert set(tool["mypy"]["packages"]) == _packages() | built_by
    assert set(tool["coverage"]["run"]["source_pkgs"]) == _packages()


def test_the_domain_is_standard_library_only() -> None:
    graph = grimp.build_graph("area_configs", include_external_packages=True, cache_dir=None)
    domain = graph.find_descendants("area_configs.domain") | {"area_configs.domain"}
    imported = {
        name.split(".")[0]
        for module in domain
        for name in graph.find_modules_directly_imported_by(module)
    }
    assert imported - set(sys.stdlib_module_names) == {"area_configs"}


@pytest.mark.parametrize(
    "module",
    [
        "area_configs.cli",
        "edge_agent.cli",
        "platform_hub.server.cli",
        "desktop.cli",
        "firmware_tools.cli",
    ],
)
def test_help_starts_light(module: str) -> None:
    program = (
        "import sys, typer.testing, importlib\n"
        f"app = importlib.import_module('{module}').app\n"
        "result = typer.testing.CliRunner().invoke(app, ['--help'])\n"
        "assert result.exit_code == 0, result.output\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.split())
    assert not loaded & (HEAVY | NOT_FOR_HELP)


def test_pins_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.+]+", line)]
    assert lines
    assert not wrong


def test_every_dependency_is_pinned() -> None:
    pins = {
        _normal(line.split("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    groups = [PROJECT["project"]["dependencies"]]
    groups += PROJECT["project"]["optional-dependencies"].values()
    wanted = {_normal(re.split(r"[!=<>\[;]", entry)[0]) for group in groups for entry in group}
    assert wanted - pins == {"smart-area-suite"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
