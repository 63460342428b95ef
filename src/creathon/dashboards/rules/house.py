"""What the house says of itself: purposes and lasting of data, legal facts, security contact, the map of the site."""

from datetime import UTC, datetime, timedelta

from creathon.core.text import _
from creathon.settings import DEFAULT_CONTACT, Settings

SECURITY_LASTS = timedelta(days=180)
"""How long a reader may trust security.txt: less than a year, counted from the day it is read."""

PUBLIC_TASK = "mission d’intérêt public (RGPD, article 6-1-e)"
CONSENT = "votre consentement (RGPD, article 6-1-a)"

PURPOSES = (
    ("Compte, candidature, projet, jury et résultats", PUBLIC_TASK, "accès, rectification, limitation, opposition"),
    ("Suivi des projets retenus : entretiens et jalons", PUBLIC_TASK, "accès, rectification, limitation, opposition"),
    ("Publication d’un nom ou d’une image", CONSENT, "retrait à tout moment"),
    ("Messages sur la prochaine édition", CONSENT, "retrait à tout moment"),
    ("Journal des actes et sécurité", "obligation légale et sécurité (RGPD, articles 6-1-c et 6-1-e)", "accès"),
)
"""Why data are kept: purpose, basis, rights."""

RETENTION = (
    ("Compte dont l’adresse n’est pas confirmée", "7 jours", "effacement"),
    ("Compte sans activité", "24 mois", "message au 23e mois, puis effacement"),
    ("Candidature refusée ou retirée", "fin des réclamations, plus 3 mois", "anonymisation, les nombres restent"),
    ("Projets lauréats", "accompagnement, plus 24 mois", "archive restreinte, 5 ans au plus"),
    ("Grilles et procès-verbaux du jury", "fin des réclamations, plus 12 mois", "archives de l’organisateur"),
    ("Autorisations parentales", "fin de la participation, plus 12 mois", "effacement du fichier"),
    ("Accords pour montrer une vidéo", "dernier jour ou retrait, plus 12 mois", "effacement"),
    ("Besoins d’aménagement", "événement, plus 30 jours", "effacement"),
    ("Notes d’accompagnement", "fin du programme, plus 12 mois", "effacement"),
    ("Journaux techniques", "6 mois", "effacement, un an au plus tard"),
)
"""How long data are kept: what, how long, then what."""

SITE_MAP = (
    (
        "Découvrir",
        (
            ("/", "Accueil"),
            ("/editions", "Les éditions"),
            ("/reglement", "Règlement"),
            ("/projets", "Projets"),
            ("/palmares", "Palmarès"),
        ),
    ),
    ("Autour de l’édition", (("/agenda", "Agenda des partenaires"), ("/partenaires", "Partenaires"))),
    ("Comprendre et vérifier", (("/methode", "Comment la note est calculée"), ("/verifier", "Vérifier un récépissé"))),
    (
        "Votre compte",
        (("/inscription", "Créer un compte"), ("/connexion", "Se connecter"), ("/mot-de-passe", "Mot de passe oublié")),
    ),
    (
        "La maison",
        (
            ("/aide", "Aide"),
            ("/contact", "Contact"),
            ("/accessibilite", "Accessibilité : non conforme"),
            ("/donnees-personnelles", "Données personnelles"),
            ("/mentions-legales", "Mentions légales"),
            ("/plan-du-site", "Plan du site"),
        ),
    ),
)
"""The pages open to everybody."""


def legal_facts(settings: Settings) -> list[tuple[str, str | None]]:
    """What the law asks to be told of the publisher and the host; None where the deployer has not set it."""
    legal = settings.legal
    return [
        (_("Éditeur"), legal.publisher),
        (_("Siège"), legal.address),
        (_("Téléphone"), legal.phone),
        (_("Adresse électronique"), None if settings.contact_email == DEFAULT_CONTACT else settings.contact_email),
        (_("Directeur ou directrice de la publication"), legal.director),
        (_("Hébergeur : nom, adresse, téléphone"), legal.host),
    ]


def security_text(settings: Settings, *, now: datetime) -> str:
    """`security.txt` of RFC 9116. `Expires` is counted from `now`: it is never in the past, never a year away."""
    expires = (now.astimezone(UTC) + SECURITY_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{settings.contact_email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    )
    return "\n".join(lines) + "\n"
