"""What gateways bring: blocks of readings, stored before they are acknowledged."""
