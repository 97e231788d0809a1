"""The hub process: NGSI-LD, ingest, history, live stream."""
