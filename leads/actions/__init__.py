"""Everything that staff do to a lead: each action with its form and the flow that runs it; the page
of a lead and the API call them."""
