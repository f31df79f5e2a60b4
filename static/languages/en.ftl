### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = English
language = Language
title_error = Error: { $title }
show_password = Show password
hide_password = Hide password
copy = Copy
copied = Copied

## Sign-in
title_sign_in = Sign in
sign_in = Sign in
next = Next
continue = Continue
back_to_sign_in = Back to sign in
name_username = Username
name_email = Email
name_phone_number = Phone number
name_email_or_phone_number = Email or phone number
password = Password
sign_in_with_username = Sign in with your username and password
sign_in_with_email = Sign in with your email and password
sign_in_with_phone_number = Sign in with your phone number and password
sign_in_with_email_or_phone_number = Sign in with your email or phone number and password
forgot_link = Forgot your password?
need_account = Need an account?
go_on_as = Continue as { $name }
asked_by = A program that calls itself { $name }, at { $host }, asks you to sign in. Nobody has checked it: go on only if you know it.
or = or
continue_with = Continue with { $provider }
social_lead = Sign in with your social account
corporate_lead = Sign in with your corporate ID
social_note = We won't post to any of your accounts without asking first
noscript_passkey = This step needs JavaScript. Turn it on, or go back and choose another way to sign in.

## Choosing how to go on
choose_first = Choose how to sign in
choose_mfa = Choose a multi-factor authentication (MFA) method
choose_password = Password
choose_passkey = Passkey
choose_email = Email code
choose_sms = Text message code
choose_app = Authenticator app
choose_other = Another way
another_way = Try another way

## Codes
code = Code
code_title = Enter your code
code_sent_by_email = We have sent a code by email to { $destination }. Enter it below.
code_sent_by_sms = We have sent a code by text message to { $destination }. Enter it below.
enter_app_code = Enter the code from your authenticator app.
backup_hint = You can enter one of your backup codes instead.
missing_code = Enter the code.
wrong_code = The code is wrong. Please try again.

## Passkeys
passkey_title = Sign in with a passkey
passkey_lead = Your device will ask for your fingerprint, face, or screen lock.
passkey_use = Use passkey
passkey_failed = The passkey did not work. Please try again, or sign in another way.
passkey_add_title = Add a passkey
passkey_add_lead = With a passkey you sign in as { $name } by fingerprint, face, or screen lock, and without a password.
passkey_add = Add passkey
passkey_not_now = Not now

## New passwords
new_password_title = Change Password
new_password_lead = Please enter a new password for your account.
new_password = New password
repeat_password = Enter new password again
confirm_password = Confirm password
change_password = Change Password
show_rules = Your password must contain:
rule_lower = a lower case letter
rule_upper = an upper case letter
rule_number = a number
rule_symbol = a special character
rule_met = Met:
rule_unmet = Not met yet:
rule_length = { $length ->
    [one] at least { $length } character
   *[other] at least { $length } characters
}
classic_rule = Password must contain
passwords_differ = The passwords are not the same.

## Setting up a second factor
set_up_title = Set up multi-factor authentication (MFA)
set_up_lead = Your account needs a second factor. Choose one to set up.
set_up_app_title = Set up authenticator app MFA
set_up_app_lead = Scan the code with your authenticator app, then enter the code that the app shows.
set_up_app_alt = A QR code with the secret key
show_secret = Show secret key
open_in_app = Open in an app on this device
device_name = Device name (optional)
set_up_email = Send me codes by email
set_up_app = Use an authenticator app

## Custom challenges
custom_title = One more step
answer = Answer

## Sign-up
sign_up = Sign up
sign_up_title = Sign up
sign_up_lead = Sign up with a new account
have_account = Already have an account?
password_optional = Password (optional)
terms = By signing up, you agree to our { $terms } and { $privacy }.
terms_of_use = Terms of use
privacy_policy = Privacy policy
sign_up_closed = Sign-up is not open here. Ask the administrator for an account.

## Confirmation
confirm_title = Confirm your account
confirm_button = Confirm Account
confirm_lead = Enter the code that was sent to you when you signed up, or ask for a new one.
confirm_sent_by_email = We have sent a code by email to { $destination }. Enter it below to confirm your account.
confirm_sent_by_sms = We have sent a code by text message to { $destination }. Enter it below to confirm your account.
verification_code = Verification Code
resend_lead = Didn't receive a code?
resend = Resend it
resend_wait = You can ask for a new code in { $time }.
code_sent_again = A new code is on its way.
confirmed_sign_in = Your account has been confirmed. You can sign in now.
administrator_confirms = Your account has been made. An administrator must confirm it before you can sign in.

## Forgotten passwords
forgot_title = Forgot your password?
forgot_lead = Enter your { $name } below and we will send a message to reset your password
forgot_button = Reset my password
reset_title = Reset your password
reset_sent_by_email = We have sent a password reset code by email to { $destination }. Enter it below to reset your password.
reset_sent_by_sms = We have sent a password reset code by text message to { $destination }. Enter it below to reset your password.
reset_required = Your password must be reset before you can sign in.
password_changed = Your password has been changed. You can sign in with it now.
recovery_closed = Passwords cannot be reset here. Ask the administrator for a new one.

## What goes wrong
wrong_credentials = Incorrect username or password.
missing_answer = Please fill in all fields.
too_many_requests = Too many attempts. Please wait a moment, and try again.
journey_ended = This sign-in has ended or took too long. Please start again.
known_password = This password is known to attackers from stolen lists. Choose another one.
username_exists = An account with this name exists already. Sign in, or choose another name.
password_refused = The password does not meet all the rules. Choose another one.
expired_code = This code was used already or has expired. Ask for a new one.
not_accepted = This was not accepted. Check what you entered, and try again.
error_title = Something went wrong
error_lead = An error was encountered with the requested page.
broken = The server could not do this. Please try again in a moment.
pages_unavailable = Login pages unavailable. Please contact an administrator.
option_unavailable = Login option is not available. Please try another one
missing_parameter_classic = Required String parameter '{ $name }' is not present
missing_parameter_managed = Missing required parameter { $name } in request URL
reason_redirect_mismatch = The app asked to come back to an address that it is not registered with.
reason_unauthorized_client = The app is not allowed to sign people in this way.
reason_unknown_client = The app is not known here.
reason_invalid_relay_state = Invalid relayState from identity provider
reason_no_answer_of_provider = An error was encountered with the requested page.
federation_expired = Something went wrong. Please sign in again.
reason_invalid_state = The sign-in was not begun in this browser, or it took too long.
reason_logout_uri = The app asked to go to an address that it is not registered with after signing out.

## Links in mails
link_confirmed = Your registration has been confirmed!
link_confirmed_text = You can close this page and sign in.
link_back = Continue
link_incomplete = This link is incomplete
link_incomplete_text = Open it from the mail once more, or copy it whole.
link_used = This link does not work any more
link_used_text = It was used before, it has expired, or a newer one was sent. Ask for a new one where you signed up.

## Attributes
attribute_address = Address
attribute_birthdate = Birthdate
attribute_email = Email
attribute_family_name = Family name
attribute_gender = Gender
attribute_given_name = Given name
attribute_locale = Locale
attribute_middle_name = Middle name
attribute_name = Name
attribute_nickname = Nickname
attribute_phone_number = Phone number
attribute_picture = Picture
attribute_preferred_username = Preferred username
attribute_profile = Profile
attribute_updated_at = Updated at
attribute_website = Website
attribute_zoneinfo = Time zone

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Your verification code
mail_code_text = Your verification code is { $code }
mail_link_subject = Your verification link
mail_link_text = Please click the link below to verify your email address. { $link }
mail_link_button = Verify Email
mail_invitation_subject = Your temporary password
mail_invitation_text = Your username is { $username } and temporary password is { $code }.
mail_sign_in_subject = Your authentication code
mail_sign_in_text = Your authentication code is { $code }.
mail_note = If you did not ask for this, you can ignore this message. Never give the code to anybody.

## Devices without a browser
device_title = Sign in on a device
device_lead = Enter the code that your device shows.
device_code = Device code
device_unknown_code = No device waits with this code. It may have expired: let the device show a new one.
device_confirm_title = Is this your device?
device_confirm_lead = { $app } asks to sign in on a device that shows this code:
device_account = It would be signed in as { $name }.
device_warning = Go on only if you have this device before you and began the sign-in there yourself.
device_allow = Yes, sign in
device_refuse = No, this is not my device
device_done = Your device is signed in
device_done_text = You can close this page and go on at your device.
device_refused = The device was refused
device_refused_text = It does not get into your account. You can close this page.

## Providers found by the domain of an address
corporate_address = Sign in with your corporate address
unknown_domain = No sign-in is set up for this domain
