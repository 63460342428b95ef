"""Counts across the features, and the journal of an edition."""

from creathon.dashboards.queries.journal import Act, acts_count, acts_of, verbs_of
from creathon.dashboards.queries.mine import mine_of
from creathon.dashboards.queries.today import today_of

__all__ = ["Act", "acts_count", "acts_of", "mine_of", "today_of", "verbs_of"]
