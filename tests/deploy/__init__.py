"""What operators are given: the roles, the files of `deploy/`, and the versions of PostgreSQL."""
