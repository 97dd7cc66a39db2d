"""An app that only the tests of the linter install: its second migration breaks the rules."""
