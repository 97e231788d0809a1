"""The doctor: looks at everything an agent needs, and says of each trouble how to mend it."""

from edge_agent.doctor.check import Check, Machine
from edge_agent.doctor.examination import examine

__all__ = ["Check", "Machine", "examine"]
