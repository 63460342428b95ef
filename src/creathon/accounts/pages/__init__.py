"""The pages of accounts, by audience."""

from creathon.accounts.pages.account import AccountPages
from creathon.accounts.pages.invitations import InvitationPages, InvitePages
from creathon.accounts.pages.sessions import SessionPages, show_kept
from creathon.accounts.pages.signing import SigningPages

__all__ = ["AccountPages", "InvitationPages", "InvitePages", "SessionPages", "SigningPages", "show_kept"]
