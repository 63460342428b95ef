"""Every SELECT of the jury, one module per subject."""
