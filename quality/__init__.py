"""What may pass: identity, validation, consistency. Knows nothing of sources or Dagster."""
