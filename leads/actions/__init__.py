"""Everything that staff do to a lead: each action with its form and the flow that runs it; how the
page shows them is decided elsewhere."""
