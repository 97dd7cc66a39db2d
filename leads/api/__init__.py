"""The staff API: the actions of the desk for programs, by token or browser session."""
