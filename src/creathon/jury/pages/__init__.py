"""The pages of the jury, one module per subject."""
