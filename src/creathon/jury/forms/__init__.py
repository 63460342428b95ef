"""The forms of the jury, one module per subject."""
