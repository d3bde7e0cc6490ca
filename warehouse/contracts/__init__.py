"""What each table is: pandera models, code lists, faults. Knows neither Dagster nor SQLAlchemy."""
