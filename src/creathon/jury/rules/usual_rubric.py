"""The grid an edition starts from: six criteria, a hundred points, each level in a sentence."""

from creathon.core.text import french_spaces
from creathon.jury.rules.rubric import CriterionValues

_CRITERIA = (
    (
        "C1",
        "Réponse au besoin pédagogique",
        "Le projet répond-il à une situation de classe précise, et qu’y gagne-t-on pour apprendre ?",
        25,
        (
            "Le besoin n’est pas nommé.",
            "Un besoin est cité, sans situation de classe.",
            "Une situation est décrite ; la réponse y touche en partie.",
            "Situation précise, réponse adaptée, gain d’apprentissage plausible.",
            "Situation observée ou vécue, réponse juste et simple, gain d’apprentissage démontrable.",
        ),
    ),
    (
        "C2",
        "Portée inclusive",
        "Le projet sert-il toute la classe, sans mettre personne à part ni baisser l’exigence ?",
        20,
        (
            "L’élève est mis à part.",
            "L’aide vise un élève isolé.",
            "Plusieurs voies d’accès, sans souci du groupe.",
            "Pensé pour toute la classe, plusieurs façons d’apprendre et de montrer.",
            "Pensé avec des personnes concernées ; personne n’a à se déclarer ; l’exigence reste entière.",
        ),
    ),
    (
        "C3",
        "Usage raisonné de l’IA et des données",
        "L’IA est-elle nécessaire, sobre, expliquée, et qui garde la décision ?",
        20,
        (
            "L’IA est décorative ou dangereuse.",
            "Usage flou, données en trop.",
            "Usage utile, risques cités sans réponse.",
            "Usage justifié, peu de données, l’humain décide.",
            "Alternative sans IA examinée, sobriété, limites testées, explication compréhensible par un élève.",
        ),
    ),
    (
        "C4",
        "Inventivité",
        "L’idée apporte-t-elle un regard neuf sur le problème ?",
        10,
        (
            "Copie d’un outil connu.",
            "Variante mineure.",
            "Assemblage nouveau.",
            "Idée personnelle et surprenante.",
            "Idée qui change le regard sur le problème.",
        ),
    ),
    (
        "C5",
        "Faisabilité et suite",
        "Peut-on l’essayer bientôt, et sait-on où, avec qui et à quel prix ?",
        15,
        (
            "Irréalisable.",
            "Étapes absentes.",
            "Étapes citées, moyens incertains.",
            "Premier essai possible en trois mois dans une classe.",
            "Essai prêt, lieu et partenaires pressentis, coûts et licence clairs.",
        ),
    ),
    (
        "C6",
        "Équipe et restitution",
        "Comprend-on le projet sans effort, et entend-on toute l’équipe ?",
        10,
        (
            "Livrables manquants.",
            "Compréhensible avec effort.",
            "Clair, mais porté par une voix.",
            "Clair, accessible, rôles partagés.",
            "Clair pour tous publics, accessible, chaque voix entendue.",
        ),
    ),
)

USUAL_RUBRIC = tuple(
    CriterionValues(code, title, french_spaces(question), weight, tuple(french_spaces(level) for level in levels))
    for code, title, question, weight, levels in _CRITERIA
)
