from django.conf import settings
from django.urls import path, register_converter

from accounts.consent import views as consent
from accounts.email_accounts import views as email_accounts
from accounts.messaging import views as messaging
from accounts.passwords import views as passwords
from accounts.phone_change import views as phone_change
from accounts.pictures import media
from accounts.pictures import views as pictures
from accounts.privacy import views as privacy
from accounts.profile import views as profile
from accounts.profile.sections import SectionConverter
from accounts.sessions import views as sessions
from accounts.signin import views as signin
from loopin.web.media_urls import FileConverter

register_converter(SectionConverter, "section")
register_converter(FileConverter, "picture_file")

urlpatterns = [
    path("", signin.home, name="home"),
    path("signup/", signin.signup, name="signup"),
    path("login/", signin.login, name="login"),
    path("login/email/", email_accounts.email_login, name="email_login"),
    path("password/", passwords.forgot_password, name="forgot_password"),
    path("password/new/", passwords.reset_password, name="reset_password"),
    path("verify/", signin.verify, name="verify"),
    path("verify/resend/", signin.resend, name="resend"),
    path("logout/", signin.logout, name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/complete/", profile.complete_profile, name="complete_profile"),
    path("profile/complete/<section:section>/", profile.profile_step, name="profile_step"),
    path("profile/edit/<section:section>/", profile.edit_profile, name="edit_profile"),
    path("profile/contact/", consent.contact, name="contact"),
    path("profile/export/", privacy.export, name="export"),
    path("profile/delete/", privacy.delete_account, name="delete_account"),
    path("profile/delete/code/", privacy.delete_code, name="delete_code"),
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
    path("profile/number/", email_accounts.confirm_phone, name="confirm_phone"),
    path("profile/number/code/", email_accounts.verify_phone, name="verify_phone"),
    path("profile/devices/", sessions.devices, name="devices"),
    path("profile/devices/<uuid:session_id>/end/", sessions.end_device, name="end_device"),
    path("profile/devices/others/end/", sessions.end_other_devices, name="end_other_devices"),
]

if not settings.IS_PRODUCTION:
    urlpatterns.append(path("dev/inbox/", messaging.inbox, name="inbox"))
