"""How leads come to staff and what stands still: shifts, fresh leads, and sign-ups that stalled."""
