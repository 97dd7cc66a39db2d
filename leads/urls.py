from django.urls import path

from leads.actions import ACTIONS
from leads.views import (
    actions,
    bulk,
    desk,
    detail,
    exports,
    imports,
    insights,
    my_work,
    saved_views,
)

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/save/", saved_views.save_view, name="save_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
    path("insights/", insights.insights, name="insights"),
    path("follow-ups/", my_work.follow_ups, name="follow_ups"),
    path("shift/", my_work.shift, name="shift"),
    path("export/", exports.export, name="export"),
    path("exports/<int:export_id>/", exports.exported, name="exported"),
    path("exports/<int:export_id>/leads.csv", exports.export_file, name="export_file"),
    path("import/", imports.import_leads, name="import"),
    path("imports/<int:batch_id>/", imports.imported, name="imported"),
    path("imports/<int:batch_id>/errors.csv", imports.import_errors, name="import_errors"),
    path("<int:lead_id>/", detail.detail, name="detail"),
    *(
        path(f"<int:lead_id>/{name}/", actions.act, {"name": name}, name=name.replace("-", "_"))
        for name in ACTIONS
    ),
]
