"""One lead as the desk shows it: its facts, its timeline in words, and the forms of what can be
done with it."""
