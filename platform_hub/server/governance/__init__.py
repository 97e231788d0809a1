"""Who may do what at the hub, and how a refusal is answered."""
