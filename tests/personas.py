"""The cast: the same named people in every test. Say who acts; never invent a `user1`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """Somebody of the cast."""

    given_name: str
    family_name: str

    @property
    def email(self) -> str:
        return f"{self.given_name.lower()}@exemple.test"


CLAIRE = Persona("Claire", "Bruyere")
"""National coordinator."""
SAMIR = Persona("Samir", "Alouette")
"""Coordinates the site of Poitiers."""
LEILA = Persona("Leila", "Sentier")
"""Coordinates the site of La Réunion."""
AWA = Persona("Awa", "Riviere")
"""Captain of « Les Marches », team of Poitiers."""
BASTIEN = Persona("Bastien", "Cerisier")
"""Member of « Les Marches »."""
CHLOE = Persona("Chloe", "Lanterne")
"""Member of « Les Marches »."""
TEVA = Persona("Teva", "Corail")
"""Captain of « Les Passeurs », team of La Réunion."""
DORIS = Persona("Doris", "Tilleul")
"""Member of « Les Passeurs »."""
EMIL = Persona("Emil", "Falaise")
"""Member of « Les Passeurs »."""
NADIA = Persona("Nadia", "Boussole")
"""Juror without link to any team."""
HUGO = Persona("Hugo", "Ardoise")
"""Juror who has a link with « Les Marches »."""
INES = Persona("Ines", "Verger")
"""Juror without link to any team."""
OMAR = Persona("Omar", "Passerelle")
"""Mentor."""
DIANE = Persona("Diane", "Registre")
"""Data-protection officer."""
ZOE = Persona("Zoe", "Nuage")
"""Has an account and nothing else."""
