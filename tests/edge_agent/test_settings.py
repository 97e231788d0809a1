"""The settings file: right ones become values, wrong ones tell every mistake at once."""

from __future__ import annotations

import textwrap

import pytest

from area_configs.domain.errors import AreaFileError, SettingsError
from area_configs.loader import load_area
from edge_agent.settings import read_settings, require_same_log
from edge_agent.settings.choices import LogLimits

RIGHT = """
gateway = "gw-residence"
area = "harumi"
data = "state"

[hub]
url = "http://127.0.0.1:8080/"
"""


@pytest.fixture
def write(tmp_path):
    def at(name, text, mode=0o644):
        file = tmp_path / name
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        file.chmod(mode)
        return file

    return at


def _mistakes(act) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        act()
    return [mistake.text() for mistake in caught.value.mistakes]


def test_relative_paths_count_from_the_file(write, tmp_path):
    text = f'links = "sim/links.toml"\n{RIGHT}key_file = "hub.key"\n'
    settings = read_settings(write("edge.toml", text))
    assert settings.data == tmp_path / "state"
    assert settings.links_file == tmp_path / "sim" / "links.toml"
    assert settings.hub_key_file == tmp_path / "hub.key"
    assert settings.hub_url == "http://127.0.0.1:8080"
    assert settings.area == "harumi"


def test_an_area_that_is_no_bundled_one_is_a_path(write, tmp_path):
    settings = read_settings(write("edge.toml", RIGHT.replace('"harumi"', '"my-area"')))
    assert settings.area == str(tmp_path / "my-area")
    with pytest.raises(AreaFileError, match="my-area: there is no such area"):
        settings.installation()


def test_every_mistake_of_the_file_at_once(write):
    file = write(
        "edge.toml",
        """
        gateway = "GW 1"
        area = 3
        dat = "state"
        [hub]
        url = "127.0.0.1:8080"
        [secrets.meter]
        route_b_id_file = "id"
        """,
    )
    told = _mistakes(lambda: read_settings(file))
    assert sorted(line.split(": ")[1] for line in told) == [
        "area",
        "dat",
        "data",
        "gateway",
        "hub.url",
        "secrets.meter.password_file",
    ]
    assert f"{file}:3: area: expected a text in quotes, found 3" in told
    assert any("did you mean 'data'?" in line for line in told)


@pytest.mark.parametrize(
    ("text", "words"),
    [("gateway = ", "not valid TOML"), ('gateway = "\xff"', ""), (None, "there is no such file")],
)
def test_a_file_that_is_no_settings_file(tmp_path, text, words):
    file = tmp_path / "edge.toml"
    if text is not None:
        file.write_bytes(text.encode("latin-1"))
    [told] = _mistakes(lambda: read_settings(file))
    assert words in told


@pytest.fixture
def secrets(write):
    write("id", "0011 2233 4455 6677 8899 AABB CCDD EEFF\n", 0o600)
    write("password", "0123456789AB\n", 0o600)
    return "".join(
        f'\n[secrets.{link}]\nroute_b_id_file = "id"\npassword_file = "password"\n'
        for link in ("wisun-a", "wisun-b")
    )


def test_an_installation_knows_links_devices_and_secrets(write, secrets):
    found = read_settings(write("edge.toml", RIGHT + secrets)).installation()
    assert [link.id for link in found.gateway.links][:3] == [
        "wisun-a",
        "wisun-b",
        "rs485-residence",
    ]
    assert [d.id for d in found.devices_on(found.gateway.link("wisun-b"))] == ["meter-home-b"]
    assert found.secrets["wisun-a"].route_b_id == "00112233445566778899AABBCCDDEEFF"
    assert found.secrets.keys() == {"wisun-a", "wisun-b"}


def test_other_ports_and_simulated_secrets(write):
    write(
        "links.toml",
        """
        [links.wisun-a]
        port = "/tmp/a"
        [links.wisun-b]
        port = "/tmp/b"
        [secrets.wisun-a]
        route_b_id = "00112233445566778899AABBCCDDEEFF"
        password = "0123456789AB"
        [secrets.wisun-b]
        route_b_id = "00112233445566778899AABBCCDDEEFF"
        password = "BA9876543210"
        """,
    )
    found = read_settings(write("edge.toml", 'links = "links.toml"\n' + RIGHT)).installation()
    assert found.gateway.link("wisun-a").port == "/tmp/a"  # noqa: S108 - never opened
    assert found.gateway.link("wisun-a").baudrate == 115200
    assert found.gateway.link("rs485-residence").port.startswith("/dev/")
    assert found.secrets["wisun-b"].password == "BA9876543210"  # noqa: S105 - invented


def test_every_mistake_of_an_installation_at_once(write, tmp_path):
    write("id", "00112233445566778899AABBCCDDEEFF", 0o644)
    write("password", "short", 0o600)
    write(
        "links.toml",
        '[links.wisun-c]\nport = "/tmp/c"\n[secrets.rs485-other]\n'
        'route_b_id = "x"\npassword = "y"\n',
    )
    text = (
        f'links = "links.toml"\n{RIGHT}'
        """
[secrets.wisun-a]
route_b_id_file = "id"
password_file = "missing"
[secrets.nowhere]
route_b_id_file = "id"
password_file = "password"
"""
    )
    told = _mistakes(read_settings(write("edge.toml", text)).installation)
    edge, links = tmp_path / "edge.toml", tmp_path / "links.toml"
    for wanted in (
        f"{edge}:13: secrets.nowhere: gateway 'gw-residence' has no link 'nowhere'",
        f"{links}:1: links.wisun-c: gateway 'gw-residence' has no link 'wisun-c'; did you mean",
        f"{links}:3: secrets.rs485-other: gateway 'gw-residence' has no link 'rs485-other'",
        f"{edge}:11: secrets.wisun-a.route_b_id_file: {tmp_path}/id may be read by other users",
        f"{edge}:12: secrets.wisun-a.password_file: {tmp_path}/missing cannot be read",
        "secrets.wisun-b: is missing: link 'wisun-b' is a B-route and needs its secrets: ",
    ):
        assert any(wanted in line for line in told), (wanted, told)
    assert len(told) == 6


def test_work_on_one_link_needs_no_secret_of_another(write):
    settings = read_settings(write("edge.toml", RIGHT))
    assert len(_mistakes(settings.installation)) == 2
    found = settings.installation(("rs485-residence",))
    assert len(found.gateway.links) == 5
    assert found.secrets == {}
    [told] = _mistakes(lambda: settings.installation(("wisun-a",)))
    assert "secrets.wisun-a: is missing" in told


def test_a_gateway_that_the_area_does_not_have(write):
    file = write("edge.toml", RIGHT.replace("gw-residence", "gw-residense"))
    [told] = _mistakes(read_settings(file).installation)
    assert told == (
        f"{file}:2: gateway: area 'harumi' has no gateway 'gw-residense'; "
        f"did you mean 'gw-residence'?"
    )


def test_a_wrong_links_file(write):
    write("links.toml", "[links.wisun-a]\nprot = 3\n")
    told = _mistakes(
        read_settings(write("edge.toml", 'links = "links.toml"\n' + RIGHT)).installation
    )
    assert "links.toml:2: links.wisun-a.prot: unknown key" in told[0]


def test_the_key_for_the_hub(write):
    assert read_settings(write("edge.toml", RIGHT)).hub_key() == ""
    settings = read_settings(write("edge.toml", RIGHT + 'key_file = "hub.key"\n'))
    [told] = _mistakes(settings.hub_key)
    assert "edge.toml:8: hub.key_file: " in told
    write("hub.key", "k123\n", 0o600)
    assert settings.hub_key() == "k123"


CITY = """
[sinks.city]
kind = "ngsi-ld"
url = "https://broker.example:9090/orion/"
key_file = "city.token"
tenant = "harumi"
context = "https://example.org/c.jsonld"
replay = "natural-key"

[sinks.old]
kind = "ngsi-v2"
url = "http://127.0.0.1:1026"
key_header = "X-Auth-Token"
service_path = "/power"
"""


def test_other_brokers_stand_beside_the_hub(write):
    write("city.token", "abc\n", mode=0o600)
    city, old = read_settings(write("edge.toml", RIGHT + CITY)).sinks()
    assert (city.name, city.kind, city.url) == (
        "city",
        "ngsi-ld",
        "https://broker.example:9090/orion",
    )
    assert (city.key, city.key_header, city.tenant) == ("abc", "Authorization", "harumi")
    assert (city.replay, city.history, city.auto_history, city.gzip) == (
        "natural-key",
        True,
        False,
        False,
    )
    assert (old.name, old.key_header, old.service_path) == ("old", "X-Auth-Token", "/power")
    assert "abc" not in repr(city)


def test_settings_of_the_other_kind_and_the_hubs_name_are_mistakes(write):
    text = CITY.replace("[sinks.old]", "[sinks.hub]").replace(
        'service_path = "/power"', 'service_path = "/power"\ncontext = "http://c.example/x"'
    )
    file = write("edge.toml", RIGHT + text.replace('tenant = "harumi"', 'service_path = "/x"'))
    told = _mistakes(lambda: read_settings(file))
    assert [line.split(": ", 1)[1] for line in told] == [
        "sinks.city.service_path: does not belong to ngsi-ld",
        "sinks.hub: is the name of the hub itself, which has the table [hub]: choose another name",
        "sinks.hub.context: does not belong to ngsi-v2",
    ]


def test_a_mistake_in_a_sinks_table_says_what_was_expected(write):
    text = '[sinks.city]\nkynd = "ngsi-v2"\nurl = "ftp://x"\nservice_path = "power"\n'
    told = _mistakes(lambda: read_settings(write("edge.toml", RIGHT + text)))
    assert [line.split(": ", 1)[1] for line in told] == [
        "sinks.city.kind: is missing: expected the broker's interface, ngsi-ld or ngsi-v2",
        "sinks.city.kynd: unknown key; did you mean 'kind'?",
        "sinks.city.url: expected the broker, https://name:port[/path], found 'ftp://x'",
        "sinks.city.service_path: expected NGSIv2: Fiware-ServicePath, such as /power, found 'power'",
    ]


def test_a_sinks_missing_files_are_told_together(write, tmp_path):
    file = write("edge.toml", RIGHT + CITY + 'ca_file = "city.pem"\n')
    told = _mistakes(read_settings(file).sinks)
    assert len(told) == 2
    assert f"sinks.city.key_file: {tmp_path / 'city.token'} cannot be read" in told[0]
    assert f"sinks.old.ca_file: {tmp_path / 'city.pem'} is no file" in told[1]


def test_what_the_log_keeps(write):
    assert read_settings(write("edge.toml", RIGHT)).log == LogLimits()
    table = "[log]\nkeep_days = 30\nmost_mib = 100\nfree_mib = 10\nclock_wait_s = 5\n"
    table += 'when_full = "drop-oldest"\n'
    settings = read_settings(write("edge.toml", RIGHT + table))
    assert settings.log == LogLimits(30.0, 100 << 20, 10 << 20, "drop-oldest", 5.0)
    [told] = _mistakes(
        lambda: read_settings(write("edge.toml", RIGHT + '[log]\nwhen_full = "panic"\n'))
    )
    assert "log.when_full" in told


def test_where_watchers_look(write):
    assert read_settings(write("edge.toml", RIGHT)).monitor_port == 9464
    [told] = _mistakes(
        lambda: read_settings(write("edge.toml", RIGHT + "[monitor]\nport = 99999\n"))
    )
    assert "monitor.port" in told


def test_paths_count_from_a_given_folder(tmp_path):
    new = tmp_path / "elsewhere" / "new.toml"
    new.parent.mkdir()
    new.write_text(RIGHT)
    assert read_settings(new, tmp_path).data == tmp_path / "state"


def test_another_log_needs_another_agent(write):
    old = read_settings(write("edge.toml", RIGHT))
    require_same_log(read_settings(write("new.toml", RIGHT)), old)
    other = RIGHT.replace("gw-residence", "gw-energy").replace('"state"', '"other"')
    told = _mistakes(lambda: require_same_log(read_settings(write("new.toml", other)), old))
    assert [line.split(": ")[1] for line in told] == ["gateway", "data"]


@pytest.mark.parametrize("url", ["http://[::1]:8080", "https://hub.example", "http://10.0.0.1:80"])
def test_an_address_of_a_hub(write, url):
    settings = read_settings(write("edge.toml", RIGHT.replace("http://127.0.0.1:8080/", url)))
    assert settings.hub_url == url


@pytest.mark.parametrize("url", ["http://:8080", "https://", "hub.example", "http://hub:port"])
def test_what_is_no_address_of_a_hub(write, url):
    file = write("edge.toml", RIGHT.replace("http://127.0.0.1:8080/", url))
    [told] = _mistakes(lambda: read_settings(file))
    assert "hub.url" in told


def test_devices_at_other_addresses(write, secrets):
    write(
        "links.toml",
        """
        [links.echonet-residence]
        interface = "127.9.9.1"
        addresses = { "battery-home-a" = "127.9.9.20/027D01" }
        """,
    )
    found = read_settings(
        write("edge.toml", RIGHT.replace("[hub]", 'links = "links.toml"\n[hub]') + secrets)
    ).installation()
    link = found.gateway.link("echonet-residence")
    moved = {d.id: d.address for d in found.devices_on(link)}
    assert link.interface == "127.9.9.1"
    assert moved["battery-home-a"] == "127.9.9.20/027D01"
    assert moved["aircon-home-a"] == "192.168.10.21/013001"


def test_another_address_of_an_unknown_device(write, secrets):
    write(
        "links.toml",
        '[links.echonet-residence]\naddresses = { "battery-home-b" = "1.2.3.4/027D01" }',
    )
    settings = read_settings(
        write("edge.toml", RIGHT.replace("[hub]", 'links = "links.toml"\n[hub]') + secrets)
    )
    with pytest.raises(SettingsError, match="has no device 'battery-home-b'; did you mean"):
        settings.installation()


def test_a_device_is_asked_at_its_own_period_and_others_as_before(tmp_path):
    file = tmp_path / "edge.toml"
    head = 'gateway = "gw-energy"\narea = "harumi"\ndata = "d"\n[hub]\nurl = "http://x:1"\n'
    file.write_text(head + "[devices.feeder-main]\nperiod_s = 20\n", encoding="utf-8")
    area = read_settings(file).installation().area
    plain = load_area("harumi")
    before = [point.period_s for point in plain.profile_of(plain.device("feeder-main")).points]
    periods = [point.period_s for point in area.profile_of(area.device("feeder-main")).points]
    assert min(before) < 20 == min(periods)
    assert periods == [20.0 if b == min(before) else max(20.0, b) for b in before]
    battery = area.device("battery-main")
    assert area.profile_of(battery) == plain.profile_of(plain.device("battery-main"))


def test_a_device_that_is_not_polled_is_on_no_link(tmp_path):
    file = tmp_path / "edge.toml"
    head = 'gateway = "gw-energy"\narea = "harumi"\ndata = "d"\n[hub]\nurl = "http://x:1"\n'
    file.write_text(head + "[devices.feeder-main]\npolled = false\n", encoding="utf-8")
    found = read_settings(file).installation()
    asked = {device.id for link in found.gateway.links for device in found.devices_on(link)}
    assert "feeder-main" not in asked
    assert "battery-main" in asked
