"""Créathon: the platform of a 24-hour creativity marathon, from the first application to what became of the ideas."""
