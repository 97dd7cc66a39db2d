"""Staff sign in here, with password, second factor and personal API tokens; what they may do with
leads is decided in leads."""
