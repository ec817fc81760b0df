"""What the workers did: folded from their results, told in words, grouped, and tried again."""
