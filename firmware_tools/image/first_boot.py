"""First-boot files of Raspberry Pi OS: pure text, one form per generation of the system.

bookworm boots once into `systemd.run=` (kernel-command-line.target); trixie reads cloud-init's
NoCloud files. Forms: raspberrypi/rpi-imager, doc/os_customisation_formats.md.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from dataclasses import dataclass
from typing import Literal

Generation = Literal["bookworm", "trixie"]

FOLDER = "smartarea"
CLAIM_FILE = f"{FOLDER}/claim.toml"
SCRIPT = "firstrun.sh"
STATE = "/var/lib/area-edge"
_BOOT = "/boot/firmware"
_RUN_ONCE = (
    f"systemd.run={_BOOT}/{SCRIPT} systemd.run_success_action=reboot "
    "systemd.unit=kernel-command-line.target"
)
_RAW_KEY_DIGITS = 64
_OURS = re.compile(r" (systemd\.(run|run_success_action|unit)|ds)=\S*")


@dataclass(frozen=True, slots=True)
class Wifi:
    """A network to join; without a password it is an open one."""

    ssid: str
    password: str = ""
    country: str = "JP"


@dataclass(frozen=True, slots=True)
class Card:
    """What one gateway's card says.

    Attributes:
        gateway: id in the area; it is the host name too.
        code: the one-time code of 8 digits.
        hub_ca: hash of the hub's certificate authority, empty where it is not known yet.
        ssh_key: public key of who may log in; without it nobody may.
        package, package_sha256: the agent's package in the folder beside the claim file.
        seed: makes the instance id of this card another than that of the last.
    """

    gateway: str
    code: str
    hub_ca: str = ""
    user: str = "technician"
    ssh_key: str = ""
    timezone: str = "Asia/Tokyo"
    wifi: Wifi | None = None
    package: str = ""
    package_sha256: str = ""
    seed: str = "1"

    @property
    def instance(self) -> str:
        """Return the instance id: cloud-init looks around anew at each boot without a fixed one."""
        digest = hashlib.sha256(f"{self.gateway}:{self.seed}".encode()).hexdigest()
        return f"{self.gateway}-{digest[:8]}"


def files(card: Card, generation: Generation) -> dict[str, bytes]:
    """Return the files of a card by their path on the boot partition, without `cmdline.txt`."""
    found = {CLAIM_FILE: _claim(card)}
    if generation == "bookworm":
        found[SCRIPT] = _script(card)
    else:
        found["meta-data"] = f"instance-id: {card.instance}\n".encode()
        found["user-data"] = _user_data(card)
        found["network-config"] = _network(card)
    return found


def command_line(before: str, card: Card, generation: Generation) -> str:
    """Return the one line of `cmdline.txt` with what starts the first boot, once."""
    line = _OURS.sub("", " " + " ".join(before.split())).strip()
    added = _RUN_ONCE if generation == "bookworm" else f"ds=nocloud;i={card.instance}"
    return f"{line} {added}\n"


def _claim(card: Card) -> bytes:
    rows = {"gateway": card.gateway, "code": card.code, "hub_ca": card.hub_ca}
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items()).encode()


def _first_steps(card: Card) -> list[str]:
    """Return shell lines that both generations run: take the code off the card, then the agent."""
    claim = f"{_BOOT}/{CLAIM_FILE}"
    wipe = f"dd if=/dev/zero of={claim} bs=512 count=1 conv=notrunc,fsync && rm -f {claim} && sync"
    lines = [
        f"install -d -m 0700 {STATE}",
        f"install -m 0600 {claim} {STATE}/claim.toml && sync && {wipe}",
    ]
    if card.package:
        deb = shlex.quote(f"{_BOOT}/{FOLDER}/{card.package}")
        check = f"echo {shlex.quote(card.package_sha256 + '  ')}{deb} | sha256sum -c -"
        lines.append(f"{check} && dpkg -i {deb}")
        lines.append(f"chown -R area-edge: {STATE}")
    return lines


def _script(card: Card) -> bytes:
    imager = "/usr/lib/raspberrypi-sys-mods/imager_custom"
    lines = [
        "#!/bin/bash",
        "set +e",
        f"{imager} set_hostname {card.gateway}",
        f"/usr/lib/userconf-pi/userconf {shlex.quote(card.user)} '*'",
    ]
    if card.ssh_key:
        lines.append(f"{imager} enable_ssh -k {shlex.quote(card.ssh_key)}")
    if wifi := card.wifi:
        secret = shlex.quote(_psk(wifi)) if wifi.password else "''"
        lines.append(f"{imager} set_wlan -p {shlex.quote(wifi.ssid)} {secret} {wifi.country}")
    lines.append(f"{imager} set_timezone {shlex.quote(card.timezone)}")
    lines += _first_steps(card)
    lines += [
        f"rm -f {_BOOT}/{SCRIPT}",
        f"sed -i 's/ systemd\\.[^ ]*//g' {_BOOT}/cmdline.txt",
        "exit 0",
    ]
    return ("\n".join(lines) + "\n").encode()


def _user_data(card: Card) -> bytes:
    lines = [
        "#cloud-config",
        f"hostname: {card.gateway}",
        "manage_etc_hosts: true",
        f"timezone: {json.dumps(card.timezone)}",
        "user:",
        f"  name: {json.dumps(card.user)}",
        "  lock_passwd: true",
        "  sudo: null",
        "  groups: [adm, dialout, sudo]",
    ]
    if card.ssh_key:
        lines.append(f"  ssh_authorized_keys: [{json.dumps(card.ssh_key)}]")
    lines += ["ssh_pwauth: false", "rpi:", "  interfaces:", "    serial: true", "runcmd:"]
    if card.ssh_key:
        lines.append("  - [systemctl, enable, --now, ssh]")
    lines += [f"  - {json.dumps(step)}" for step in _first_steps(card)]
    return ("\n".join(lines) + "\n").encode()


def _network(card: Card) -> bytes:
    lines = [
        "network:",
        "  version: 2",
        "  ethernets:",
        "    eth0:",
        "      dhcp4: true",
        "      optional: true",
    ]
    if wifi := card.wifi:
        lines += [
            "  wifis:",
            "    wlan0:",
            "      dhcp4: true",
            "      optional: true",
            f"      regulatory-domain: {wifi.country}",
            "      access-points:",
            f"        {_ssid(wifi.ssid)}:",
            f"          {_key(wifi)}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _key(wifi: Wifi) -> str:
    if not wifi.password:
        return "auth: {key-management: none}"
    return f'password: "{_psk(wifi)}"'


def _psk(wifi: Wifi) -> str:
    """Return the key that WPA2 derives from a passphrase (IEEE 802.11, annex J.4), or the key itself."""
    if len(wifi.password) == _RAW_KEY_DIGITS:
        return wifi.password.lower()
    return hashlib.pbkdf2_hmac("sha1", wifi.password.encode(), wifi.ssid.encode(), 4096, 32).hex()


def _ssid(text: str) -> str:
    plain = (_letter(byte) for byte in text.encode())
    return f'"{"".join(plain)}"'


def _letter(byte: int) -> str:
    letter = chr(byte)
    odd = letter in '"\\' or not (letter.isascii() and letter.isprintable())
    return f"\\x{byte:02X}" if odd else letter
