"""The needs and the levels that a project names."""

NEEDS = {
    "langage_ecrit": "Langage écrit",
    "oral": "Oral",
    "nombres": "Nombres",
    "motricite": "Geste et motricité",
    "vision": "Vision",
    "audition": "Audition",
    "attention": "Attention",
    "autisme": "Autisme",
    "handicap_intellectuel": "Handicap intellectuel",
    "psychique": "Psychique",
    "maladie_absence": "Maladie ou absence longue",
    "francais_langue_seconde": "Français langue seconde",
    "haut_potentiel": "Haut potentiel",
    "situation_sociale": "Situation sociale",
    "autre": "Autre",
}
LEVELS = {
    "maternelle": "Maternelle",
    "elementaire": "École élémentaire",
    "college": "Collège",
    "lycee": "Lycée",
    "superieur": "Enseignement supérieur",
}
