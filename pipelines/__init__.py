"""How it is run: settings, resources, definitions, jobs, schedule, sensor, command line."""

import os

# Dagster would otherwise write the text of unexpected errors, and they can hold a record, to its event store.
os.environ["DAGSTER_REDACT_USER_CODE_ERRORS"] = "1"
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "1000")
