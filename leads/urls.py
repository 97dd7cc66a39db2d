from django.urls import path

from leads.views import desk, exports, imports

app_name = "leads"

urlpatterns = [
    path("", desk.lead_list, name="list"),
    path("export/", exports.export, name="export"),
    path("exports/<int:export_id>/", exports.exported, name="exported"),
    path("exports/<int:export_id>/leads.csv", exports.export_file, name="export_file"),
    path("import/", imports.import_leads, name="import"),
    path("imports/<int:batch_id>/", imports.imported, name="imported"),
    path("imports/<int:batch_id>/errors.csv", imports.import_errors, name="import_errors"),
]
