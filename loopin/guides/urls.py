from django.urls import path

from loopin.guides import views
from loopin.guides.catalogue import EXAMPLES, GUIDES

urlpatterns = [
    *(path(guide.page, views.page, {"guide": guide}, name=guide.page) for guide in GUIDES),
    *(path(file.file, views.text, {"file": file}, name=file.file) for file in (*GUIDES, *EXAMPLES)),
]
