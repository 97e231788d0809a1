"""Firmware of devices behind a gateway: MCUboot images over SMP, ESP images through esptool."""
