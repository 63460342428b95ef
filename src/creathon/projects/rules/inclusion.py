"""The « fiche inclusion »: version 1, eighteen questions."""

from creathon.projects.rules.choices import NEEDS
from creathon.projects.rules.questions import (
    TRIED,
    YES_NO,
    Alert,
    Question,
    Sheet,
    both,
    count,
    empty,
    has,
    many,
    neither,
    one,
    text,
)

STUDIED = {**NEEDS, "tous": "Tous les besoins"}
BARRIERS = {
    "support": "Le support",
    "consigne": "La consigne",
    "temps": "Le temps",
    "espace": "L’espace",
    "regard": "Le regard des autres",
    "cout": "Le coût",
    "organisation": "L’organisation",
    "eleve": "Une difficulté propre à l’élève",
}
REACH = {"classe": "Toute la classe", "groupe": "Un groupe", "seul": "L’élève seul"}
TAKING_PART = {
    "eleves": "Des élèves",
    "familles": "Des familles",
    "aesh": "Des AESH",
    "associations": "Des associations",
    "non": "Pas encore",
}
WAYS_IN = {
    "texte": "Texte", "son": "Son", "image": "Image", "geste": "Geste", "toucher": "Toucher", "autre": "Autre voie",
}  # fmt: skip
WAYS_OUT = {
    "ecrit": "Écrit", "oral": "Oral", "image": "Image ou dessin", "geste": "Geste", "objet": "Manipulation",
    "autre": "Autre voie",
}  # fmt: skip
LANGUAGE = {
    "mots": "Vocabulaire courant",
    "phrases": "Phrases courtes",
    "images": "Image associée",
    "voix": "Lecture à voix haute",
}
TIME = {
    "peu": "Moins de 10 minutes par semaine",
    "moyen": "De 10 à 30 minutes par semaine",
    "plus_30": "Plus de 30 minutes par semaine",
}
PLANS = {
    "aucun": "Aucun lien",
    "sans_copie": "Un lien, sans en copier le contenu",
    "stocke": "Le contenu d’un plan est stocké",
}
READABLE = {
    "sous_titres": "La vidéo est sous-titrée",
    "transcription": "La vidéo est transcrite",
    "fiche": "La fiche se lit facilement",
    "aucun": "Rien de cela",
}
_TRIALS = (
    ("clavier", "Au clavier seul", "au clavier"),
    ("lecteur", "Au lecteur d’écran", "au lecteur d’écran"),
    ("zoom", "Agrandi à 200 %", "agrandi à 200 %"),
    ("son", "Sans le son", "sans le son"),
    ("couleur", "Sans la couleur", "sans la couleur"),
)
_WITHOUT = {name: f"L’outil ne fonctionne pas {words}." for name, _label, words in _TRIALS}

_NEEDS = (
    Question(
        "I01", "Quels besoins avez-vous étudiés ?",
        (many("i01", STUDIED, "Besoins"), text("i01_text", 300, "Précisez")),
        (Alert(both(has("i01", "tous"), empty("i01_text")), "« Tous les besoins » est coché, sans précision."),),
    ),
    Question(
        "I02", "Quelle barrière de l’environnement votre projet supprime-t-il ?",
        (many("i02", BARRIERS, "Barrières"), text("i02_text", 400, "Précisez")),
        (Alert(has("i02", "eleve"),
               "La réponse vise une difficulté de l’élève plutôt qu’une barrière autour de lui."),),
    ),
    Question(
        "I03", "L’outil sert-il toute la classe, ou isole-t-il l’élève ?",
        (one("i03", REACH, "Qui s’en sert"), text("i03_text", 400, "Expliquez")),
        (Alert(has("i03", "seul"), "L’outil sert à l’élève seul."),),
    ),
    Question(
        "I04", "Des personnes concernées ont-elles participé ? Quand ?",
        (many("i04", TAKING_PART, "Qui a participé"), text("i04_text", 300, "Quand, et comment")),
        (Alert(has("i04", "non"), "Aucune personne concernée n’a encore participé."),),
    ),
)  # fmt: skip
_WAYS = (
    Question(
        "I05", "Par quelles voies l’élève accède-t-il à l’information ?", (many("i05", WAYS_IN),),
        (Alert(count("i05", 1, 1), "L’information ne passe que par une seule voie."),), hint="Au moins deux voies.",
    ),
    Question(
        "I06", "Par quelles voies l’élève montre-t-il ce qu’il sait ?", (many("i06", WAYS_OUT),),
        (Alert(count("i06", 1, 1), "L’élève ne peut montrer ce qu’il sait que par une seule voie."),),
        hint="Au moins deux voies.",
    ),
    Question(
        "I07", "Qu’est-ce qui soutient l’envie et l’effort ?", (text("i07", 300),),
        hint="Choix, but clair, entraide, rythme, retour…",
    ),
    Question(
        "I08", "L’élève doit-il révéler un besoin ou un diagnostic pour s’en servir ?",
        (one("i08", YES_NO, "Réponse"), text("i08_why", 400, "Pourquoi c’est nécessaire, si vous répondez oui")),
        (Alert(has("i08", "oui"), "L’élève doit révéler un besoin ou un diagnostic.", True, "i08_why",
               "dites pourquoi l’élève doit révéler un besoin ou un diagnostic"),),
        required=True,
    ),
    Question(
        "I09", "L’exigence reste-t-elle la même pour l’élève ?",
        (one("i09", YES_NO, "Réponse"), text("i09_text", 300, "Expliquez")),
        (Alert(has("i09", "non"), "L’exigence n’est pas la même pour l’élève."),),
    ),
)  # fmt: skip
_ACCESS = (
    Question(
        "I10", "Dans quelles conditions l’outil fonctionne-t-il ?",
        tuple(one(f"i10_{name}", TRIED, label) for name, label, _words in _TRIALS),
        tuple(Alert(has(f"i10_{name}", "non"), sentence) for name, sentence in _WITHOUT.items()),
    ),
    Question("I11", "Quelle aide à la langue ?", (many("i11", LANGUAGE),)),
    Question(
        "I12", "Marche-t-il avec un vieux matériel, hors ligne, sans téléphone personnel ?",
        (one("i12_ancien", TRIED, "Avec un vieux matériel"), one("i12_hors_ligne", TRIED, "Hors ligne"),
         one("i12_telephone", YES_NO, "Sans téléphone personnel")),
        (Alert(has("i12_telephone", "non"), "Un téléphone personnel est exigé."),),
    ),
    Question(
        "I13", "Que faut-il à l’enseignant pour s’en servir (temps, formation, réglage) ?",
        (one("i13_time", TIME, "Temps"), text("i13", 300, "Précisez")),
        (Alert(has("i13_time", "plus_30"), "L’outil demande à l’enseignant plus de 30 minutes par semaine."),),
    ),
    Question(
        "I14", "Quel lien avec PPS, PAP, PAI, PPRE, sans en copier le contenu ?",
        (one("i14", PLANS, "Lien"), text("i14_text", 200, "Précisez")),
        (Alert(has("i14", "stocke"), "Le contenu d’un plan individuel est stocké.", True, "i14_text",
               "dites pourquoi le contenu d’un plan individuel est stocké, ou renoncez-y"),),
        required=True,
    ),
)  # fmt: skip
_AFTER = (
    Question(
        "I15", "Qui pourrait se sentir exclu ou stigmatisé par l’outil ?", (text("i15", 300),),
        (Alert(empty("i15"), "L’équipe ne dit pas qui pourrait se sentir exclu ou stigmatisé."),),
    ),
    Question("I16", "Quel coût pour une école, et quelle condition d’accès (licence libre ?)", (text("i16", 200),)),
    Question(
        "I17", "Comment saurez-vous que l’accès s’est amélioré (un indicateur observable) ?", (text("i17", 200),),
        (Alert(empty("i17"), "Aucun indicateur ne dit si l’accès s’est amélioré."),),
    ),
    Question(
        "I18", "La vidéo et la fiche sont-elles sous-titrées, transcrites, lisibles ?", (many("i18", READABLE),),
        (Alert(neither("i18", "sous_titres", "transcription"), "La vidéo n’est ni sous-titrée ni transcrite.", True,
               ask="la vidéo doit être sous-titrée ou transcrite"),),
        required=True,
    ),
)  # fmt: skip

INCLUSION_1 = Sheet(
    "inclusion",
    1,
    "Fiche inclusion",
    "Dix-huit questions sur l’accès de tous. Vos réponses ne donnent ni ne retirent de points : "
    "elles signalent au jury et aux mentors ce dont il faut parler.",
    (*_NEEDS, *_WAYS, *_ACCESS, *_AFTER),
)
