"""The pages of teams, by audience."""

from creathon.teams.pages.applications import ApplicationPages
from creathon.teams.pages.invitations import TeamInvitationPages, TeamInvitingPages
from creathon.teams.pages.joining import JoiningPages
from creathon.teams.pages.parting import MemberPages, PartingPages
from creathon.teams.pages.team import TeamPages

__all__ = [
    "ApplicationPages",
    "JoiningPages",
    "MemberPages",
    "PartingPages",
    "TeamInvitationPages",
    "TeamInvitingPages",
    "TeamPages",
]
