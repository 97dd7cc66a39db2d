"""Moving an account to another phone number, whose owner proves it."""
