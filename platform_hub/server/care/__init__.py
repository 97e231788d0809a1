"""Care: residents, consents, what wearables and people say of them, and who needs a look."""
