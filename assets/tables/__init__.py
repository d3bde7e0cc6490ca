"""The tabellplan: one file a table family that declares it, one builder that makes them all."""
