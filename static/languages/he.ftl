### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = עברית
language = שפה
title_error = שגיאה: { $title }
show_password = הצגת הסיסמה
hide_password = הסתרת הסיסמה
copy = העתקה
copied = הועתק

## Sign-in
title_sign_in = { sign_in }
sign_in = כניסה
next = הבא
continue = המשך
back_to_sign_in = חזרה לכניסה
name_username = שם משתמש
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = דוא״ל או מספר טלפון
password = סיסמה
sign_in_with_username = כניסה עם שם משתמש וסיסמה
sign_in_with_email = כניסה עם דוא״ל וסיסמה
sign_in_with_phone_number = כניסה עם מספר טלפון וסיסמה
sign_in_with_email_or_phone_number = כניסה עם דוא״ל או מספר טלפון וסיסמה
forgot_link = שכחת את הסיסמה?
need_account = אין לך חשבון?
go_on_as = המשך בתור { $name }
asked_by = תוכנה שקוראת לעצמה { $name }, בכתובת { $host }, מבקשת ממך להיכנס. איש לא בדק אותה: כדאי להמשיך רק אם היא מוכרת לך.
or = או
continue_with = המשך עם { $provider }
social_lead = כניסה עם חשבון משירות אחר
corporate_lead = כניסה עם החשבון הארגוני
social_note = לא נפרסם דבר בחשבונות שלך בלי לשאול קודם
noscript_passkey = לשלב הזה נדרש JavaScript. יש להפעיל אותו, או לחזור ולבחור דרך אחרת להיכנס.

## Choosing how to go on
choose_first = בחירת דרך הכניסה
choose_mfa = בחירת גורם שני
choose_password = { password }
choose_passkey = מפתח גישה
choose_email = קוד בדוא״ל
choose_sms = קוד במסרון
choose_app = אפליקציית אימות
choose_other = דרך אחרת
another_way = ניסיון בדרך אחרת

## Codes
code = קוד
code_title = הזנת הקוד
code_sent_by_email = שלחנו קוד בדוא״ל אל { $destination }. יש להזין אותו למטה.
code_sent_by_sms = שלחנו קוד במסרון אל { $destination }. יש להזין אותו למטה.
enter_app_code = יש להזין את הקוד מאפליקציית האימות.
backup_hint = אפשר להזין במקומו אחד מקודי הגיבוי.
missing_code = יש להזין את הקוד.
wrong_code = הקוד שגוי. יש לנסות שוב.

## Passkeys
passkey_title = כניסה עם מפתח גישה
passkey_lead = המכשיר יבקש טביעת אצבע, פנים או נעילת מסך.
passkey_use = שימוש במפתח הגישה
passkey_failed = מפתח הגישה לא פעל. אפשר לנסות שוב או להיכנס בדרך אחרת.
passkey_add_title = { passkey_add }
passkey_add_lead = עם מפתח גישה נכנסים בתור { $name } בטביעת אצבע, בפנים או בנעילת המסך, בלי סיסמה.
passkey_add = הוספת מפתח גישה
passkey_not_now = לא עכשיו

## New passwords
new_password_title = { change_password }
new_password_lead = יש לבחור סיסמה חדשה לחשבון.
new_password = סיסמה חדשה
repeat_password = חזרה על הסיסמה
confirm_password = { repeat_password }
change_password = שינוי סיסמה
show_rules = בסיסמה נדרשים:
rule_lower = אות קטנה באנגלית
rule_upper = אות גדולה באנגלית
rule_number = ספרה
rule_symbol = תו מיוחד
rule_met = התקיים:
rule_unmet = עדיין לא:
rule_length = { $length ->
    [one] לפחות תו אחד ({ $length })
    [two] לפחות { $length } תווים
   *[other] לפחות { $length } תווים
}
classic_rule = בסיסמה נדרשים:
passwords_differ = הסיסמאות אינן זהות.

## Setting up a second factor
set_up_title = הגדרת גורם שני
set_up_lead = לחשבון שלך נדרש גורם שני. יש לבחור מה להגדיר.
set_up_app_title = הגדרת אפליקציית אימות
set_up_app_lead = יש לסרוק את הקוד באפליקציית האימות, ואז להזין את הקוד שהיא מציגה.
set_up_app_alt = קוד QR עם המפתח הסודי
show_secret = הצגת המפתח הסודי
open_in_app = פתיחה באפליקציה במכשיר זה
device_name = שם המכשיר (לא חובה)
set_up_email = שליחת קודים בדוא״ל
set_up_app = שימוש באפליקציית אימות

## Custom challenges
custom_title = עוד שלב אחד
answer = תשובה

## Sign-up
sign_up = הרשמה
sign_up_title = { sign_up }
sign_up_lead = יצירת חשבון חדש
have_account = כבר יש לך חשבון?
password_optional = סיסמה (לא חובה)
terms = בהרשמה ניתנת הסכמה ל{ $terms } ול{ $privacy }.
terms_of_use = תנאי השימוש
privacy_policy = מדיניות הפרטיות
sign_up_closed = ההרשמה אינה פתוחה כאן. אפשר לבקש חשבון ממנהל המערכת.

## Confirmation
confirm_title = אישור החשבון
confirm_button = אישור החשבון
confirm_lead = יש להזין את הקוד שנשלח בעת ההרשמה, או לבקש קוד חדש.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = הקוד לא הגיע?
resend = שליחה חוזרת
resend_wait = אפשר יהיה לבקש קוד חדש בעוד { $time }.
code_sent_again = קוד חדש בדרך.
confirmed_sign_in = החשבון אושר. אפשר להיכנס כעת.
administrator_confirms = החשבון נוצר. לפני הכניסה מנהל המערכת צריך לאשר אותו.

## Forgotten passwords
forgot_title = שכחת את הסיסמה?
forgot_lead = יש להזין את מה שמשמש לכניסה, ונשלח קוד לשינוי הסיסמה.
forgot_button = איפוס הסיסמה
reset_title = איפוס הסיסמה
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = לפני הכניסה יש לאפס את הסיסמה.
password_changed = הסיסמה שונתה. אפשר להיכנס איתה כעת.
recovery_closed = אי אפשר לאפס כאן סיסמאות. אפשר לבקש סיסמה חדשה ממנהל המערכת.

## What goes wrong
wrong_credentials = שם המשתמש או הסיסמה שגויים.
missing_answer = יש למלא את כל השדות.
too_many_requests = יותר מדי ניסיונות. יש להמתין מעט ולנסות שוב.
journey_ended = הכניסה הזו הסתיימה או נמשכה זמן רב מדי. יש להתחיל מחדש.
known_password = הסיסמה הזו מופיעה ברשימות גנובות. יש לבחור אחרת.
username_exists = כבר קיים חשבון בשם הזה. אפשר להיכנס או לבחור שם אחר.
password_refused = הסיסמה אינה עומדת בכל הכללים. יש לבחור אחרת.
expired_code = הקוד כבר שימש או שפג תוקפו. אפשר לבקש קוד חדש.
not_accepted = זה לא התקבל. יש לבדוק את הפרטים ולנסות שוב.
error_title = משהו השתבש
error_lead = אירעה שגיאה בדף המבוקש.
broken = השרת לא הצליח לבצע זאת. אפשר לנסות שוב בעוד רגע.
pages_unavailable = דפי הכניסה אינם זמינים. יש לפנות למנהל המערכת.
option_unavailable = אפשרות הכניסה הזו אינה זמינה. אפשר לנסות אחרת.
missing_parameter_classic = הפרמטר { $name } חסר בכתובת.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = האפליקציה ביקשה לחזור לכתובת שאינה רשומה עבורה.
reason_unauthorized_client = האפליקציה אינה רשאית להכניס אנשים בדרך זו.
reason_unknown_client = האפליקציה אינה מוכרת כאן.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = הכניסה לא החלה בדפדפן הזה, או שנמשכה זמן רב מדי.
reason_logout_uri = האפליקציה ביקשה לעבור אחרי היציאה לכתובת שאינה רשומה עבורה.

## Links in mails
link_confirmed = ההרשמה אושרה!
link_confirmed_text = אפשר לסגור את הדף ולהיכנס.
link_back = { continue }
link_incomplete = הקישור אינו שלם
link_incomplete_text = יש לפתוח אותו שוב מהדוא״ל, או להעתיק את כולו.
link_used = הקישור כבר אינו פועל
link_used_text = הוא כבר שימש, פג תוקפו, או שנשלח חדש ממנו. אפשר לבקש חדש במקום שבו נרשמת.

## Attributes
attribute_address = כתובת
attribute_birthdate = תאריך לידה
attribute_email = דוא״ל
attribute_family_name = שם משפחה
attribute_gender = מגדר
attribute_given_name = שם פרטי
attribute_locale = שפה ואזור
attribute_middle_name = שם אמצעי
attribute_name = שם
attribute_nickname = כינוי
attribute_phone_number = מספר טלפון
attribute_picture = תמונה
attribute_preferred_username = שם משתמש מועדף
attribute_profile = פרופיל
attribute_updated_at = מועד עדכון
attribute_website = אתר
attribute_zoneinfo = אזור זמן

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = קוד האימות שלך
mail_code_text = קוד האימות שלך הוא { $code }
mail_link_subject = קישור האימות שלך
mail_link_text = יש ללחוץ על הקישור שלמטה כדי לאמת את כתובת הדוא״ל. { $link }
mail_link_button = אימות הדוא״ל
mail_invitation_subject = הסיסמה הזמנית שלך
mail_invitation_text = שם המשתמש שלך הוא { $username } והסיסמה הזמנית היא { $code }
mail_sign_in_subject = קוד הכניסה שלך
mail_sign_in_text = קוד הכניסה שלך הוא { $code }
mail_note = אם לא ביקשת זאת, אפשר להתעלם מההודעה. אין למסור את הקוד לאיש.

## Devices without a browser
device_title = כניסה במכשיר
device_lead = הזינו את הקוד שהמכשיר מציג.
device_code = קוד המכשיר
device_unknown_code = אין מכשיר שממתין עם הקוד הזה. ייתכן שפג תוקפו: הציגו במכשיר קוד חדש.
device_confirm_title = האם זה המכשיר שלכם?
device_confirm_lead = { $app } מבקש להיכנס במכשיר שמציג את הקוד הזה:
device_account = הכניסה תהיה בשם { $name }.
device_warning = המשיכו רק אם המכשיר נמצא לפניכם ואתם התחלתם בו את הכניסה.
device_allow = כן, להיכנס
device_refuse = לא, זה לא המכשיר שלי
device_done = הכניסה במכשיר הושלמה
device_done_text = אפשר לסגור את הדף ולהמשיך במכשיר.
device_refused = המכשיר נדחה
device_refused_text = הוא לא ייכנס לחשבון שלכם. אפשר לסגור את הדף.

## Providers found by the domain of an address
corporate_address = כניסה עם הכתובת הארגונית
unknown_domain = לא הוגדרה כניסה עבור הדומיין הזה
