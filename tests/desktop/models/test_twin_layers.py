"""Layers are switched, chosen and heard; rivals of one surface exclude each other."""

from __future__ import annotations

import pytest

from area_configs.domain.names import Name
from desktop.models.twin_layers import LayerFacts, LayerInfo, Option, TwinLayers

NAME = Name("層", "Layer")
DEEP, WORST = Option("deep", NAME), Option("worst", NAME)


@pytest.fixture
def layers():
    model = TwinLayers()
    model.offer(
        [
            LayerInfo("heat", NAME, NAME, group="walls"),
            LayerInfo("flood", NAME, NAME, options=(DEEP, WORST)),
            LayerInfo("sun", NAME, NAME, group="walls"),
        ]
    )
    return model


def test_nothing_is_on_until_somebody_asks(layers):
    assert layers.wanted == {}
    assert layers.option("flood") == "deep"


def test_rivals_for_a_surface_exclude_each_other(layers):
    layers.switch("heat", True)
    layers.switch("flood", True)
    heard = []
    layers.changed.connect(heard.append)
    layers.switch("sun", True)
    assert heard == ["heat", "sun"]
    assert layers.wanted == {"flood": "deep", "sun": ""}


def test_a_choice_is_told_once_and_must_exist(layers, qtbot):
    with qtbot.waitSignal(layers.changed):
        layers.choose("flood", "worst")
    with qtbot.assertNotEmitted(layers.changed):
        layers.choose("flood", "worst")
    with pytest.raises(KeyError):
        layers.choose("flood", "none")


def test_what_a_layer_says_is_forgotten_when_it_goes(layers, qtbot):
    layers.switch("heat", True)
    said = LayerFacts(unit="W")
    with qtbot.waitSignal(layers.told):
        layers.tell({"heat": said, "sun": LayerFacts(unit="h")})
    with qtbot.assertNotEmitted(layers.told):
        layers.tell({"heat": said})
    assert layers.facts("sun") == LayerFacts()
    layers.switch("heat", False)
    assert layers.facts("heat") == LayerFacts()
