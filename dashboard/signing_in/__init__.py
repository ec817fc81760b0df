"""What staff decide about terms, with the read models that follow in the same transaction."""
