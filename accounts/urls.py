from django.conf import settings
from django.urls import path, register_converter

from accounts.pictures.addresses import FileConverter
from accounts.sections import SectionConverter
from accounts.views import (
    account,
    confirm_phone,
    devices,
    email_login,
    inbox,
    media,
    phone_change,
    pictures,
    profile,
    sign_in,
)

register_converter(SectionConverter, "section")
register_converter(FileConverter, "picture_file")

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("signup/", sign_in.signup, name="signup"),
    path("login/", sign_in.login, name="login"),
    path("login/email/", email_login.email_login, name="email_login"),
    path("password/", email_login.forgot_password, name="forgot_password"),
    path("password/new/", email_login.reset_password, name="reset_password"),
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
    path("profile/pictures/", pictures.pictures, name="pictures"),
    path("profile/pictures/upload/", pictures.upload_pictures, name="upload_pictures"),
    path("profile/pictures/order/", pictures.order_pictures, name="order_pictures"),
    path(
        "profile/pictures/<uuid:picture_id>/delete/", pictures.delete_picture, name="delete_picture"
    ),
    path("profile/pictures/<uuid:picture_id>/move/", pictures.move_picture, name="move_picture"),
    path(
        "profile/pictures/<uuid:picture_id>/avatar/", pictures.choose_avatar, name="choose_avatar"
    ),
    path("media/<picture_file:file_name>", media.media, name="media"),
    path("profile/phone/", phone_change.change_phone, name="change_phone"),
    path("profile/phone/verify/", phone_change.verify_change_phone, name="verify_change_phone"),
    path("profile/number/", confirm_phone.confirm_phone, name="confirm_phone"),
    path("profile/number/code/", confirm_phone.verify_phone, name="verify_phone"),
    path("profile/devices/", devices.devices, name="devices"),
    path("profile/devices/<uuid:session_id>/end/", devices.end_device, name="end_device"),
    path("profile/devices/others/end/", devices.end_other_devices, name="end_other_devices"),
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("dev/inbox/", inbox.inbox, name="inbox"))
