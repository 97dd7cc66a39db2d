"""Accounts that begin with an e-mail address and a password, and prove their phone number later."""
