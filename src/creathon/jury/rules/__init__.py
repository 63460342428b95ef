"""What the jury may do, one module per subject; pure."""
