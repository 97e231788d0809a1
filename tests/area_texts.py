"""Area files for tests, written as people write them."""

from __future__ import annotations

PLACE = "{ latitude = 35.65, longitude = 139.77 }"
BUS = 'id = "bus"\nkind = "modbus_tcp"\nhost = "192.168.1.9"  # the box in the cellar'
RADIO = 'id = "radio"\nkind = "ble"'


def head(ident: str) -> str:
    """Return what comes before the first table."""
    return (
        f'# The head stays.\nid = "{ident}"\nname = {{ ja = "見本", en = "Sample" }}\n'
        f'centre = {PLACE}\nepsg = 6677\nattribution = {{ ja = "-", en = "-" }}\n'
    )


def gateway(ident: str, ja: str, en: str, link: str) -> str:
    """Return a gateway with one link."""
    return (
        f'\n# gateway {en}\n[[gateways]]\nid = "{ident}"\nname = {{ ja = "{ja}", en = "{en}" }}\n'
        f"position = {PLACE}\n\n[[gateways.links]]\n{link}\n"
    )


def meter(ident: str, number: int, unit: int, at: str) -> str:
    """Return a meter on the bus of a gateway."""
    return (
        f'\n[[devices]]\nid = "{ident}"\nname = {{ ja = "計器{number}", en = "Meter {number}" }}\n'
        f'profile = "eastron_sdm630"\ngateway = "{at}"\nlink = "bus"\nunit = {unit}\n'
        f"position = {PLACE}  # measured\n"
    )
