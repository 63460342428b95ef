"""The pages of phase two, by audience; `desk` is what mentor, team and coordination share."""

from creathon.mentoring.pages.interviews import InterviewPages
from creathon.mentoring.pages.mentor import MentorPages
from creathon.mentoring.pages.milestones import MilestonePages
from creathon.mentoring.pages.objective import ObjectivePages
from creathon.mentoring.pages.pairings import PairingPages
from creathon.mentoring.pages.programme import ProgrammePages
from creathon.mentoring.pages.team import FollowedTeamPages

__all__ = [
    "FollowedTeamPages",
    "InterviewPages",
    "MentorPages",
    "MilestonePages",
    "ObjectivePages",
    "PairingPages",
    "ProgrammePages",
]
