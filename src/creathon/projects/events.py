"""What this feature tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProjectOpened:
    """Somebody opens a project as coordination; a handler that knows of a conflict of interest raises `NotThere`."""

    project_id: str
    person_id: str
