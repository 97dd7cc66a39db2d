"""The groups staff belong to, and what each may do (leads/access.py)."""

from typing import Any

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
ADMIN = [
    *(*MANAGER, "export_full_numbers", "view_lead", "view_leadevent"),
    *("view_leadexport", "view_importbatch", *WEBHOOKS),
]

ROLES = {"Sales agent": AGENT, "Sales manager": MANAGER, "Admin": ADMIN}


def create(apps: Any) -> None:
    """Make the groups that do not exist, with their permissions; others stay as they are."""
    groups = apps.get_model("auth", "Group").objects
    for name, codenames in ROLES.items():
        if not groups.filter(name=name).exists():
            groups.create(name=name)
            grant(apps, name, codenames)


def grant(apps: Any, name: str, codenames: list[str]) -> None:
    """Give a group, if it is there, permissions of leads."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    for group in apps.get_model("auth", "Group").objects.filter(name=name):
        for codename in codenames:
            content_type, _ = content_types.get_or_create(
                app_label="leads", model=_model_of(codename)
            )
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": f"Can {codename.replace('_', ' ')}"},
            )
            group.permissions.add(permission)


def _model_of(codename: str) -> str:
    """Django's own permissions end in their model; ours are all the lead's."""
    verb, _, model = codename.partition("_")
    return model if verb in ("add", "change", "delete", "view") else "lead"
