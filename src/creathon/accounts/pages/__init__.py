"""The pages of accounts, by audience."""

from creathon.accounts.pages.account import AccountPages
from creathon.accounts.pages.invitations import InvitationPages, InvitePages
from creathon.accounts.pages.signing import SigningPages

__all__ = ["AccountPages", "InvitationPages", "InvitePages", "SigningPages"]
