"""`area-tech firmware`: images checked here, then sent over SMP or by esptool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from area_configs.command_line import group
from firmware_tools.cli.shell import FAILED, Json, explained, say, show

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from firmware_tools.firmware.mcuboot_image import Image
    from firmware_tools.firmware.smp_update import Device

app = group(
    "firmware", "Firmware of devices: check, update over SMP (serial, Bluetooth, UDP), ESP."
)

File = Annotated[Path, typer.Argument(help="Signed image (MCUboot).")]
Key = Annotated[Path, typer.Option(help="Public key of who signs (PEM).")]
Board = Annotated[str, typer.Option(help="Board that the device is; it must stand in the image.")]
Way = Annotated[str, typer.Option("--to", help="serial:PORT, ble:ADDRESS or udp:HOST.")]


@app.command()
@explained
def check(file: File, key: Key, board: Board, as_json: Json = False) -> None:
    """Check signature, board and version of an image, without any device."""
    image = _checked(file, key, board)
    said = {"version": image.version_text, "board": image.board, "digest": image.digest.hex()}
    show(said, as_json, lambda found: [f"{k}: {v}" for k, v in found.items()])


@app.command()
@explained
def slots(to: Way, as_json: Json = False) -> None:
    """Say which images are on a device, which one runs and which one is kept."""
    found = _run(_device(to).slots())
    rows = [
        {"slot": s.slot, "version": s.version, "digest": s.digest.hex(), "active": s.active,
         "confirmed": s.confirmed, "pending": s.pending}
        for s in found
    ]  # fmt: skip
    show(rows, as_json, lambda _: [f"{r['slot']}  {r['version']:<16} {_state(r)}" for r in rows])


@app.command()
@explained
def update(file: File, key: Key, board: Board, to: Way, as_json: Json = False) -> None:
    """Check an image, send it, start it on trial, keep it once the device answers well.

    A cut link is resumed; an image that does not come back healthy is reverted by the device.
    """
    from firmware_tools.firmware import smp_update

    image = _checked(file, key, board)
    told = _progress(len(image.content))
    done: dict[str, Any] = _run(smp_update.update(_device(to), image, told))
    words = "kept" if done["kept"] else "not healthy: reverted"
    show(done, as_json, lambda _: [f"{done['from']} -> {done['to']}: {words}"])
    if not done["kept"]:
        raise typer.Exit(FAILED)


@app.command()
@explained
def esp(
    file: Annotated[Path, typer.Argument(help="Image for an ESP chip.")],
    port: Annotated[str, typer.Option(help="Serial port of the device.")],
    offset: Annotated[str, typer.Option(help="Where in the flash.")] = "0x10000",
    esptool: Annotated[str, typer.Option(help="The program to run.")] = "esptool",
    as_json: Json = False,
) -> None:
    """Write an image to an ESP device and compare it; one for another chip is refused."""
    from firmware_tools.cli import given
    from firmware_tools.firmware.esp import Esptool

    Esptool(port, given.program(esptool, "--esptool")).write(file, offset)
    said = {"port": port, "file": str(file), "offset": offset}
    show(said, as_json, lambda _: [f"{file} is on {port} and reads back"])


def _checked(file: Path, key: Path, board: str) -> Image:
    from firmware_tools.firmware import mcuboot_image

    image = mcuboot_image.read(file)
    mcuboot_image.verify(image, key)
    mcuboot_image.check_board(image, board)
    return image


def _device(to: str) -> Device:
    from firmware_tools.firmware import smp_update, transports

    address, make = transports.way(to)
    return smp_update.Device(address, make, smp_update.pause)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    return asyncio.run(work)


def _progress(total: int) -> Callable[[int], None]:
    shown = [-1]

    def told(offset: int) -> None:
        step = offset * 20 // total
        if step != shown[0]:
            shown[0] = step
            say(f"{step * 5} %")

    return told


def _state(row: dict[str, Any]) -> str:
    return ", ".join(word for word in ("active", "confirmed", "pending") if row[word])
