"""What is known before a run about whether it can prove anything: mistakes where that is certain, else warnings."""
