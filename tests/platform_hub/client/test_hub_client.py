"""Requests to the hub over real HTTP: what is asked, what comes back, what goes wrong."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from http.server import HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
import pytest

from area_configs.domain.errors import HubRejected, HubUnavailable
from area_configs.domain.quality import Quality, Reason
from area_configs.domain.readings import Reading
from platform_hub.client import HubBusy, HubClient, HubSlow
from platform_hub.wire import acknowledgements, blocks, losses, ngsi_ld, timestamps
from platform_hub.wire.events import GatewayState
from tests.platform_hub.client.faulty_hub import FaultyHub, _Handler

if TYPE_CHECKING:
    from pathlib import Path

JSON = {"Content-Type": "application/json"}
METER = "urn:ngsi-ld:Device:harumi:meter-1"


def _ingest(client: HubClient, bodies: tuple[bytes, ...] = ()) -> acknowledgements.Acknowledgement:
    return client.ingest(bodies, gateway="gw-1", epoch=7, backlog=3, oldest=1)


def test_blocks_are_sent_with_whose_they_are(client: HubClient, hub: FaultyHub):
    readings = (Reading("a", "active_power", 1, 1.0), Reading("a", "active_power", 2, None))
    answer = _ingest(client, (blocks.encode(blocks.Block("gw-1", 7, 1, readings)),))
    assert (answer.gateway, answer.epoch, answer.upto, answer.stored) == ("gw-1", 7, 2, 2)
    assert hub.readings() == list(readings)
    ((method, path, headers),) = hub.requests
    assert (method, path) == ("POST", "/ngsi-ld/ex/v1/blocks")
    assert headers["Content-Type"] == blocks.MEDIA_TYPE
    assert headers["Authorization"] == "Bearer secret-key"
    assert headers[acknowledgements.BACKLOG_HEADER] == "3"
    assert headers[acknowledgements.OLDEST_HEADER] == "1"


def test_without_a_key_none_is_sent(hub: FaultyHub, tmp_path: Path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with HubClient(hub.url + "/") as client:
        _ingest(client)
    assert "Authorization" not in hub.requests[0][2]


def test_no_proxy_stands_before_this_machine(client: HubClient, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert _ingest(client).upto == 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("portal", "is not the hub (it sent text/html)"),
        ("portal_as_json", "is not the hub (the answer is not an acknowledgement"),
        ("redirect", "is not the hub (it redirects to http://login.example/)"),
        ("error", "failed (status 500): wait and try again"),
        ("cut", "broke off"),
        ("half_answer", "broke off"),
    ],
)
def test_whatever_is_not_the_hub_is_a_reason_to_wait(
    fault: str, words: str, client: HubClient, hub: FaultyHub
):
    hub.faults.append(fault)
    with pytest.raises(HubUnavailable) as raised:
        _ingest(client)
    assert words in str(raised.value)
    assert hub.url in str(raised.value)
    assert "\n" not in str(raised.value)
    _ingest(client)


def test_a_busy_hub_says_how_long_to_wait(client: HubClient, hub: FaultyHub):
    hub.faults.append("busy")
    with pytest.raises(HubBusy) as raised:
        _ingest(client)
    assert raised.value.retry_after_s == 7.0


def test_a_silent_hub_is_slow(hub: FaultyHub):
    hub.faults.append("silence")
    with (
        HubClient(hub.url, answer_s=0.1) as client,
        pytest.raises(HubSlow, match="did not answer in time"),
    ):
        _ingest(client)


def test_a_hub_that_drips_is_slow(hub: FaultyHub):
    hub.faults.append("drip")
    with (
        HubClient(hub.url, answer_s=5.0, whole_s=0.2) as client,
        pytest.raises(HubSlow, match=r"not completely within 0\.2 s"),
    ):
        _ingest(client)


def test_after_a_drip_the_same_client_goes_on(hub: FaultyHub):
    hub.faults.append("drip")
    with HubClient(hub.url, whole_s=0.2) as client:
        with pytest.raises(HubSlow):
            _ingest(client)
        assert _ingest(client).upto == 0


def test_a_flood_is_not_the_hub(client: HubClient, hub: FaultyHub):
    hub.faults.append("flood")
    with pytest.raises(HubUnavailable, match="it sent more than 1048576 bytes"):
        _ingest(client)


def test_one_connection_serves_many_requests(client: HubClient, hub: FaultyHub):
    for _ in range(5):
        _ingest(client)
    assert len({headers["Client-Port"] for _, _, headers in hub.requests}) == 1


def test_another_client_has_its_own_connection(client: HubClient, hub: FaultyHub):
    with client.another() as other:
        _ingest(client)
        _ingest(other)
    assert len({headers["Client-Port"] for _, _, headers in hub.requests}) == 2
    assert {headers["Authorization"] for _, _, headers in hub.requests} == {"Bearer secret-key"}
    _ingest(client)  # closing one leaves the other


def test_a_refusal_carries_the_hubs_reason(client: HubClient, hub: FaultyHub):
    hub.faults.append("unauthorised")
    with pytest.raises(HubRejected, match="the key is not known: ask for a new one") as raised:
        _ingest(client)
    assert raised.value.status == 401


def test_a_refusal_without_words_names_its_status(client: HubClient, hub: FaultyHub):
    hub.most_bytes = 1
    block = blocks.encode(blocks.Block("gw-1", 7, 1, (Reading("a", "active_power", 1, 1.0),)))
    with pytest.raises(HubRejected, match=r"refused the request: status 413$") as raised:
        _ingest(client, (block,))
    assert raised.value.status == 413


def test_nothing_at_the_address():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        HubClient(f"http://127.0.0.1:{port}") as client,
        pytest.raises(HubUnavailable, match=f"nothing answers at http://127.0.0.1:{port}: start"),
    ):
        client.health()


@pytest.mark.parametrize("url", ["", "harumi", "127.0.0.1:8700", "ftp://hub", "http://"])
def test_what_is_no_address_is_said_at_once(url: str):
    with pytest.raises(ValueError, match="write it as http://host:port"):
        HubClient(url)


def test_closing_ends_a_request_in_another_thread(hub: FaultyHub):
    hub.faults.append("silence")
    client = HubClient(hub.url, answer_s=50.0)
    errors: list[HubUnavailable] = []

    def ask() -> None:
        try:
            client.health()
        except HubUnavailable as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not hub.requests:
        thread.join(0.01)
    client.close()
    thread.join(timeout=10)
    assert len(errors) == 1


def test_losses_are_told_and_receipted(client: HubClient, hub: FaultyHub):
    loss = losses.Loss(3, "dropped", 1, 10, 10, 5, 6, "no room")
    assert client.report("gw-1", 7, [loss]) == 3
    assert hub.losses == [loss]
    hub.faults.append("portal")
    with pytest.raises(HubUnavailable, match="is not the hub"):
        client.report("gw-1", 7, [loss])
    hub.faults.append("other_gateway")
    with pytest.raises(HubUnavailable, match="is not the hub"):
        client.report("gw-1", 7, [loss])


def test_health(client: HubClient, hub: FaultyHub):
    hub.answers["/health"] = (200, JSON, b'{"status":"ok","now_us":5}')
    assert client.health() == {"status": "ok", "now_us": 5}
    hub.answers["/health"] = (200, JSON, b"[]")
    with pytest.raises(HubUnavailable, match="is not what was asked for"):
        client.health()


def test_gateways(client: HubClient, hub: FaultyHub):
    states = [GatewayState("gw-1", 5, 0, 9), GatewayState("gw-2", 0, 0, 0)]
    hub.answers["/area/v1/gateways"] = (200, JSON, msgspec.json.encode(states))
    assert client.gateways() == states


def test_the_pack_comes_once(client: HubClient, hub: FaultyHub):
    path = "/area/v1/pack"
    hub.answers[path] = (200, {"Content-Type": "application/zip", "ETag": '"1"'}, b"PK..")
    assert client.pack() == (b"PK..", '"1"')
    hub.answers[path] = (304, {"ETag": '"1"'}, b"")
    assert client.pack('"1"') is None
    assert hub.requests[-1][2]["If-None-Match"] == '"1"'
    hub.answers[path] = (200, {"Content-Type": "text/html"}, b"<html>")
    with pytest.raises(HubUnavailable, match="is not the hub"):
        client.pack()


def test_entities_follow_the_pages(client: HubClient, hub: FaultyHub):
    first = "/ngsi-ld/v1/entities"
    context = '<https://uri.etsi.org/c.jsonld>; rel="http://www.w3.org/ns/json-ld#context"'
    link = f'{context}, <{first}?local=true&limit=1&offset=1>;rel="next";type="application/ld+json"'
    hub.answers[f"{first}?local=true&limit=1000"] = (200, {**JSON, "Link": link}, b'[{"id":"a"}]')
    second = f"{first}?local=true&limit=1&offset=1"
    hub.answers[second] = (200, {**JSON, "Link": context}, b'[{"id":"b"}]')
    assert client.entities() == [{"id": "a"}, {"id": "b"}]


def test_pages_that_lead_in_a_circle_or_away_end(client: HubClient, hub: FaultyHub):
    first = "/ngsi-ld/v1/entities?local=true&limit=1000"
    circle = f"{first}&x=1"
    for path in (first, circle):
        hub.answers[path] = (200, {**JSON, "Link": f'<{circle}>;rel="next"'}, b"[]")
    with pytest.raises(HubUnavailable, match="in a circle"):
        client.entities()
    hub.answers[first] = (200, {**JSON, "Link": '<http://elsewhere/x>;rel="next"'}, b"[]")
    with pytest.raises(HubUnavailable, match="leads on to http://elsewhere/x"):
        client.entities()
    assert len(hub.requests) == 3


def _page(readings: list[Reading], ends_us: int | None) -> tuple[int, dict[str, str], bytes]:
    body: dict = {"id": METER, "type": "Device", "createdAt": "2026-11-25T00:00:00Z"}
    for reading in readings:
        instance = ngsi_ld.property_of(reading) | {"modifiedAt": timestamps.to_text(999)}
        body.setdefault(ngsi_ld.attribute_name(reading.quantity), []).append(instance)
    if ends_us is None:
        return 200, JSON, msgspec.json.encode(body)
    span = f"{timestamps.to_text(0)}-{timestamps.to_text(ends_us)}"
    return 206, {**JSON, "Content-Range": f"date-time {span}/*"}, msgspec.json.encode(body)


def _temporal(**parameters: str) -> str:
    return f"/ngsi-ld/v1/temporal/entities/{METER}?{urlencode(parameters)}"


def test_history_follows_the_pages(client: HubClient, hub: FaultyHub):
    readings = [
        Reading("meter-1", "active_power", 0, 1.0),
        Reading("meter-1", "energy_import", 1_500_000, None, Quality(Reason.NO_DATA, "FFFE")),
        Reading("meter-1", "active_power", 2_000_000, 2.0),
        Reading("meter-1", "active_power", 3_000_000, 3.0),
    ]
    asked = {"attrs": "activePower,energyImport", "timerel": "between"}
    ends = timestamps.to_text(9_000_000)
    first = _temporal(**asked, timeAt=timestamps.to_text(0), endTimeAt=ends)
    second = _temporal(**asked, timeAt=timestamps.to_text(2_000_001), endTimeAt=ends)
    hub.answers[first] = _page(readings[:3], 2_000_000)
    hub.answers[second] = _page(readings[3:], None)
    assert client.history(METER, ["active_power", "energy_import"], 0, 9_000_000) == readings


def test_everything_stored_comes_with_its_instant(client: HubClient, hub: FaultyHub):
    readings = [Reading("meter-1", "active_power", n, float(n)) for n in range(3)]
    hub.answers[_temporal(options="sysAttrs")] = _page(readings[:2], 1)
    after = {"timerel": "after", "timeAt": timestamps.to_text(1), "options": "sysAttrs"}
    hub.answers[_temporal(**after)] = _page(readings[2:], None)
    assert list(client.stored(METER)) == [(reading, 999) for reading in readings]


def test_a_page_without_its_end_is_no_page(client: HubClient, hub: FaultyHub):
    hub.answers[_temporal(options="sysAttrs")] = (206, JSON, b'{"id":"x"}')
    with pytest.raises(HubUnavailable, match="where its page of history ends"):
        list(client.stored(METER))


def test_history_of_an_unknown_device_is_refused(client: HubClient):
    with pytest.raises(HubRejected, match="no such page") as raised:
        client.history(METER, (), 0, 1)
    assert raised.value.status == 404


@pytest.fixture
def encrypted(tmp_path: Path):
    """Serve the acknowledgements over TLS with a certificate that nobody knows."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "hub.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += [
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=hub",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    hub = FaultyHub()
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    thread.join()
    hub.close()


@pytest.mark.slow
def test_the_hubs_own_certificate_is_enough(encrypted: tuple[str, Path], monkeypatch):
    url, certificate = encrypted
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/does/not/exist.pem")
    with HubClient(url, verify=certificate) as client:
        assert _ingest(client).upto == 0


@pytest.mark.slow
def test_an_unknown_certificate_is_named(encrypted: tuple[str, Path]):
    url, _ = encrypted
    with (
        HubClient(url) as client,
        pytest.raises(HubUnavailable, match=r"certificate of .* is not trusted .*self.signed"),
    ):
        _ingest(client)
