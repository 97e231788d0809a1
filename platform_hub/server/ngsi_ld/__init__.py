"""The open API: ETSI NGSI-LD (GS CIM 009), the subset that reads entities and their history."""
