"""The reports that commands write besides what they show."""
