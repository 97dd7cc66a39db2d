"""Everything that staff do to a lead: each action with its form and the flow that runs it. The page
of a lead and the API call them."""
