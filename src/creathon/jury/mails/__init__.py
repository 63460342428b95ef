"""The messages of the jury."""
