"""The groups staff belong to, and what each may do (leads/access.py)."""

from typing import Any

AGENT = ["work_leads"]
MANAGER = [
    *AGENT,
    *("see_all_leads", "assign_leads", "verify_leads", "forget_leads"),
    *("see_insights", "export_leads", "import_leads"),
]
ADMIN = [
    *(*MANAGER, "export_full_numbers", "view_lead", "view_leadevent"),
    *("view_leadexport", "view_importbatch"),
]

ROLES = {"Sales agent": AGENT, "Sales manager": MANAGER, "Admin": ADMIN}


def create(apps: Any) -> None:
    """Make the groups that do not exist, with their permissions; others stay as they are."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    for name, codenames in ROLES.items():
        group, is_fresh = groups.get_or_create(name=name)
        if not is_fresh:
            continue
        for codename in codenames:
            model = codename.removeprefix("view_") if codename.startswith("view_") else "lead"
            content_type, _ = content_types.get_or_create(app_label="leads", model=model)
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": f"Can {codename.replace('_', ' ')}"},
            )
            group.permissions.add(permission)
