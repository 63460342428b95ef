"""`make bench`: what the pages cost on this machine, next to a bare answer and a bare rendering."""
