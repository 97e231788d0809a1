"""The way to a gateway: its claim server over HTTP, and `area-edge` on it, here or over SSH."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import requests

from area_configs.domain.names import Name
from firmware_tools.sentences import Refused, Unreachable
from platform_hub.wire import claiming
from platform_hub.wire.claiming import GatewayState

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_STATE = Name(en="it says no state", ja="状態が返りません")
_NO_PROOF = Name(en="it proves nothing", ja="証明が返りません")
_NO_CONNECTION = Name(en="no connection", ja="接続できません")
_NO_ANSWER = Name(en="no answer", ja="応答がありません")
_NO_EDGE = Name(
    en="what answers is not area-edge: correct --edge",
    ja="応答したのは area-edge ではありません。--edge を直してください",
)
_CONNECT_S, _ANSWER_S = 4.0, 60.0
_MOST_BYTES = 1 << 20
_SSH = "ssh -o ConnectTimeout=8 -o BatchMode=yes"
_UNREACHABLE, _SSH_FAILED = 4, 255


class ClaimRejected(Exception):
    """The gateway refused; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class GatewayGone(Unreachable):
    """The gateway itself does not answer by SSH; a device or a hub that it cannot reach is another matter."""


class ClaimLink:
    """Speaks to one gateway that may wait to be claimed."""

    def __init__(self, host: str, port: int = claiming.PORT) -> None:
        self.host = host
        where = f"[{host}]" if ":" in host else host
        self._url = f"http://{where}:{port}"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy stands between a technician and a box

    def state(self) -> GatewayState:
        """Return what the gateway says to anybody.

        Raises:
            Unreachable: nothing answers, or something else does.
        """
        _, body = self._ask("GET", claiming.STATE_PATH)
        try:
            return msgspec.json.decode(body, type=GatewayState)
        except msgspec.MsgspecError as error:
            raise Unreachable("not_a_gateway", host=self.host, why=_NO_STATE) from error

    def hello(self, message: bytes) -> bytes:
        """Exchange the first messages.

        Raises:
            ClaimRejected: it refused; Unreachable: it does not answer.
        """
        return self._ask("POST", claiming.HELLO_PATH, message)[1]

    def claim(self, proof: bytes, box: bytes) -> tuple[bytes, bytes]:
        """Send proof and box; return the gateway's.

        Raises:
            ClaimRejected: it refused; Unreachable: it does not answer.
        """
        headers = {claiming.PROOF_HEADER: proof.hex()}
        said, body = self._ask("POST", claiming.CLAIM_PATH, box, headers)
        try:
            return bytes.fromhex(said.get(claiming.PROOF_HEADER, "")), body
        except ValueError as error:
            raise Unreachable("not_a_gateway", host=self.host, why=_NO_PROOF) from error

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _ask(
        self, method: str, path: str, data: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[dict[str, str], bytes]:
        try:
            answer = self._session.request(
                method,
                self._url + path,
                data=data,
                headers=headers,
                timeout=(_CONNECT_S, _ANSWER_S),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                body: bytes = answer.raw.read(_MOST_BYTES)
        except (requests.RequestException, OSError) as error:
            why = _NO_CONNECTION if isinstance(error, requests.ConnectionError) else _NO_ANSWER
            raise Unreachable("not_a_gateway", host=self.host, why=why) from error
        if code := answer.headers.get(claiming.REFUSAL_HEADER):
            raise ClaimRejected(code)
        if answer.status_code != requests.codes.ok:
            words = body.decode(errors="replace")[:200] or f"status {answer.status_code}"
            raise Unreachable("not_a_gateway", host=self.host, why=words)
        return dict(answer.headers), body


@dataclass(frozen=True, slots=True)
class Edge:
    """`area-edge` of one gateway, as a child process here or through SSH.

    Attributes:
        config: settings file on the gateway.
        ssh: `user@host`, empty where this machine is the gateway.
        program: what runs it there.
    """

    config: str = "/etc/area-edge/edge.toml"
    ssh: str = ""
    program: Sequence[str] = field(default=("area-edge",))

    def ask(self, *arguments: str, given: str = "", fails: bool = False) -> Any:
        """Run a command with `--json` and return what it says, None where it says nothing.

        With `fails` a status of 1 is an answer too.

        Raises:
            Refused: it did not work, with its own sentence; Unreachable: nobody is there.
        """
        what = " ".join(arguments[:3])
        command = [*self.program, *arguments, "--config", self.config, "--json"]
        found = self._run(command, given)
        if found.returncode not in ({0, 1} if fails else {0}):
            unreachable = Unreachable if found.returncode == _UNREACHABLE else Refused
            kind = GatewayGone if found.returncode == _SSH_FAILED else unreachable
            raise kind("edge_failed", what=what, why=_last(found.stderr))
        return _answer(found.stdout, what)

    def control(self, verb: str, service: str) -> None:
        """Stop or start a service of the gateway.

        Raises:
            Refused: it does not; Unreachable: nobody is there.
        """
        root = ["sudo", "-n"] if self.ssh else []
        found = self._run([*root, "systemctl", verb, service])
        if found.returncode:
            kind = GatewayGone if found.returncode == _SSH_FAILED else Refused
            raise kind("edge_failed", what=f"{verb} {service}", why=_last(found.stderr))

    def _run(self, command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
        if self.ssh:
            command = [*shlex.split(_SSH), self.ssh, "--", shlex.join(command)]
        try:
            return subprocess.run(  # noqa: S603 - the technician's own choice of program
                command, input=given, capture_output=True, text=True, check=False
            )
        except OSError as error:
            remedy = Name(
                en="install it, or name it with --edge", ja="入れるか、--edge で指定してください"
            )
            raise Refused("tool_missing", tool=command[0], remedy=remedy) from error


def _answer(text: str, what: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except ValueError as error:
        raise Refused("edge_failed", what=what, why=_NO_EDGE) from error


def _last(text: str) -> Name:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return Name(en="it says nothing", ja="何も表示されません")
    said = lines[-1].removeprefix("area-edge: ")
    return Name(en=said, ja=said)
