"""The « fiche éthique et données »: version 1, twenty-two questions."""

from creathon.projects.rules.questions import YES_NO, Alert, Question, Sheet, both, count, empty, has, many, one, text

GRADES = {
    "aucun": "Aucun usage autonome", "cp": "CP", "ce1": "CE1", "ce2": "CE2", "cm1": "CM1", "cm2": "CM2", "6e": "6e",
    "5e": "5e", "4e": "4e", "3e": "3e", "2de": "Seconde", "1re": "Première", "tle": "Terminale", "sup": "Après le bac",
}  # fmt: skip
BEFORE_4E = ("cp", "ce1", "ce2", "cm1", "cm2", "6e", "5e")
GENERATIVE = has("e02", "generation")
TECHNIQUES = {
    "regles": "Règles explicites",
    "statistique": "Apprentissage statistique",
    "generation": "Génération de texte, d’image ou de voix",
    "parole": "Reconnaissance de parole",
    "image": "Reconnaissance d’image",
    "recommandation": "Recommandation",
    "inconnue": "Nous ne savons pas encore",
}
USERS = {
    "moins_15": "Élève de moins de 15 ans",
    "plus_15": "Élève de 15 ans et plus",
    "enseignant": "Enseignant",
    "aesh": "AESH",
    "famille": "Famille",
    "autre": "Autre",
}
DATA = {
    "aucune": "Aucune donnée personnelle",
    "identite": "Identité",
    "productions": "Productions d’élèves",
    "voix": "Voix",
    "image": "Image",
    "traces": "Traces d’usage",
    "sante": "Santé ou handicap",
}
PLACES = {
    "appareil": "Sur l’appareil",
    "etablissement": "Sur un serveur de l’établissement ou de l’académie",
    "ue": "Chez un hébergeur de l’Union européenne",
    "hors_ue": "Hors de l’Union européenne",
    "inconnu": "Nous ne le savons pas",
}
DECIDERS = {
    "enseignant": "Un enseignant ou un autre adulte",
    "eleve": "L’élève lui-même",
    "ensemble": "L’élève et l’adulte ensemble",
    "personne": "Personne : l’outil décide",
}
ORIGINS = {
    "aucune": "Aucune donnée d’apprentissage",
    "equipe": "Produites par l’équipe",
    "libre": "Publiées sous une licence libre",
    "accord": "Confiées avec un accord écrit",
    "web": "Collectées sur le web",
    "inconnue": "Nous ne le savons pas",
}
LICENCES = {
    "aucun": "Aucun composant de tiers",
    "connues": "Toutes les licences sont connues",
    "inconnue": "Une licence au moins est inconnue",
}
CRITERIA = {
    "evaluation": "Des personnes sont évaluées ou notées",
    "decision": "Une décision automatique a des effets sur elles",
    "surveillance": "Elles sont observées de façon suivie",
    "sensibles": "Des données sensibles sont traitées",
    "echelle": "Le traitement est à grande échelle",
    "croisement": "Des fichiers sont croisés",
    "vulnerables": "Des personnes vulnérables, dont les enfants, sont concernées",
    "innovant": "L’usage ou la technique est nouveau",
    "exclusion": "Un droit ou un service peut être refusé",
}

_USE = (
    Question(
        "E01", "À quel besoin pédagogique précis l’IA répond-elle, et que se passe-t-il si on la retire ?",
        (text("e01", 600, "Le besoin, et ce qui reste sans IA"),
         one("e01_without", {"oui": "Étudiée", "non": "Pas étudiée"}, "Une solution sans IA")),
        (Alert(empty("e01"), "Le besoin auquel l’IA répond n’est pas dit."),
         Alert(has("e01_without", "non"), "Aucune solution sans IA n’a été étudiée.")),
    ),
    Question("E02", "Quelles familles de techniques envisagez-vous ?", (many("e02", TECHNIQUES),)),
    Question(
        "E03", "Qui utilise l’outil ?", (many("e03", USERS),),
        (Alert(has("e03", "moins_15"), "Des élèves de moins de 15 ans utilisent l’outil."),),
    ),
    Question(
        "E04", "Un élève doit-il créer un compte ?", (one("e04", YES_NO),),
        (Alert(has("e04", "oui"), "Un élève doit créer un compte."),),
    ),
    Question(
        "E05", "À partir de quelle classe l’élève s’en sert-il seul ?", (one("e05", GRADES),),
        (Alert(both(GENERATIVE, has("e05", *BEFORE_4E)), "Une IA générative est utilisée seul avant la 4e."),),
    ),
)  # fmt: skip
_DATA = (
    Question(
        "E06", "Quelles données entrent dans l’outil ?",
        (many("e06", DATA, "Données"),
         text("e06_why", 400, "Pourquoi des données de santé ou de handicap sont nécessaires")),
        (Alert(has("e06", "voix", "image", "traces"), "L’outil reçoit des voix, des images ou des traces d’usage."),
         Alert(has("e06", "sante"), "L’outil reçoit des données de santé ou de handicap.", True, "e06_why",
               "justifiez les données de santé ou de handicap")),
        required=True,
    ),
    Question(
        "E07", "Pourriez-vous rendre le même service avec moins de données ? Lesquelles retirez-vous ?",
        (text("e07", 400),), (Alert(empty("e07"), "L’équipe ne dit pas quelles données elle pourrait retirer."),),
    ),
    Question(
        "E08", "Où les données sont-elles traitées ?", (one("e08", PLACES),),
        (Alert(has("e08", "hors_ue"), "Les données sont traitées hors de l’Union européenne."),
         Alert(has("e08", "inconnu"), "Le lieu de traitement des données est inconnu.")),
    ),
    Question(
        "E09", "Combien de temps sont-elles gardées, et qui déclenche l’effacement ?", (text("e09", 200),),
        (Alert(empty("e09"), "La durée de conservation et l’effacement ne sont pas dits."),),
    ),
    Question(
        "E10", "Quelle base légale et quel responsable de traitement imaginez-vous ?", (text("e10", 200),),
        hint="La base légale dit pourquoi le traitement est permis ; à l’école, souvent la mission d’intérêt public. "
             "Le responsable est l’organisme qui décide du traitement : école, commune, académie…",
    ),
    Question(
        "E11", "Comment l’élève et sa famille sont-ils informés, avec quels mots ?", (text("e11", 400),),
        (Alert(empty("e11"), "L’information de l’élève et de sa famille n’est pas décrite."),),
    ),
)  # fmt: skip
_DECISIONS = (
    Question(
        "E12", "L’outil admet, affecte, note, classe ou oriente-t-il un élève, ou surveille-t-il un examen ?",
        (one("e12", YES_NO, "Réponse"), text("e12_why", 400, "Précisez")),
        (Alert(has("e12", "oui"), "Domaine à haut risque (règlement européen sur l’IA, annexe III, point 3)."),),
    ),
    Question(
        "E13",
        "L’outil déduit-il une émotion, une attention ou un état mental à partir du visage, de la voix ou du corps ?",
        (one("e13", YES_NO, "Réponse"), text("e13_why", 400, "Le motif médical ou de sécurité, si vous répondez oui")),
        (Alert(has("e13", "oui"), "Pratique interdite en éducation, sauf motif médical ou de sécurité.", True,
               "e13_why",
               "cette pratique est interdite en éducation ; donnez le motif médical ou de sécurité, ou renoncez-y"),),
        required=True,
    ),
    Question(
        "E14", "Qui garde la décision finale, et comment peut-il corriger l’outil ?",
        (one("e14", DECIDERS, "Qui décide"), text("e14_how", 400, "Comment l’outil est corrigé")),
        (Alert(has("e14", "personne"), "Personne ne garde la décision finale.", True, "e14_how",
               "personne ne garde la décision ; dites pourquoi et comment l’outil est corrigé"),),
        required=True,
    ),
    Question(
        "E15", "Pour quels élèves l’outil risque-t-il de moins bien marcher ? Comment le saurez-vous ?",
        (text("e15", 500),),
        (Alert(empty("e15"), "L’équipe ne dit pas pour qui l’outil risque de moins bien marcher."),),
    ),
    Question(
        "E16", "D’où viennent les données d’apprentissage ou de test ? Avez-vous le droit de vous en servir ?",
        (many("e16", ORIGINS, "Origine"), text("e16_text", 400, "Précisez vos droits")),
        (Alert(has("e16", "web"), "Des données d’apprentissage ou de test sont collectées sur le web."),),
    ),
    Question(
        "E17", "Comment montrez-vous à l’usager qu’il parle à une machine et d’où vient la réponse ?",
        (text("e17", 300),),
        (Alert(both(GENERATIVE, empty("e17")),
               "L’outil génère des contenus sans que l’équipe dise comment elle le signale."),),
    ),
    Question(
        "E18", "Que fait l’outil quand il se trompe ou tombe en panne ?", (text("e18", 300),),
        (Alert(empty("e18"), "Ce que fait l’outil en cas d’erreur ou de panne n’est pas dit."),),
    ),
)  # fmt: skip
_MEANS = (
    Question(
        "E19", "Quelle sobriété ?", (text("e19", 300),),
        hint="Taille du modèle, usage hors ligne, matériel déjà présent.",
    ),
    Question(
        "E20", "Quels composants ou modèles de tiers, sous quelle licence ?",
        (text("e20", 1000, "Un composant par ligne, avec sa licence"), one("e20_licences", LICENCES, "Licences")),
        (Alert(has("e20_licences", "inconnue"), "La licence d’un composant au moins est inconnue."),),
    ),
    Question(
        "E21", "Faut-il une analyse d’impact (AIPD) ? Cochez les critères présents.", (many("e21", CRITERIA),),
        (Alert(count("e21", 2), "Deux critères au moins : une analyse d’impact est à prévoir."),),
    ),
    Question(
        "E22", "Avez-vous utilisé une IA pendant le Créathon (texte, code, image, voix) ?",
        (one("e22", YES_NO, "Réponse"), text("e22_where", 600, "Où, et pour quoi faire")),
        (Alert(has("e22", "oui"), until="e22_where", ask="dites où vous avez utilisé une IA pendant le Créathon"),),
        required=True,
    ),
)  # fmt: skip

ETHICS_1 = Sheet(
    "ethics",
    1,
    "Fiche éthique et données",
    "Vingt-deux questions sur l’IA et les données. Vos réponses ne donnent ni ne retirent de points : "
    "elles signalent au jury et aux mentors ce dont il faut parler.",
    (*_USE, *_DATA, *_DECISIONS, *_MEANS),
)
