"""What is done in the jury, one module per subject."""
