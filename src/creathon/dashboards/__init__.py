"""The home page of each role and the public pages of the house: combines features, owns nothing."""
