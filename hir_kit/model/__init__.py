"""The nouns: constraint, prompt, rollout, verdict, and the rows that hir-kit writes."""
