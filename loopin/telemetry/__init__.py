"""Error reports to Sentry and traces to OpenTelemetry, if settings ask for them; without them no
library of theirs is even imported."""
