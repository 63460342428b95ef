"""What each person is told first, the words of the journal, what the house says of itself. Pure."""

from creathon.dashboards.rules.house import (
    PURPOSES,
    RETENTION,
    SITE_MAP,
    legal_facts,
    security_text,
)
from creathon.dashboards.rules.preparation import PreparationLine, Start, lacking, preparation_line
from creathon.dashboards.rules.steps import Mine, NextStep, next_steps
from creathon.dashboards.rules.today import (
    PAGES,
    SiteCounts,
    Task,
    Today,
    antivirus_alarms,
    clock_alarm,
    copy_alarms,
    disk_alarm,
    pages_of,
    tasks_of,
)
from creathon.dashboards.rules.verbs import THINGS, VERBS, thing_words, verb_words

__all__ = [
    "PAGES",
    "PURPOSES",
    "RETENTION",
    "SITE_MAP",
    "THINGS",
    "VERBS",
    "Mine",
    "NextStep",
    "PreparationLine",
    "SiteCounts",
    "Start",
    "Task",
    "Today",
    "antivirus_alarms",
    "clock_alarm",
    "copy_alarms",
    "disk_alarm",
    "lacking",
    "legal_facts",
    "next_steps",
    "pages_of",
    "preparation_line",
    "security_text",
    "tasks_of",
    "thing_words",
    "verb_words",
]
