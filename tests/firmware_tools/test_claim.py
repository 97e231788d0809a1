"""Claims: both sides over real sockets; wrong, used and late codes, strangers, and what is left then."""

from __future__ import annotations

import contextlib
import json
import threading
from types import SimpleNamespace

import pytest

from area_configs import area_pack
from edge_agent.configuration import claim_window, joining
from edge_agent.configuration.claim_window import ClaimFile, ClaimRefused, ClaimWindow
from edge_agent.configuration.joining import Joining
from edge_agent.daemon.claim_server import Listening, Place, wait_to_be_claimed
from edge_agent.health.service_manager import ServiceManager
from edge_agent.settings import read_settings
from firmware_tools import claim
from firmware_tools.claim import Desk
from firmware_tools.gateway_link import ClaimLink
from firmware_tools.sentences import Refused, Unreachable
from platform_hub.server.governance.certificates import CertificateFolder
from platform_hub.server.governance.identity import HubIdentity
from platform_hub.wire import claiming
from platform_hub.wire.claiming import BadExchange, Side

CODE, GATEWAY = "48213907", "gw-energy"
NOW_US = 1_790_000_000_000_000
PACK = area_pack.pack("harumi")


class Area:
    """The hub's side as the client shows it, for one gateway."""

    def __init__(self, ca: str = "", *, skew_us: int = 0) -> None:
        self.registered: list[tuple[str, str]] = []
        self.pushed: list[dict] = []
        self.ca, self.skew_us, self.key_id = ca, skew_us, None

    def identity(self):
        return {"area": "harumi", "publicKey": HubIdentity().public, "ca": self.ca}

    def clock_offset_us(self, _key, _now_us):
        return self.skew_us

    def gateway(self, _gateway):
        return {"keyId": self.key_id, "configuration": len(self.pushed) or None}

    def register_gateway(self, gateway, public):
        self.registered.append((gateway, public))
        self.key_id = "kid"
        return {"keyId": "kid"}

    def configuration(self, _gateway):
        return self.pushed[-1], len(self.pushed)

    def put_configuration(self, _gateway, document, version, _note):
        assert version == len(self.pushed)
        self.pushed.append(document)
        return len(self.pushed)


def desk(area, url="http://hub.example:8080"):
    readings = SimpleNamespace(pack=lambda: (PACK, "etag"))
    return Desk(area, readings, url, lambda: NOW_US, "ann")


class Box:
    """An unclaimed gateway in a thread."""

    def __init__(self, folder, **card) -> None:
        self.place = Place(folder / "claim.toml", folder / "etc" / "edge.toml", folder / "data")
        lines = {"gateway": GATEWAY, "code": CODE, **card}
        self.place.claim_file.write_text("".join(f'{k} = "{v}"\n' for k, v in lines.items()))
        self.port, self._ready, self.stop = 0, threading.Event(), threading.Event()
        self.result: bool | None = None

    def _run(self):
        def ready(port):
            self.port = port
            self._ready.set()

        manager = ServiceManager({})
        listening = Listening("127.0.0.1", 0, announce=False)
        self.result = wait_to_be_claimed(self.place, listening, "1.2.3", manager, self.stop, ready)

    @contextlib.contextmanager
    def waiting(self):
        thread = threading.Thread(target=self._run)
        thread.start()
        assert self._ready.wait(10)
        link = ClaimLink("127.0.0.1", self.port)
        try:
            yield link
        finally:
            self.stop.set()
            link.close()
            thread.join()

    def untouched(self) -> bool:
        return not self.place.settings.exists() and CODE in self.place.claim_file.read_text()


def attempt(link, area, code=CODE, gateway="", again=False):
    return desk(area).claim(link, claim.read_label(code), gateway, again=again)


def test_a_gateway_joins_an_area(tmp_path):
    box, area = Box(tmp_path), Area()
    with box.waiting() as link:
        assert link.state().state == "open"
        done = attempt(link, area, f"smartarea:{GATEWAY}?c={CODE}&v=1")
    assert box.result is True
    assert not box.place.claim_file.exists()
    settings = read_settings(box.place.settings)
    assert settings.here()[1].id == GATEWAY
    assert settings.hub_public_key
    assert area.registered[0][0] == GATEWAY
    assert area.pushed == [{"hub_url": "http://hub.example:8080"}]
    assert (done.version, done.configuration) == ("1.2.3", 1)
    assert joining.claimed_by(box.place.data)["claimed_by"] == "ann"
    for file in (settings.identity_file, box.place.data / "claim.json"):
        assert file.stat().st_mode & 0o077 == 0


def test_wrong_codes_run_out_and_change_nothing(tmp_path):
    box, area = Box(tmp_path), Area()
    with box.waiting() as link:
        for left in range(4, -1, -1):
            with pytest.raises(Refused) as refused:
                attempt(link, area, "00000000")
            assert (refused.value.code, refused.value.facts["left"]) == ("wrong_code", left)
        with pytest.raises(Refused) as refused:
            attempt(link, area)
        assert refused.value.code == "no_tries"
    assert box.untouched()
    assert not area.registered
    assert json.loads((box.place.data / "claim.json").read_text())["tries"] == 5
    box = Box(tmp_path)  # switched off and on
    with box.waiting() as link:
        attempt(link, area)
    assert area.registered


def test_a_gateway_that_is_known_is_only_replaced_on_purpose(tmp_path):
    box, area = Box(tmp_path), Area()
    area.key_id, area.pushed = "old", [{"log": {"keep_days": 3}}]
    with box.waiting() as link:
        with pytest.raises(Refused) as refused:
            attempt(link, area)
        assert refused.value.code == "used_code"
        assert link.state().tries == 5, "a try must not be spent for it"
        attempt(link, area, again=True)
    assert area.pushed[1] == area.pushed[0]


def test_other_boxes_clocks_and_hubs_are_refused(tmp_path):
    folder = CertificateFolder(tmp_path / "trust")
    folder.found("harumi", [], NOW_US)
    ca = folder.ca.read_text()
    box = Box(tmp_path, hub_ca=claiming.authority_hash(ca))
    with box.waiting() as link:
        for area, kwargs, code in (
            (Area(), {"gateway": "gw-other"}, "other_gateway"),
            (Area(skew_us=-300_000_000), {}, "wrong_clock"),
            (Area(ca), {}, "other_hub"),  # the offer names no authority: plain HTTP
        ):
            with pytest.raises(Refused) as refused:
                attempt(link, area, **kwargs)
            assert refused.value.code == code
            assert not area.registered
        assert box.untouched()
        secure = desk(Area(ca), "https://hub.example")
        secure.claim(link, claim.read_label(CODE), again=False)
    assert read_settings(box.place.settings).hub_authority().read_text() == ca


def test_nobody_and_somebody_else_are_told_from_a_gateway(tmp_path):
    with pytest.raises(Unreachable) as refused:
        ClaimLink("127.0.0.1", 9).state()
    assert refused.value.code == "not_a_gateway"
    box = Box(tmp_path)
    with box.waiting() as link:
        impostor = SimpleNamespace(
            host="x", state=link.state, hello=lambda _: Side("0", GATEWAY, technician=False).message,
            claim=lambda _proof, _box: (bytes(32), b""),
        )  # fmt: skip
        with pytest.raises(Unreachable):
            attempt(impostor, Area())
        with pytest.raises(Unreachable):
            attempt(SimpleNamespace(**{**vars(impostor), "hello": lambda _: b"garbage"}), Area())
        assert box.untouched()


class Window:
    """A window with a clock by hand."""

    def __init__(self, folder, install=None) -> None:
        self.now = 0.0
        self.card = ClaimFile(GATEWAY, CODE)
        self.folder = folder
        self.install = install or self._never
        self.again()

    @staticmethod
    def _never(_offer, _transcript):
        raise AssertionError("installed by a stranger")

    def again(self):
        self.window = ClaimWindow(self.card, self.folder, self.install, lambda: self.now)


@pytest.mark.parametrize(
    "message", [b"", b"S" * 33, b"A" + bytes(32), b"A" + b"\xff" * 32, b"B" * 99]
)
def test_garbage_counts_as_a_wrong_code(tmp_path, message):
    window = Window(tmp_path).window
    with pytest.raises(ClaimRefused) as refused:
        window.hello(message)
    assert refused.value.code == "wrong_code"
    assert window.state().tries == 4


def test_a_message_that_is_sent_back_is_refused(tmp_path):
    side = Side(CODE, GATEWAY, technician=True)
    with pytest.raises(BadExchange):
        side.keys(b"B" + side.message[1:])
    window = Window(tmp_path).window
    window.hello(Side(CODE, GATEWAY, technician=True).message)
    with pytest.raises(ClaimRefused):
        window.admit(bytes(32))
    with pytest.raises(ClaimRefused):
        window.claim(b"")


def test_a_changed_box_is_refused(tmp_path):
    window = Window(tmp_path).window
    side = Side(CODE, GATEWAY, technician=True)
    keys = side.keys(window.hello(side.message))
    window.admit(claiming.confirmation(keys.technician))
    box = bytearray(claiming.seal(keys.to_gateway, claiming.Offer("a", "http://h", "k")))
    box[5] ^= 1
    with pytest.raises(ClaimRefused):
        window.claim(bytes(box))


def test_the_window_closes_and_a_life_has_a_hundred_tries(tmp_path):
    made = Window(tmp_path)
    made.now = claim_window.WINDOW_S
    with pytest.raises(ClaimRefused) as refused:
        made.window.hello(b"")
    assert refused.value.code == "window_over"
    assert made.window.state().state == "closed"
    for n in range(claim_window.TRIES_IN_ALL):
        if n % claim_window.TRIES == 0:
            made.again()
        with pytest.raises(ClaimRefused):
            made.window.hello(b"")
    made.again()
    with pytest.raises(ClaimRefused) as refused:
        made.window.hello(Side(CODE, GATEWAY, technician=True).message)
    assert refused.value.code == "no_tries"


def test_a_full_disk_leaves_the_gateway_unclaimed(tmp_path):
    def full(_offer, _transcript):
        raise OSError(28, "No space left on device")

    made = Window(tmp_path, full)
    side = Side(CODE, GATEWAY, technician=True)
    keys = side.keys(made.window.hello(side.message))
    made.window.admit(claiming.confirmation(keys.technician))
    with pytest.raises(OSError, match="No space"):
        made.window.claim(claiming.seal(keys.to_gateway, claiming.Offer("a", "http://h", "k")))
    assert not made.window.claimed


@pytest.mark.parametrize("cut", ["identity", "area", "settings"])
def test_a_cut_while_joining_leaves_it_nobodys_and_the_next_claim_works(tmp_path, cut, monkeypatch):
    offer = claiming.Offer("harumi", "http://hub:1", HubIdentity().public, pack=PACK)
    card = ClaimFile(GATEWAY, CODE)
    join = Joining(card, tmp_path / "edge.toml", tmp_path / "data", lambda: NOW_US, "1")
    names = {"identity": "make_identity", "area": "unpack", "settings": "replace_durably"}

    def power_cut(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(joining, names[cut], power_cut)
        with pytest.raises(KeyboardInterrupt):
            join.install(offer, b"transcript")
    assert not (tmp_path / "edge.toml").exists()
    join.install(offer, b"transcript")
    assert read_settings(tmp_path / "edge.toml").here()[1].id == GATEWAY


def test_a_reset_leaves_nothing_but_asks_for_readings_first(tmp_path):
    box = Box(tmp_path)
    with box.waiting() as link:
        attempt(link, Area())
    status = box.place.data / "status.json"
    status.write_text(json.dumps({"log": {"backlog": 7}}))
    with pytest.raises(joining.CannotLeave, match="7 readings"):
        joining.leave(box.place.settings, discard=False)
    joining.leave(box.place.settings, discard=True)
    assert not box.place.settings.exists()
    assert list(box.place.data.iterdir()) == []


@pytest.mark.parametrize("text", ["", "1234", "smartarea:gw?c=12", "48213907x"])
def test_what_is_no_label_is_refused(text):
    with pytest.raises(Refused):
        claim.read_label(text)


def test_digits_may_be_typed_with_a_space():
    assert claim.read_label(" 4821 3907 ").code == CODE
