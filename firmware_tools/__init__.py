"""The technician's tools: provision, commission, update and report on gateways."""
