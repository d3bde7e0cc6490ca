"""What is kept: contracts, tables, the embedded server, loading, receipts. Knows no sources, rules or Dagster."""
