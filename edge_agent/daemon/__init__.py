"""The gateway daemon: puts drivers, polling, log and sync together and owns every task.

Device > driver > polling > log (durable) > sync > hub. Links do not know one another: what fails
on one is said in the status and tried again while the others go on.
"""

from edge_agent.daemon.agent import Agent
from edge_agent.daemon.process import run

__all__ = ["Agent", "run"]
