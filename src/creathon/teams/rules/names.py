"""How names, codes and addresses are read and shown."""

import unicodedata

from creathon.core.text import _


def name_key(name: str) -> str:
    """What makes two spellings the same name: no case, no accent, no invisible sign, spaces folded."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Cf"))
    return " ".join(plain.split())[:200]


def name_problem(name: str) -> str | None:
    """Why a team cannot bear that name: it travels in messages to people who did not choose it."""
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in name):
        return _("Ce nom contient un signe invisible. Écrivez-le de nouveau au clavier.")
    if "://" in name or "@" in name or "www." in name.casefold():
        return _("Un nom d’équipe ne contient ni adresse ni lien.")
    if not any(sign.isalnum() for sign in name):
        return _("Écrivez un nom avec au moins une lettre ou un chiffre.")
    return None


def normal_code(typed: str) -> str:
    """A code as it is stored: capitals, without spaces and dashes; O, I and L are read as the digits they resemble."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def shown_code(code: str) -> str:
    """A code as people read it aloud: « 7F3A-91C2 »."""
    return f"{code[:4]}-{code[4:]}"


def masked_email(email: str) -> str:
    """Enough of an address for its owner to know it: « c…@exemple.fr »."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
