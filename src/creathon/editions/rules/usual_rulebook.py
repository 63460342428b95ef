"""The rulebook an edition starts from: twenty short articles, to be changed at will before they are published.

Teams keep their rights; the image is a separate, dated permission; what arrived in time counts.
"""

from creathon.core.text import french_spaces
from creathon.editions.rules.rulebook import ArticleValues

_ARTICLES = (
    (
        "Qui organise",
        "[[edition]] est organisé par [[pilote]], avec des partenaires dont la liste est publiée sur la page de "
        "l’édition. Participer est gratuit.",
    ),
    (
        "À quoi cela sert",
        "Pendant vingt-quatre heures, des équipes imaginent une réponse utile à l’école. Le thème est dévoilé à tout "
        "le monde au même instant, à l’ouverture de la création, et à personne avant.",
    ),
    (
        "Ce règlement et ses versions",
        "Ce règlement se lit et s’imprime à tout moment. Il porte un numéro de version, une date et une empreinte qui "
        "permet de vérifier que le texte n’a pas changé.\n\n"
        "Chaque personne l’accepte pour elle-même : la plateforme garde la version acceptée, son empreinte et l’heure. "
        "Personne ne peut l’accepter pour quelqu’un d’autre.",
    ),
    (
        "Qui peut participer",
        "Toute personne de 15 ans ou plus peut participer : élèves, étudiantes et étudiants, personnels de "
        "l’éducation, parents, associations, entreprises. Les plus jeunes participent dans une équipe-classe, par "
        "leur enseignante ou leur enseignant, sans compte à leur nom.\n\n"
        "Les membres du jury, les personnes qui organisent et celles qui vivent sous leur toit ne participent pas.",
    ),
    (
        "L’équipe",
        "On participe en équipe de [[equipe]], et dans une seule équipe par édition. Chaque membre y tient un rôle. "
        "L’équipe choisit une personne capitaine, qui envoie la candidature et reçoit les réponses.",
    ),
    (
        "Le calendrier",
        "[[calendrier]]\n\n"
        "Une étape se termine à l’instant écrit : à cet instant même, il est trop tard. Une heure changée est "
        "annoncée à tout le monde, avec son motif.",
    ),
    (
        "La candidature",
        "La candidature est envoyée par la personne capitaine, pour un site ou à distance, quand l’équipe est au "
        "complet et que chacun de ses membres a accepté ce règlement. Le site répond à chaque équipe et donne la "
        "raison d’un refus. Quand il manque des places, les équipes attendent dans l’ordre d’arrivée. Une équipe "
        "peut retirer sa candidature.",
    ),
    (
        "Ce que l’équipe dépose",
        "Trois choses : la fiche du projet, un scénario d’usage, une vidéo de présentation. La vidéo est sous-titrée "
        "ou accompagnée de sa transcription. Les limites de taille sont écrites à côté de chaque champ.\n\n"
        "L’heure qui compte est celle où la plateforme reçoit le début de l’envoi. Un envoi arrivé avant la fermeture "
        "est à temps s’il s’achève dans les [[tolerance]] qui suivent, même si la connexion est lente. Cette "
        "tolérance est technique et la même pour toutes les équipes : elle ne donne pas de temps en plus. Un dépôt "
        "arrivé après est gardé, marqué « hors délai », et la coordination décide de ce qu’elle en fait.",
    ),
    (
        "La recevabilité",
        "Avant toute lecture, la coordination vérifie par oui ou par non que le dépôt est à temps et complet, que "
        "l’équipe a le bon nombre de membres et que tous ont accepté le règlement. Elle ne juge pas l’idée. Une "
        "équipe écartée reçoit la raison par écrit et peut répondre.",
    ),
    (
        "Le jury",
        "Le jury réunit des personnes choisies pour leur expérience ; sa liste est publiée. Chaque membre dit ses "
        "liens avec les équipes avant d’ouvrir un projet et ne lit jamais celui d’une équipe dont il est proche. Le "
        "jury délibère quand plus de la moitié de ses membres sont présents ; en cas de partage, la voix de la "
        "présidence l’emporte.",
    ),
    (
        "Les critères",
        "Chaque projet est lu par plusieurs membres du jury, avec la même grille :\n\n"
        "[[criteres]]\n\n"
        "Chaque critère reçoit un niveau de 0 à 4, décrit d’avance. La note est la somme des coefficients multipliés "
        "par le niveau et divisés par quatre. À égalité, on compare le premier critère, puis le deuxième, puis le "
        "troisième. Une note ne se change pas après coup.",
    ),
    (
        "Le palmarès et la suite",
        "Le jury propose, l’organisme pilote décide et publie le palmarès avec ses raisons. Les projets retenus sont "
        "accompagnés pendant la seconde phase. Chaque équipe qui a déposé reçoit les retours du jury, retenue ou non.",
    ),
    (
        "Vos idées restent à vous",
        "L’équipe garde tous ses droits sur ce qu’elle crée. En déposant, elle permet seulement à l’organisme pilote "
        "de montrer son projet sur la plateforme et d’en parler pour présenter cette édition, en la nommant. Tout "
        "autre usage demande un accord écrit.\n\n"
        "L’équipe certifie que le projet est d’elle et cite ce qui vient d’ailleurs. Elle est encouragée à choisir "
        "une licence libre ; rien ne l’y oblige.",
    ),
    (
        "L’image",
        "Accepter ce règlement n’autorise personne à prendre ou à publier votre image. Si des photos ou des vidéos "
        "sont prévues, une autorisation à part vous est proposée : elle dit qui publie, où, pour quoi et jusqu’à "
        "quelle date. Elle est facultative, se refuse sans conséquence et se retire à tout moment.",
    ),
    (
        "Les mineurs",
        "Une personne de moins de 18 ans participe avec l’autorisation d’un parent ou d’un responsable légal, vérifiée "
        "par le site. Elle ne reste pas sur place entre 20 h et 8 h, sauf dans le cadre de son établissement. Son nom "
        "de famille n’est jamais publié.",
    ),
    (
        "Les données personnelles",
        "La plateforme garde ce qu’il faut pour organiser l’édition : compte, équipe, candidature, projet, lectures du "
        "jury. La base est une mission d’intérêt public. Rien n’est vendu ni transmis pour de la publicité. La page "
        "« Données personnelles » dit ce qui est gardé, combien de temps, et comment lire, corriger ou faire effacer "
        "ce qui vous concerne.",
    ),
    (
        "La conduite et l’intelligence artificielle",
        "Chacun respecte les autres, les lieux et la loi. Il est permis de se servir d’une intelligence artificielle "
        "générative, à condition de le dire dans la fiche : quel outil, pour quoi, et ce que l’équipe a vérifié. On "
        "n’y met ni données personnelles ni travaux d’élèves. Une équipe qui trompe le jury peut être écartée, après "
        "avoir été entendue.",
    ),
    (
        "Changer ou annuler",
        "Un changement de ce règlement s’appelle un avenant : une nouvelle version est publiée, avec ce qui change, "
        "et chaque personne est invitée à l’accepter. Ce qui a été envoyé avant reste envoyé. Qui refuse un avenant "
        "peut se retirer. Si l’édition doit être annulée, tout le monde est prévenu avec la raison.",
    ),
    (
        "Les réclamations",
        "Une équipe peut écrire à la coordination nationale pendant le temps des réclamations inscrit au calendrier. "
        "Une erreur de calcul ou de procédure est corrigée et l’équipe en est informée ; l’appréciation du jury ne se "
        "rejuge pas. La réponse est écrite et motivée.",
    ),
    (
        "En cas de désaccord",
        "On cherche d’abord un accord amiable, en s’adressant à la coordination nationale. Ce règlement suit le droit "
        "français ; à défaut d’accord, les tribunaux compétents sont saisis.",
    ),
)

USUAL_RULEBOOK = tuple(ArticleValues(title, french_spaces(text)) for title, text in _ARTICLES)
