"""The registry of residents between the hub and the manager's page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from desktop.app.care_consents import WRITTEN, Channel, ConsentWiring
from desktop.models import person
from platform_hub.client import care as requests
from platform_hub.wire.care import AssignmentBody, ResidentBody, WearablesBody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from area_configs.domain.care import Consent, Resident
    from desktop.bridge.area_desk import AreaDesk
    from desktop.models.area_models import AreaModels
    from desktop.models.care_registry import Enrolment
    from platform_hub.client.area_client import AreaClient


class _Listed(NamedTuple):
    residents: list[Resident]
    carers: list[str]


class _Agreed(NamedTuple):
    resident: str
    consents: list[Consent]


class _Registered(NamedTuple):
    resident: str


class RegistryWiring(ConsentWiring):
    """Asks only where a manager sits: nobody else is answered."""

    def __init__(self, area_desk: AreaDesk, models: AreaModels) -> None:
        registry = models.registry
        channel = Channel("registry", partial(models.person.acts_as, person.MANAGER))
        super().__init__(area_desk, registry, models, channel)
        self._registry = registry
        self.answered.connect(self._take)
        registry.list_wanted.connect(lambda: self.ask("list", _listed))
        registry.consents_wanted.connect(lambda of: self.ask("consents", partial(_agreed, of=of)))
        registry.enrolment_wanted.connect(self._enrol)
        registry.carers_wanted.connect(self._assign)
        registry.wearables_wanted.connect(self._give)
        models.person.changed.connect(registry.leave)

    def _take(self, topic: str, answer: object) -> None:
        if isinstance(answer, _Listed):
            self._registry.take_list(answer.residents, answer.carers)
        elif isinstance(answer, _Agreed):
            self._registry.take_consents(answer.resident, answer.consents)
        elif isinstance(answer, _Registered):
            self._registry.take_done(answer.resident)
        elif topic == WRITTEN:
            self._registry.take_done()

    def _enrol(self, new: Enrolment) -> None:
        body = ResidentBody(new.resident, new.label)

        def register(client: AreaClient) -> _Registered:
            return _Registered(requests.register(client, body).id)

        self.ask(WRITTEN, register)

    def _assign(self, resident: str, names: Sequence[str]) -> None:
        body = AssignmentBody(list(names))
        self.ask(WRITTEN, partial(requests.assign, resident=resident, body=body))

    def _give(self, resident: str, devices: Sequence[str]) -> None:
        body = WearablesBody(list(devices))
        self.ask(WRITTEN, partial(requests.give_wearables, resident=resident, body=body))


def _listed(client: AreaClient) -> _Listed:
    return _Listed(requests.residents(client), requests.caregivers(client))


def _agreed(client: AreaClient, of: str) -> _Agreed:
    return _Agreed(of, requests.consents(client, of))
