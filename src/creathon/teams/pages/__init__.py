"""The pages of teams, by audience."""

from creathon.teams.pages.alone import AlonePages
from creathon.teams.pages.answers import ApplyingPages, ClassPages
from creathon.teams.pages.applications import ApplicationPages
from creathon.teams.pages.free import ApproachPages, FreePeoplePages, NeedPages
from creathon.teams.pages.invitations import TeamInvitationPages, TeamInvitingPages
from creathon.teams.pages.joining import JoiningPages
from creathon.teams.pages.listing import ApplicationListPages
from creathon.teams.pages.many import ManyPages
from creathon.teams.pages.minors import AuthorisationPages, MinorPages
from creathon.teams.pages.needing import NeedingPages
from creathon.teams.pages.parting import MemberPages, PartingPages
from creathon.teams.pages.people import AloneListPages
from creathon.teams.pages.questions import QuestionPages
from creathon.teams.pages.team import TeamPages

__all__ = [
    "AloneListPages",
    "AlonePages",
    "ApplicationListPages",
    "ApplicationPages",
    "ApplyingPages",
    "ApproachPages",
    "AuthorisationPages",
    "ClassPages",
    "FreePeoplePages",
    "JoiningPages",
    "ManyPages",
    "MemberPages",
    "MinorPages",
    "NeedPages",
    "NeedingPages",
    "PartingPages",
    "QuestionPages",
    "TeamInvitationPages",
    "TeamInvitingPages",
    "TeamPages",
]
