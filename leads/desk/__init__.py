"""The live list of leads: filters, order, pages, counts, saved views, and the polling that keeps
it fresh."""
