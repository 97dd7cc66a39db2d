"""How staff sign in: password, second factor, and personal API tokens; what they may do with leads
is decided in leads."""
