"""What one reader sees of a case, a person or an account."""
