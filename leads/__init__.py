"""The sales desk: everybody who ever asked for a code, what happened to them, and what staff and
other systems do with that; accounts decides how people sign in."""
