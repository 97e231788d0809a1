"""The panel of layers: a row of a table and a building of the map are the same choice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from area_configs.domain.names import Name
from desktop.models.twin_layers import LayerFacts, LayerInfo
from desktop.views.layer_panel import LayerPanel
from desktop.views.layer_table import LayerWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # offscreen says so at each window

NAME = Name("層", "Layer")
FACTS = LayerFacts(
    headers=("Building", "Now"), rows=(("One", "1"), ("Two", "2")), buildings=("b1", "b2")
)


@pytest.fixture
def panel(console):
    layers = console.models.layers
    layers.offer([LayerInfo("table", NAME, NAME)])
    layers.switch("table", True)
    layers.tell({"table": FACTS})
    return console.window.findChild(LayerPanel)


def marked(panel):
    return [
        index.row() for index in panel.cards["table"].said.table.selectionModel().selectedRows()
    ]


def test_a_clicked_row_chooses_its_building(panel, console):
    chosen = []
    console.models.layers.building_chosen.connect(chosen.append)
    panel.cards["table"].said.table.cellClicked.emit(1, 0)
    assert chosen == ["b2"]


def test_a_building_chosen_elsewhere_marks_its_row_and_stays_marked(panel, console):
    layers = console.models.layers
    layers.choose_building("b2")
    assert marked(panel) == [1]
    layers.tell({"table": replace(FACTS, rows=FACTS.rows[::-1], buildings=("b2", "b1"))})
    assert marked(panel) == [0]
    layers.choose_building("")
    assert marked(panel) == []


def test_rows_of_other_things_choose_no_building(panel, console):
    layers = console.models.layers
    layers.tell({"table": LayerFacts(headers=("A",), rows=(("x",),))})
    panel.cards["table"].said.table.cellClicked.emit(0, 0)
    assert layers.building == ""


def test_a_window_shows_the_whole_table_until_its_layer_goes(panel, console, qtbot):
    layers = console.models.layers
    card = panel.cards["table"]
    card.said.enlarge.click()
    (window,) = console.window.findChildren(LayerWindow)
    assert window.windowTitle() == "Layer"
    assert window.table.rowCount() == 2
    layers.tell({"table": replace(FACTS, rows=FACTS.rows[:1], buildings=("b1",))})
    assert window.table.rowCount() == 1
    window.table.cellClicked.emit(0, 0)
    assert layers.building == "b1"
    with qtbot.waitSignal(window.destroyed):
        layers.switch("table", False)
