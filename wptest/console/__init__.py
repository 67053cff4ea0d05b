"""What commands share: their arguments and options, what they show and write, and how they end."""
