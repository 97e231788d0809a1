"""The area's platform: people import `platform_hub.client` or `platform_hub.wire`."""
