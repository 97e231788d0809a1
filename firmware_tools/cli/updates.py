"""`area-tech update`: releases published, bundled, checked, installed, taken back, and whole fleets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import group
from firmware_tools.cli.shell import (
    FAILED,
    STANDARD_INPUT,
    Json,
    explained,
    say,
    show,
    stop,
    typed,
)

if TYPE_CHECKING:
    from firmware_tools.update.publishing import Repository
    from firmware_tools.update.release_keeper import Keeper
    from firmware_tools.update.signed_releases import Release

app = group("update", "Signed releases: publish, bundle, check, install, roll back, whole fleets.")

Source = Annotated[str, typer.Argument(help="Folder of a bundle (USB stick), or address.")]
Root = Annotated[Path, typer.Option(help="Folder with the releases of this machine.")]
Trust = Annotated[
    Path, typer.Option(help="Folder with the pinned root.json; only root may change it.")
]
Board = Annotated[str, typer.Option(help="Board, where the device tree is not to be asked.")]
Arch = Annotated[str, typer.Option(help="Architecture as packages name it.")]
Data = Annotated[Path, typer.Option(help="Data folder of the agent: had it a link to the hub?")]
Folder = Annotated[Path, typer.Argument(help="Folder of the repository.")]
Keys = Annotated[Path, typer.Option(help="Folder with the signing keys; keep it off line.")]
_ROOT, _TRUST = Path("/opt/area-edge"), Path("/etc/area-edge-trust")
_DATA = Path("/var/lib/area-edge")


@app.command()
@explained
def check(
    source: Source,
    trust: Trust = _TRUST,
    as_json: Json = False,
) -> None:
    """List what a source offers, once its signatures hold."""
    from firmware_tools.update.signed_releases import releases

    found = releases(source, trust)
    show(
        found,
        as_json,
        lambda rows: [f"{r['version']:<16} {r['board']:<28} {r['arch']}" for r in rows],
    )


@app.command()
@explained
def install(  # noqa: PLR0913, PLR0917 - one parameter per option
    source: Source,
    version: Annotated[str, typer.Option(help="Which; by default the newest that fits.")] = "",
    root: Root = _ROOT,
    trust: Trust = _TRUST,
    board: Board = "",
    arch: Arch = "",
    data: Data = _DATA,
    restart: Annotated[
        str, typer.Option(help="Service to restart then, such as area-edge; none by default.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check a release, put it beside the one that runs, and switch to it, pending its health.

    It is taken back by itself unless it is healthy and the hub hears of it within 15 minutes of its
    start, where the hub heard of this gateway before; nothing is written where it is refused.
    """
    from firmware_tools.sentences import Refused
    from firmware_tools.update.machine import this_machine
    from firmware_tools.update.signed_releases import checked

    keeper = _keeper(root)
    if pending := keeper.state().get("pending"):
        raise Refused("on_trial", version=pending)
    here = this_machine(keeper.running(), board, arch)
    with checked(source, trust, here, version, root) as release:
        _install(keeper, release, data)
    if restart:
        _restart(restart, release.version)
    _tell(keeper, as_json)
    say("next: a start of the service; it is kept once it is healthy and the hub has heard of it")


@app.command()
@explained
def status(root: Root = _ROOT, as_json: Json = False) -> None:
    """Say what runs, what is pending, and what was taken back last and why."""
    _tell(_founded(root), as_json)


@app.command()
@explained
def boot(root: Root = _ROOT, as_json: Json = False) -> None:
    """Decide which release a start uses; the service does this before each start."""
    keeper = _founded(root)
    keeper.resolve()
    _tell(keeper, as_json)


@app.command()
@explained
def commit(
    root: Root = _ROOT,
    config: Annotated[
        Path | None,
        typer.Option(help="Ask `area-edge doctor` with these settings first: the health gate."),
    ] = None,
    edge: Annotated[str, typer.Option(help="The program to ask.")] = "area-edge",
    as_json: Json = False,
) -> None:
    """Keep the pending release; exit status 1 where the gate is not passed."""
    keeper = _founded(root)
    if config and (failed := _unhealthy(config, edge)):
        say(f"{keeper.running()} stays pending: {'; '.join(failed)}")
        raise typer.Exit(FAILED)
    keeper.commit()
    _tell(keeper, as_json)


@app.command("roll-back")
@explained
def roll_back(
    why: Annotated[str, typer.Option(help="The reason; it is shown ever after.")],
    root: Root = _ROOT,
    as_json: Json = False,
) -> None:
    """Go back to the release before."""
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused
    from firmware_tools.update.release_keeper import BadRelease

    keeper = _founded(root)
    if not why.strip():
        nothing = Name(en="say the reason", ja="理由を書いてください")
        raise Refused("bad_table", source="--why", why=nothing)
    try:
        keeper.roll_back(why)
    except BadRelease as error:
        raise Refused("nothing_before", root=root) from error
    _tell(keeper, as_json)


@app.command()
@explained
def found(folder: Folder, keys: Keys, as_json: Json = False) -> None:
    """Make a repository and its keys; every gateway pins its root.json."""
    pinned = _repository(folder, keys).found()
    show({"root": str(pinned)}, as_json, lambda _: [f"pin {pinned} on every gateway"])


@app.command()
@explained
def rotate(
    folder: Folder,
    keys: Keys,
    key: Annotated[
        list[str] | None,
        typer.Option(help="Key to replace, such as root-1 or targets; may be given again."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Renew the root for a year, with new keys for those named; gateways follow by themselves."""
    made = _repository(folder, keys).rotate(key or [])
    show({"root": str(made)}, as_json, lambda _: [f"{made}: publish or bundle it; pins stay"])


@app.command()
@explained
def publish(  # noqa: PLR0913, PLR0917 - one parameter per option
    folder: Folder,
    keys: Keys,
    release: Annotated[Path, typer.Option(help="Folder with the release's files.")],
    version: Annotated[str, typer.Option(help="Its version.")],
    arch: Annotated[str, typer.Option(help="Architecture as packages name it.")],
    board: Annotated[str, typer.Option(help="Board by its device tree, or any.")] = "any",
    min_from: Annotated[str, typer.Option(help="Least version that may be updated to it.")] = "",
    as_json: Json = False,
) -> None:
    """Sign a release into a repository."""
    from firmware_tools.update.publishing import Fit

    name = _repository(folder, keys).publish(release, version, Fit(board, arch, min_from))
    show({"file": name}, as_json, lambda _: [name])


@app.command()
@explained
def bundle(
    folder: Folder,
    stick: Annotated[Path, typer.Argument(help="Folder of the stick.")],
    keys: Keys,
    as_json: Json = False,
) -> None:
    """Copy a repository to a USB stick; it is good for 90 days."""
    import shutil

    from area_configs.domain.file_faults import file_fault
    from area_configs.domain.names import Name
    from firmware_tools.sentences import Refused

    try:
        _repository(folder, keys).bundle(stick)
    except shutil.Error as error:  # an OSError with a list of files
        some = Name(en="not every file could be copied", ja="コピーできないファイルがあります")
        raise Refused("not_bundled", stick=stick, why=some) from error
    except OSError as error:
        raise Refused("not_bundled", stick=stick, why=file_fault(error)) from error
    show({"stick": str(stick)}, as_json, lambda _: [f"{stick} is ready"])


@app.command()
@explained
def fleet(  # noqa: PLR0913, PLR0917 - one parameter per option
    source: Source,
    hosts: Annotated[
        Path, typer.Option(help="File with one gateway a line; - for a line of standard input.")
    ],
    run: Annotated[
        str, typer.Option(help="Command that runs area-tech there; {host} is filled in.")
    ] = "ssh {host} sudo area-tech",
    ring: Annotated[
        list[str] | None, typer.Option("--ring", help="Size: a number or share; 1, 10%, 100%.")
    ] = None,
    tolerate: Annotated[
        str, typer.Option(help="How many may go wrong before it ends: a number or a share of all.")
    ] = "0",
    version: Annotated[str, typer.Option(help="Which; by default the newest that fits.")] = "",
    record: Annotated[Path, typer.Option(help="Where it is kept what became of each.")] = Path(
        "fleet.json"
    ),
    as_json: Json = False,
) -> None:
    """Update gateways ring by ring; ends by itself once too many refuse or roll back.

    Run again, it goes on: who has the release is not given it again.
    """
    import time
    from dataclasses import asdict

    from firmware_tools.cli import given
    from firmware_tools.update import fleets

    named = _hosts(hosts)
    plan = fleets.rings(named, ring or fleets.RINGS)
    arguments = [source, "--restart", "area-edge", *(["--version", version] if version else [])]
    watch = fleets.Watch(lambda: time.time_ns() // 1000, time.sleep)
    tolerated = fleets.many(tolerate, len(named), "--tolerate")
    remote = fleets.Remote(given.program(run, "--run"))
    work = fleets.Round(remote, arguments, version, tolerated, watch)
    rows: list[dict[str, Any]] = []
    for one in work.run(plan, fleets.Record(record)):
        rows.append(asdict(one))
        say(f"ring {one.ring}  {one.host}: {one.state} {one.version} {one.words}".rstrip())
        if as_json:
            say(f"{len(rows) * 100 // len(named)} %")
    show(rows, as_json, lambda _: [f"{len(rows)} gateways"])
    if any(row["state"] != "updated" for row in rows):
        raise typer.Exit(FAILED)


def _keeper(root: Path) -> Keeper:
    from firmware_tools.update.release_keeper import Keeper

    return Keeper(root)


def _founded(root: Path) -> Keeper:
    """Return the keeper of a folder that holds releases.

    Raises:
        Refused: it holds none.
    """
    from firmware_tools.sentences import Refused

    keeper = _keeper(root)
    if not keeper.running():
        raise Refused("no_releases", root=root)
    return keeper


def _install(keeper: Keeper, release: Release, data: Path) -> None:
    from area_configs.domain.file_faults import file_fault
    from firmware_tools.sentences import Refused
    from firmware_tools.update.keeping import status_in
    from firmware_tools.update.release_keeper import BadRelease

    try:
        keeper.install(release.folder, release.version, status_in(data))
    except (BadRelease, OSError) as error:
        facts = {"version": release.version, "root": keeper.root, "why": file_fault(error)}
        raise Refused("not_installed", **facts) from error


def _restart(service: str, version: str) -> None:
    """Start a service anew; where that cannot be done, what was installed waits for its next start."""
    import subprocess

    from firmware_tools.sentences import Refused, language

    command = ["/usr/bin/systemctl", "restart", "--no-block", service]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed program
        said = done.stderr.splitlines() if done.returncode else []
    except OSError as error:
        said = [error.strerror or str(error)]
    if said:
        told = Refused("not_restarted", version=version, service=service, why=said[0])
        stop(told.words(language()), FAILED)


def _repository(folder: Path, keys: Path) -> Repository:
    from datetime import UTC, datetime

    from firmware_tools.update.publishing import Repository

    return Repository(folder, keys, datetime.now(tz=UTC))


def _unhealthy(config: Path, edge: str) -> list[str]:
    from firmware_tools.cli import given
    from firmware_tools.gateway_link import Edge

    program = given.program(edge, "--edge")
    found = Edge(str(config), program=program).ask("doctor", fails=True) or []
    return [f"{one['name']}: {one['words']}" for one in found if one["level"] == "fail"]


def _hosts(file: Path) -> list[str]:
    from area_configs.domain.names import Name
    from firmware_tools.cli import given
    from firmware_tools.sentences import Refused

    lines = (typed() if str(file) == STANDARD_INPUT else given.text(file)).split()
    if not lines:
        why = Name(en="it names no gateway", ja="ゲートウェイがありません")
        raise Refused("bad_table", source=file, why=why)
    if wrong := [line for line in lines if line.startswith("-")]:
        why = Name(en=f"{wrong[0]} is no host", ja=f"{wrong[0]} はホスト名ではありません")
        raise Refused("bad_table", source=file, why=why)
    return list(dict.fromkeys(lines))


def _tell(keeper: Keeper, as_json: bool) -> None:
    from firmware_tools.sentences import language, trial_words

    said = {"running": keeper.running(), **keeper.state()}
    if said.get("why"):
        said["why_ja"] = trial_words(said.get("reason", ""), said["why"])[1]
    show(said, as_json, lambda found: _lines(found, language()))


def _lines(said: dict[str, Any], language: str) -> list[str]:
    """Return what runs, what is on trial, and what the last trials came to."""
    from firmware_tools.update.fleet_state import moment, trial_line

    since = f" since {moment(said['since_us'])}" if said.get("since_us") else ""
    told = [f"running: {said['running'] or 'nothing is installed'}{since}"]
    if said.get("pending"):
        waited_min = said.get("trial", {}).get("waited_s", 0.0) / 60
        told.append(f"on trial: {said['pending']}, for {waited_min:.0f} min so far")
    if said.get("previous"):
        told.append(f"before it: {said['previous']}")
    return [*told, *(trial_line(one, language) for one in reversed(said.get("trials", [])))]
