"""Care at the gateway: what a wearable says becomes minutes under a pseudonym; the beats stay here."""
