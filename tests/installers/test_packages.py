"""The packages that `make package` built, installed into a clean Debian without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import area_texts
from tests.installers import containers

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
MIB = 1 << 20
pytestmark = pytest.mark.packages
LINK = 'id = "bus"\nkind = "modbus_tcp"\nhost = "127.0.0.1"\ntcp_port = 1502'
AREA = (
    area_texts.head("yard")
    + area_texts.gateway("gw-yard", "試験", "Yard", LINK)
    + area_texts.meter("meter", 1, 1, "gw-yard")
)
SETTINGS = """\
gateway = "gw-yard"
area = "/etc/area-edge"
data = "/var/lib/area-edge"
[hub]
url = "http://127.0.0.1:8080"
"""


def built(pattern):
    found = sorted(DIST.glob(pattern))
    if not found:
        pytest.skip(f"dist/{pattern} is not there: run `make package` first")
    return found[-1]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Give what happened in a container: one run for all tests, it takes some minutes."""
    if words := containers.missing():
        pytest.skip(words)
    package, hub = built("area-edge_*_amd64.deb"), built("area-hub_*_amd64.deb")
    work = tmp_path_factory.mktemp("packages")
    proof = work / "proof"
    proof.mkdir()
    (proof / "area.toml").write_text(AREA)
    (proof / "edge.toml").write_text(SETTINGS)
    shutil.copy(package, proof / "first.deb")
    shutil.copy(hub, proof / "hub.deb")
    changed = containers.Changed(package, work)
    changed.same("9.0.2", proof / "second.deb")
    changed.script("9.0.3", "exit 3", proof / "crashing.deb")
    changed.script("9.0.4", "exec sleep 1000", proof / "hanging.deb")
    for version, name in (("9.0.6", "third"), ("9.0.7", "fourth")):
        changed.same(version, proof / f"{name}.deb")
    changed.torn("9.0.5", proof / "torn.deb")
    base = containers.base_system(DIST / "work" / "base-bookworm.tar", "bookworm")
    results = containers.boot(base, work / "system", proof)
    (DIST / "package-test.json").write_text(json.dumps(results, indent=1, ensure_ascii=False))
    shutil.rmtree(work / "system")
    return results


@pytest.fixture
def step(found, request):
    """Give what one step of the scenario found."""
    results = found.get(request.param)
    assert results, f"{request.param} never ran"
    assert "error" not in results, f"{results['error']}\n{results.get('journal')}"
    return results


def of(name):
    return pytest.mark.parametrize("step", [name], indirect=True, ids=[""])


@of("no_network")
def test_there_is_no_network(step):
    assert (step["routes"], step["interfaces"]) == ([], ["lo"])


@of("first_install")
def test_the_agent_installs_without_a_network_and_waits_for_settings(step):
    assert step["code"] == 0, step["words"]
    assert step["running"] == built("area-edge_*_amd64.deb").name.split("_")[1]
    assert (step["pending"], step["enabled"], step["active"]) == (False, "enabled", False)
    assert step["help"] == [0, 0, 0]
    assert step["owned_by_root"]
    assert step["shell"].endswith("nologin")
    assert step["mode_of_data"] == "0o750"
    assert step["trust"] == [0, "0o755"]
    assert step["service_writes_trust"] != 0


@of("waits_to_be_claimed")
def test_a_card_with_a_code_makes_it_wait_to_be_claimed(step):
    assert step["code"] == 0, step["words"]
    assert step["state"]["gateway"] == "gw-yard"


@of("starts_with_settings")
def test_it_runs_as_its_own_user_in_little_memory(step):
    assert step["code"] == 0, step["words"]
    assert (step["active"], step["user"], step["status"]) == (True, "area-edge", 0)
    assert step["journal"]
    assert step["watchdog"] == "30s"
    assert step["idle_mib"] <= 80


@of("comes_back_after_a_kill")
def test_it_comes_back_after_a_kill(step):
    assert step["seconds"] < 60


@of("upgrade")
def test_an_upgrade_without_a_hub_is_kept_after_its_time_and_keeps_the_release_before(step):
    assert step["code"] == 0, step["words"]
    assert (step["on_trial"], step["timer"]) == (True, True)
    assert (step["trial"]["result"], step["trial"]["reason"]) == ("kept", "no link before")
    assert step["running"] == step["state"]["committed"] == "9.0.2"
    assert step["state"]["previous"] in step["kept"]


@of("conffile_is_kept")
def test_what_was_edited_stays(step):
    assert step["edited"]


@of("the_hub_hears_of_it")
def test_an_upgrade_is_kept_once_the_hub_has_heard_of_it(step):
    assert step["code"] == 0, step["words"]
    assert (step["running"], step["trial"]["version"]) == ("9.0.6", "9.0.6")
    assert (step["trial"]["result"], step["trial"]["reason"]) == ("kept", "heard")


@of("the_hub_does_not_hear_of_it")
def test_an_upgrade_that_loses_the_hub_is_taken_back_with_the_reason(step):
    assert step["code"] == 0, step["words"]
    assert (step["running"], step["trial"]["version"]) == ("9.0.6", "9.0.7")
    assert (step["trial"]["result"], step["trial"]["reason"]) == ("rolled back", "hub not reached")
    assert step["trial"]["why"] in step["told"]


@pytest.mark.parametrize(
    "step",
    ["one_that_crashes_is_taken_back", "one_that_hangs_is_taken_back"],
    indirect=True,
)
def test_a_release_that_does_not_get_healthy_is_taken_back(step):
    assert step["code"] == 0  # dpkg is whole: what failed is the release, and it went back
    assert step["running"] == "9.0.6"
    assert step["rolled_back"] in {"9.0.3", "9.0.4"}
    assert "never said that it is healthy" in step["why"]
    assert step["package"].endswith("install ok installed")


@of("half_a_package_is_refused")
def test_half_a_package_changes_nothing(step):
    assert step["code"] != 0
    assert "cannot be unpacked" in step["words"]
    assert step["running"] == step["before"]


@of("a_full_disk_is_refused")
def test_a_full_disk_is_one_sentence(step):
    assert step["code"] == 1
    assert "No space left" in step["words"]
    assert "Traceback" not in step["words"]
    assert step["left"] in ([], ["opt"])


@of("downgrade")
def test_an_older_package_is_a_way_back(step):
    assert step["code"] == 0, step["words"]
    assert step["running"] == built("area-edge_*_amd64.deb").name.split("_")[1]
    assert step["trial"]["result"] == "kept"


@of("remove")
def test_removing_keeps_the_settings(step):
    assert step["code"] == 0, step["words"]
    assert (step["programs"], step["settings"], step["active"]) == (False, True, False)


@pytest.mark.parametrize("step", ["purge", "hub_purge"], indirect=True)
def test_purging_leaves_nothing_of_ours(step):
    assert step["code"] == 0, step["words"]
    assert step["files"] == []
    assert step["accounts"] == [2, 2]  # getent: no such one
    assert step["units"] == ""


@of("hub")
def test_the_hub_installs_and_serves(step):
    assert (step["code"], step["init"], step["start"]) == (0, 0, 0), step["start_words"]
    assert (step["enabled"], step["active_before_init"]) == ("enabled", False)
    assert (step["health"], step["user"]) == (200, "area-hub")


@pytest.mark.parametrize("pattern", ["area-edge_*.deb", "area-hub_*.deb"])
def test_lintian_finds_nothing(pattern):
    if not shutil.which("lintian"):
        pytest.skip("lintian is not installed")
    command = ["lintian", "--allow-root", "--fail-on", "error,warning", str(built(pattern))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("pattern", "most_mib"), [("area-edge_*.deb", 60), ("area-console-*.tar.xz", 150)]
)
def test_packages_are_small_enough(pattern, most_mib):
    assert built(pattern).stat().st_size <= most_mib * MIB


def test_the_arm64_package_installs_and_its_agent_runs_under_emulation():
    """An optional tier: in the system that `make package-arm64` left, as it is slow to make."""
    system = DIST / "work" / "arm64"
    if not (system / "usr" / "bin" / "python3").exists():
        pytest.skip("no system for arm64 is there: run `make package-arm64` first")
    place = system / "srv" / "proof"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copy(built("area-edge_*_arm64.deb"), place / "area-edge.deb")
    (place / "area.toml").write_text(AREA)
    (place / "edge.toml").write_text(SETTINGS.replace("/etc/area-edge", "/srv/proof"))
    script = """
        set -e
        mount -t proc proc /proc
        dpkg -i /srv/proof/area-edge.deb
        area-edge run --config /srv/proof/edge.toml >/srv/proof/log 2>&1 &
        agent=$!
        for _ in $(seq 120); do
            sleep 1
            area-edge status --config /srv/proof/edge.toml --json >/srv/proof/status.json && break
        done
        kill -TERM $agent
        wait $agent
        dpkg -P area-edge
    """
    # A network namespace without routes, and mounts that end with it.
    containers.run("unshare", "-n", "-m", "--", "chroot", system, "/bin/sh", "-c", script)
    status = json.loads((place / "status.json").read_text())
    assert "meter" in status["devices"]
    assert not (system / "opt" / "area-edge").exists()
