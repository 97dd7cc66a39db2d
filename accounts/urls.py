from django.conf import settings
from django.urls import path, register_converter

from accounts.sections import SectionConverter
from accounts.views import account, devices, inbox, phone_change, profile, sign_in

register_converter(SectionConverter, "section")

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("signup/", sign_in.signup, name="signup"),
    path("login/", sign_in.login, name="login"),
    path("verify/", sign_in.verify, name="verify"),
    path("verify/resend/", sign_in.resend, name="resend"),
    path("logout/", sign_in.logout, name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/complete/", profile.complete_profile, name="complete_profile"),
    path("profile/complete/<section:section>/", profile.profile_step, name="profile_step"),
    path("profile/edit/<section:section>/", profile.edit_profile, name="edit_profile"),
    path("profile/contact/", profile.contact, name="contact"),
    path("profile/export/", account.export, name="export"),
    path("profile/delete/", account.delete_account, name="delete_account"),
    path("profile/delete/code/", account.delete_code, name="delete_code"),
    path("profile/phone/", phone_change.change_phone, name="change_phone"),
    path("profile/phone/verify/", phone_change.verify_change_phone, name="verify_change_phone"),
    path("profile/devices/", devices.devices, name="devices"),
    path("profile/devices/<uuid:session_id>/end/", devices.end_device, name="end_device"),
    path("profile/devices/others/end/", devices.end_other_devices, name="end_other_devices"),
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("dev/inbox/", inbox.inbox, name="inbox"))
