"""What stands between `${` and `}`, and in `matrix`: expressions, amounts, names, substitution."""
