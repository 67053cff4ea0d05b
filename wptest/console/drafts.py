"""Scenario files that `wptest new` writes, made from the templates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

TOPICS = {
    "outage": "a sink goes down for a while",
    "resume": "a recovery is stopped half-way",
    "fault": "the target's disk fails",
    "kill": "the program is killed in an outage",
}
WITH_OUTAGES = ("outage", "kill")


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written: its name and text."""

    name: str
    text: str


def filled(topic: str, **values: str) -> str:
    """A template with words in the places of its names."""
    text = (resources.files("wptest") / "templates" / f"{topic}.yaml").read_text(encoding="utf-8")
    text = re.sub(r"\b(NAME|PROJECT|SINK|CALLED|FILE|TARGET)\b", lambda match: values[match[1]], text)
    return text.replace(": \n", ":\n")
