"""The pages about terms: their tables, a comparison, one term."""
