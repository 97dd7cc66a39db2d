"""Whether this process can serve: what is checked, how often, and what load balancers are told."""
