"""The roles of staff, which are groups, with the permissions of each (leads/access.py).

The migrations create the groups from a copy of these lists, and a test compares the two: whoever
changes a role here also writes a migration that changes it in the database.
"""

AGENT = ["work_leads"]
MANAGER = [
    *AGENT,
    *("see_all_leads", "assign_leads", "verify_leads", "forget_leads"),
    *("see_insights", "export_leads", "import_leads"),
]
WEBHOOKS = [
    *("add_webhookendpoint", "change_webhookendpoint", "view_webhookendpoint"),
    *("change_webhookdelivery", "view_webhookdelivery"),
]
PEOPLE = ["add_user", "change_user", "view_user"]
"""Staff alone, and what lies below the role: see accounts/staff/rights.py."""
ADMIN = [
    *(*MANAGER, "export_full_numbers", "view_lead", "view_leadevent"),
    *("view_leadexport", "view_importbatch", *WEBHOOKS, *PEOPLE),
]

ROLES = {"Sales agent": AGENT, "Sales manager": MANAGER, "Admin": ADMIN}
