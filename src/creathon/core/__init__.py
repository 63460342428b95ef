"""What every feature stands on, without a word of the trade: database, clock, ids, journal, files, forms, web, text."""
