"""An app that only the tests of `migrate` install: its migrations change tables of the site."""
