"""Answers a request that comes again with the same `Idempotency-Key` like the first time; what it
does is the business of its flow."""
