"""Where notifications may go."""

from __future__ import annotations

import pytest

from platform_hub.server.stream.targets import Target, TargetRefused, Targets, parse

PUBLIC = "93.184.216.34"


def leading_to(*addresses: str, **rules: object) -> Targets:
    return Targets(resolve=lambda _host, _port: list(addresses), **rules)


def test_a_uri_is_taken_apart():
    assert parse("https://city.example/notify?a=1") == Target(
        "https", "city.example", 443, "/notify?a=1"
    )
    assert parse("http://city.example:8080") == Target("http", "city.example", 8080, "/")


def test_an_mqtt_uri_names_user_broker_and_topic():
    target = parse("mqtts://us%40er:pa%3Ass@broker.example/area/harumi")
    assert target == Target("mqtts", "broker.example", 8883, "area/harumi", "us@er", "pa:ss")
    assert target.mqtt
    assert target.secure


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "notify",
        "ftp://city.example/",
        "file:///etc/passwd",
        "http:///notify",
        "http://city.example:99999/",
        "http://city.example/a b",
        "http://city.example/\r\nX-Injected: 1",
        "mqtt://broker.example",
        "mqtt://broker.example/area/#",
    ],
)
def test_what_is_no_endpoint_is_refused(uri: str):
    with pytest.raises(TargetRefused):
        parse(uri)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",  # noqa: S104 - that is what must be refused
        "10.0.0.7",
        "169.254.169.254",
        "192.168.1.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "224.0.0.1",
    ],
)
def test_inner_addresses_are_refused_without_asking_the_network(host: str):
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError("the network was asked")

    with pytest.raises(TargetRefused, match="inner address"):
        Targets(resolve=never).check(parse(f"http://{host}/notify"))


def test_a_name_that_leads_to_an_inner_address_is_refused_when_it_is_called():
    target = parse("http://rebound.example/notify")
    leading_to(PUBLIC).check(target)
    with pytest.raises(TargetRefused, match=r"rebound\.example is an inner address"):
        leading_to(PUBLIC, "10.0.0.7").addresses(target)


def test_a_name_that_leads_outside_gives_the_addresses_to_call():
    assert leading_to(PUBLIC).addresses(parse("http://city.example/")) == [PUBLIC]


def test_what_the_operator_allows_may_be_called():
    rule = Targets.allowing(["broker.inner", "10.1.0.0/16"], loopback=False)
    rule.check(parse("http://10.1.2.3/"))
    named = leading_to("192.168.0.9", hosts=rule.hosts)
    assert named.addresses(parse("mqtt://BROKER.inner/t")) == ["192.168.0.9"]
    with pytest.raises(TargetRefused):
        rule.check(parse("http://10.2.0.1/"))


def test_an_open_hub_may_call_its_own_machine_and_no_other():
    rule = Targets(loopback=True)
    rule.check(parse("http://localhost:8085/notify"))
    rule.check(parse("http://127.0.0.1:8085/notify"))
    with pytest.raises(TargetRefused):
        rule.check(parse("http://10.0.0.7/notify"))
