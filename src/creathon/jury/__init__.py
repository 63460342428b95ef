"""Owns rubric, panels, links of interest, allocation, evaluations, ranking, selection and palmarès; a conflict wins."""
