"""How each outside system speaks: bytes in, text tables out. Knows nothing of validation or Dagster."""
