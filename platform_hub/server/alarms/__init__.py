"""Alarms: judged here from the rules of the area, answered by people, kept in a journal."""
