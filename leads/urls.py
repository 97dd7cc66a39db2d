from django.urls import path

from leads.actions.registry import ACTIONS
from leads.desk.views import bulk, follow_ups, lead_list, saved_views
from leads.funnel import views as funnel
from leads.insights import views as insights
from leads.lead_page import views as lead_page
from leads.transfer.views import exports, imports

app_name = "leads"

urlpatterns = [
    path("", lead_list.lead_list, name="list"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/save/", saved_views.save_view, name="save_view"),
    path("views/<int:view_id>/delete/", saved_views.delete_view, name="delete_view"),
    path("insights/", insights.insights, name="insights"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("shift/", funnel.shift, name="shift"),
    path("export/", exports.export, name="export"),
    path("exports/<int:export_id>/", exports.exported, name="exported"),
    path("exports/<int:export_id>/leads.csv", exports.export_file, name="export_file"),
    path("import/", imports.import_leads, name="import"),
    path("imports/<int:batch_id>/", imports.imported, name="imported"),
    path("imports/<int:batch_id>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:batch_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:batch_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:batch_id>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:batch_id>/refused.csv", imports.refused_rows, name="refused_rows"),
    path("<int:lead_id>/", lead_page.detail, name="detail"),
    *(
        path(f"<int:lead_id>/{name}/", lead_page.act, {"name": name}, name=name.replace("-", "_"))
        for name in ACTIONS
    ),
]
