"""The keeper of releases: killed at every step, cut off at every step, and what must then run."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_tools.update import release_keeper
from firmware_tools.update.release_keeper import BadRelease, Disk, Keeper
from tests.firmware_tools import trials
from tests.firmware_tools.power_cuts import RecordingDisk, image, write_out

SUITE = Path(release_keeper.__file__).parents[2]
OLD, NEW = "1.0.0", "1.1.0"
BOOTS = 5


def release(folder: Path, version: str) -> Path:
    """Make a small release: a program, a library in a folder, a link."""
    (folder / "lib").mkdir(parents=True)
    (folder / "area-edge").write_text(f"#!/bin/sh\necho {version}\n")
    (folder / "area-edge").chmod(0o755)
    (folder / "lib" / "part.so").write_bytes(version.encode() * 50)
    (folder / "lib" / "part").symlink_to("part.so")
    (folder / "MANIFEST.json").write_text(json.dumps(release_keeper.manifest(folder)))
    return folder


@pytest.fixture
def new(tmp_path):
    return release(tmp_path / "new", NEW)


@pytest.fixture
def root(tmp_path):
    """Give a root with the old release committed."""
    root = tmp_path / "opt"
    keeper = Keeper(root)
    keeper.install(release(tmp_path / "old", OLD), OLD)
    assert keeper.resolve() == OLD
    assert keeper.commit()
    return root


def test_an_update_is_pending_until_it_is_healthy(root, new):
    keeper = Keeper(root)
    keeper.install(new, NEW)
    assert keeper.resolve() == NEW
    assert keeper.state()["pending"] == NEW
    assert keeper.commit()
    assert keeper.resolve() == NEW
    state = keeper.state()
    assert (state["committed"], state["previous"]) == (NEW, OLD)
    assert not {"pending", "tries", "trial", "why"} & state.keys()
    assert (root / "current" / "area-edge").stat().st_mode & 0o111


def test_an_update_that_never_gets_healthy_is_taken_back_with_the_reason(root, new):
    keeper = Keeper(root)
    keeper.install(new, NEW)
    assert [keeper.resolve() for _ in range(4)] == [NEW, NEW, OLD, OLD]
    assert keeper.state()["rolled_back"] == NEW
    assert "never said that it is healthy" in keeper.state()["why"]
    keeper.install(new, NEW)  # it may be tried again, mended
    assert keeper.resolve() == NEW


def test_a_release_that_rots_gives_way_to_the_one_before(root, new):
    keeper = Keeper(root)
    keeper.install(new, NEW)
    keeper.resolve()
    keeper.commit()
    (root / "releases" / NEW / "lib" / "part.so").write_bytes(b"rot")
    assert keeper.resolve() == OLD
    assert "manifest" in keeper.state()["why"]


def test_what_cannot_be_installed_changes_nothing(root, new, tmp_path):
    keeper = Keeper(root)
    before = snapshot(root)
    (new / "lib" / "more").write_bytes(b"x")
    for source, version, why in (
        (new, NEW, "manifest says"),
        (tmp_path / "nothing", NEW, "no manifest"),
        (tmp_path / "old", OLD, "runs already"),
        (tmp_path / "old", "../etc", "no version"),
    ):
        with pytest.raises(BadRelease, match=why):
            keeper.install(source, version)
        assert snapshot(root) == before
    outside = release(tmp_path / "outside", NEW)
    (outside / "lib" / "out").symlink_to("/etc/passwd")
    (outside / "MANIFEST.json").write_text(json.dumps(release_keeper.manifest(outside)))
    with pytest.raises(BadRelease, match="leads out"):
        keeper.install(outside, NEW)
    assert snapshot(root) == before


def test_what_a_gateway_falls_back_to_is_never_touched(root, new, tmp_path):
    keeper = Keeper(root)
    keeper.install(new, NEW)
    with pytest.raises(BadRelease, match="pending"):
        keeper.install(release(tmp_path / "third", "1.2.0"), "1.2.0")
    keeper.resolve()
    keeper.commit()
    with pytest.raises(BadRelease, match="falls back"):
        keeper.install(tmp_path / "old", OLD)
    for version in ("1.2.0", "1.3.0", "1.4.0", "1.5.0"):
        source = tmp_path / "third" if version == "1.2.0" else release(tmp_path / version, version)
        keeper.install(source, version)
        keeper.resolve()
        keeper.commit()
    kept = {one.name for one in (root / "releases").iterdir()}
    assert {"1.4.0", "1.5.0"} <= kept
    assert len(kept) <= 3
    assert keeper.roll_back("asked for") == "1.4.0"


def snapshot(root: Path) -> dict[str, object]:
    return {
        str(path.relative_to(root)): path.readlink() if path.is_symlink() else path.is_dir() or path.read_bytes()
        for path in sorted(root.rglob("*"))
    }  # fmt: skip


# -- killed at every step: the page cache survives ------------------------------------------------

VICTIM = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from firmware_tools.update import release_keeper as keeper
from tests.firmware_tools import trials
left = int(sys.argv[2])
class Mortal(keeper.Disk):
    def __getattribute__(self, name):
        global left
        if not name.startswith("_"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().__getattribute__(name)
from pathlib import Path
own = keeper.Keeper(Path(sys.argv[3]), Mortal())
own.install(Path(sys.argv[4]), sys.argv[5], trials.status(-5.0))
own.resolve()
trials.FATES[sys.argv[6]](own)
own.resolve()
"""


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("fate", "last"), [("heard", NEW), ("not reached", OLD)])
def test_killed_at_every_step_the_old_or_the_new_one_runs(root, new, tmp_path, fate, last):
    """Every primitive in turn is the last one; the next start must find something whole."""
    ends: set[str] = set()
    for step in range(1, 200):
        copy = tmp_path / f"copy-{step}"
        shutil.copytree(root, copy, symlinks=True)
        command = [sys.executable, "-I", "-S", "-c", VICTIM, str(SUITE)]
        victim = subprocess.run([*command, str(step), copy, new, NEW, fate], check=False)
        running, whole = Keeper(copy).resolve(), release_keeper.problem(copy / "current")
        assert (running in {OLD, NEW}, whole) == (True, ""), step
        ends.add(running)
        shutil.rmtree(copy)
        if victim.returncode == 0:
            break
    assert step > 20, "the steps were not counted"
    assert victim.returncode == 0
    assert ends == {OLD, NEW}
    assert running == last


# -- the power cut at every step: what was not synced may be gone ---------------------------------


def story(root: Path, new: Path, fate: str, disk_kind=RecordingDisk, keeper_kind=Keeper):
    """Record an install, what comes of its trial, and the boots after it."""
    disk = disk_kind(root)
    keeper = keeper_kind(root, disk)
    keeper.install(new, NEW, trials.status(-5.0))
    keeper.resolve()
    trials.FATES[fate](keeper)
    for _ in range(BOOTS - 1):
        keeper.resolve()
    return disk


def verdicts(disk, place: Path, seeds: int, keeper_kind=Keeper):
    """Return, of every image that a cut could leave, whether something whole runs in the end."""
    for cut in range(len(disk.log) + 1):
        for seed in range(seeds + 1):
            tables = image(
                disk.base, disk.log, cut, random.Random(f"{cut}-{seed}") if seed else None
            )
            write_out(tables, place)
            yield _is_good(place, keeper_kind), (cut, seed)
            shutil.rmtree(place)


class Lazy(Disk):
    """Syncs nothing: of the images themselves nothing has to survive."""

    def sync(self, path):
        pass


def _is_good(place: Path, keeper_kind) -> bool:
    keeper = keeper_kind(place, Lazy())
    for _ in range(BOOTS):
        keeper.resolve()
        if release_keeper.problem(place / "current"):
            return False
    # Nobody has said that it is healthy since: the new one runs only if that was said before.
    return keeper.running() == OLD or Keeper(place).state().get("committed") == NEW


def _proof(root, new, tmp_path, seeds):
    count = 0
    for fate in trials.FATES:
        copy = tmp_path / f"recorded-{fate}"
        shutil.copytree(root, copy, symlinks=True)
        disk = story(copy, new, fate)
        found = list(verdicts(disk, tmp_path / "image", seeds))
        assert [at for good, at in found if not good] == []
        count += len(found)
    return count


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_cut_off_at_every_step_the_old_or_the_new_one_runs(root, new, tmp_path):
    assert _proof(root, new, tmp_path, seeds=2) > 200


@pytest.mark.soak
def test_cut_off_at_every_step_with_many_dice(root, new, tmp_path):
    count = _proof(root, new, tmp_path, seeds=250)
    assert count > 20_000


class NoFileSync(RecordingDisk):
    """Forgets to sync files."""

    def sync(self, path):
        if path.is_dir():
            super().sync(path)


class NoFolderSync(RecordingDisk):
    """Forgets to sync folders."""

    def sync(self, path):
        if not path.is_dir():
            super().sync(path)


class UnlinkFirst(Keeper):
    """Takes the link away before it sets the new one."""

    def _switch(self, version):
        if self.current.is_symlink():
            self._disk.remove(self.current)
            self._disk.sync(self.root)
        super()._switch(version)


class NoRecord(Keeper):
    """Notes nothing before it switches."""

    def _note(self, state):
        if not state.get("pending"):
            super()._note(state)


CONTROLS = {
    "no file sync": (NoFileSync, Keeper),
    "no folder sync": (NoFolderSync, Keeper),
    "unlink, then rename": (RecordingDisk, UnlinkFirst),
    "no pending record": (RecordingDisk, NoRecord),
}


@pytest.mark.slow
@pytest.mark.parametrize("control", CONTROLS)
def test_a_keeper_that_breaks_a_rule_is_caught(root, new, tmp_path, control):
    disk = story(root, new, "never ready", *CONTROLS[control])
    found = verdicts(disk, tmp_path / "image", 4)
    assert any(not good for good, _ in found), "this proof could not fail"


def test_the_command_is_what_packages_ship(root, new):
    def run(*arguments):
        script = SUITE / "installers" / "debian" / "release.py"
        head = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); sys.argv.pop(0)"
        code = f"{head}; runpy.run_path(sys.argv[0])"
        command = [
            sys.executable,
            "-I",
            "-S",
            "-c",
            code,
            str(SUITE),
            str(script),
            *map(str, arguments),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert json.loads(run("install", root, new, NEW).stdout)["pending"] == NEW
    assert json.loads(run("boot", root).stdout)["running"] == NEW
    assert json.loads(run("commit", root).stdout)["committed"] == NEW
    again = run("install", root, new, NEW)
    assert (again.returncode, "runs already" in again.stderr) == (1, True)
    assert isinstance(Keeper(root, Disk()).state(), dict)
