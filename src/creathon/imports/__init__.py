"""Sites and people brought in from a spreadsheet: read apart, shown first, then all of it or nothing."""
