"""Certificates that expired, that are not valid yet or that name somebody else: waited out, told."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
import threading
from http.server import HTTPServer
from typing import TYPE_CHECKING

import pytest

from edge_agent.sync import HubSink, Pace
from platform_hub.client import HubClient
from tests.edge_agent.sync.conftest import some_readings
from tests.platform_hub.client.faulty_hub import FaultyHub, _Handler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

    from edge_agent.store import ReadingLog

_CONFIGURATION = """
[ca]
default_ca = here
[here]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""
_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=h"]
_NEW_KEY += ["-keyout"]
_VALID = ("20200101000000Z", "20990101000000Z")
WRONG = {
    "expired": ("127.0.0.1", "20200101000000Z", "20200102000000Z", "certificate has expired"),
    "not_yet": ("127.0.0.1", "20980101000000Z", "20990101000000Z", "certificate is not yet valid"),
    "other_name": ("192.0.2.1", *_VALID, "IP address mismatch"),
}


@pytest.fixture
def certify(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Make certificates of any time and name, of one authority."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificates")

    authority, its_key = tmp_path / "ca.pem", tmp_path / "ca.key"
    _openssl("req", "-x509", "-days", "2", *_NEW_KEY, str(its_key), "-out", str(authority))

    def make(name: str, address: str, begins: str, ends: str) -> tuple[Path, Path]:
        folder = tmp_path / name
        folder.mkdir()
        key, request, certificate = (folder / f"{n}.pem" for n in ("key", "request", "hub"))
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01\n")
        (folder / "ca.conf").write_text(_CONFIGURATION.format(folder=folder))
        named = ["-addext", f"subjectAltName=IP:{address}", "-out", str(request)]
        _openssl("req", "-new", *_NEW_KEY, str(key), *named)
        signed = ["-cert", str(authority), "-keyfile", str(its_key), "-in", str(request)]
        signed += ["-config", str(folder / "ca.conf"), "-out", str(certificate)]
        _openssl("ca", "-batch", "-notext", *signed, "-startdate", begins, "-enddate", ends)
        return key, certificate

    return make


def _openssl(*arguments: str) -> None:
    subprocess.run([shutil.which("openssl"), *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def _serving(hub: FaultyHub, key: Path, certificate: Path, port: int = 0) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"hub": hub}))
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.slow
def test_a_wrong_certificate_is_told_and_waited_out(
    kind: str, certify: Callable, log: ReadingLog, hub: FaultyHub, rng: Random, tmp_path: Path
):
    *made, words = WRONG[kind]
    wrong = certify("wrong", *made)
    right = certify("right", "127.0.0.1", *_VALID)
    trusted = tmp_path / "ca.pem"  # of both: only time and name differ
    log.append(some_readings(30)).result()
    with _serving(hub, *wrong) as port:
        client = HubClient(f"https://127.0.0.1:{port}", verify=trusted)
        sink = HubSink(log, client, Pace(attempts=1), lambda: 1000.0, rng)
        for _ in range(3):
            sink.live.turn()
        state = sink.state()
        assert "is not trusted" in state.error
        assert words in state.error
        assert "check this machine's clock" in state.error
        assert (state.backlog, state.refused, state.reachable) == (30, 0, False)
    with _serving(hub, *right, port=port):
        sink.live.turn()
        assert sink.state().error == ""
        sink.close()
    assert hub.readings() == some_readings(30)
