### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = العربية
language = اللغة
title_error = خطأ: { $title }
show_password = إظهار كلمة المرور
hide_password = إخفاء كلمة المرور
copy = نسخ
copied = تم النسخ

## Sign-in
title_sign_in = { sign_in }
sign_in = تسجيل الدخول
next = التالي
continue = متابعة
back_to_sign_in = العودة إلى تسجيل الدخول
name_username = اسم المستخدم
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = البريد الإلكتروني أو رقم الهاتف
password = كلمة المرور
sign_in_with_username = سجّل الدخول باسم المستخدم وكلمة المرور
sign_in_with_email = سجّل الدخول بالبريد الإلكتروني وكلمة المرور
sign_in_with_phone_number = سجّل الدخول برقم الهاتف وكلمة المرور
sign_in_with_email_or_phone_number = سجّل الدخول بالبريد الإلكتروني أو رقم الهاتف وكلمة المرور
forgot_link = هل نسيت كلمة المرور؟
need_account = ليس لديك حساب؟
go_on_as = المتابعة باسم { $name }
asked_by = برنامج يسمّي نفسه { $name } على { $host } يطلب منك تسجيل الدخول. لم يتحقق منه أحد: تابع فقط إن كنت تعرفه.
or = أو
continue_with = المتابعة عبر { $provider }
social_lead = سجّل الدخول بحساب من خدمة أخرى
corporate_lead = سجّل الدخول بحساب المؤسسة
social_note = لن ننشر شيئًا في حساباتك دون أن نسألك أولًا
noscript_passkey = تحتاج هذه الخطوة إلى JavaScript. فعّله، أو ارجع واختر طريقة أخرى لتسجيل الدخول.

## Choosing how to go on
choose_first = اختر طريقة تسجيل الدخول
choose_mfa = اختر العامل الثاني
choose_password = { password }
choose_passkey = مفتاح مرور
choose_email = رمز بالبريد الإلكتروني
choose_sms = رمز برسالة نصية
choose_app = تطبيق المصادقة
choose_other = طريقة أخرى
another_way = تجربة طريقة أخرى

## Codes
code = الرمز
code_title = أدخل الرمز
code_sent_by_email = أرسلنا رمزًا بالبريد الإلكتروني إلى { $destination }. أدخله أدناه.
code_sent_by_sms = أرسلنا رمزًا برسالة نصية إلى { $destination }. أدخله أدناه.
enter_app_code = أدخل الرمز من تطبيق المصادقة.
backup_hint = يمكنك بدلًا من ذلك إدخال أحد رموزك الاحتياطية.
missing_code = أدخل الرمز.
wrong_code = الرمز غير صحيح. حاول مرة أخرى.

## Passkeys
passkey_title = تسجيل الدخول بمفتاح مرور
passkey_lead = سيطلب جهازك بصمة الإصبع أو الوجه أو قفل الشاشة.
passkey_use = استخدام مفتاح المرور
passkey_failed = لم ينجح مفتاح المرور. حاول مرة أخرى، أو سجّل الدخول بطريقة أخرى.
passkey_add_title = { passkey_add }
passkey_add_lead = بمفتاح المرور تسجّل الدخول باسم { $name } ببصمة الإصبع أو الوجه أو قفل الشاشة، دون كلمة مرور.
passkey_add = إضافة مفتاح مرور
passkey_not_now = ليس الآن

## New passwords
new_password_title = { change_password }
new_password_lead = اختر كلمة مرور جديدة لحسابك.
new_password = كلمة المرور الجديدة
repeat_password = كرّر كلمة المرور
confirm_password = { repeat_password }
change_password = تغيير كلمة المرور
show_rules = يجب أن تحتوي كلمة المرور على:
rule_lower = حرف صغير
rule_upper = حرف كبير
rule_number = رقم
rule_symbol = رمز خاص
rule_met = متحقق:
rule_unmet = لم يتحقق بعد:
rule_length = { $length ->
    [zero] { $length } حرف على الأقل
    [one] حرف واحد على الأقل ({ $length })
    [two] حرفين على الأقل ({ $length })
    [few] { $length } أحرف على الأقل
    [many] { $length } حرفًا على الأقل
   *[other] { $length } حرف على الأقل
}
classic_rule = يجب أن تحتوي كلمة المرور على
passwords_differ = كلمتا المرور غير متطابقتين.

## Setting up a second factor
set_up_title = إعداد العامل الثاني
set_up_lead = يحتاج حسابك إلى عامل ثانٍ. اختر ما تريد إعداده.
set_up_app_title = إعداد تطبيق المصادقة
set_up_app_lead = امسح الرمز بتطبيق المصادقة، ثم أدخل الرمز الذي يعرضه التطبيق.
set_up_app_alt = رمز QR يحتوي على المفتاح السري
show_secret = إظهار المفتاح السري
open_in_app = فتح في تطبيق على هذا الجهاز
device_name = اسم الجهاز (اختياري)
set_up_email = إرسال الرموز بالبريد الإلكتروني
set_up_app = استخدام تطبيق المصادقة

## Custom challenges
custom_title = خطوة أخرى
answer = الإجابة

## Sign-up
sign_up = إنشاء حساب
sign_up_title = { sign_up }
sign_up_lead = أنشئ حسابًا جديدًا
have_account = لديك حساب بالفعل؟
password_optional = كلمة المرور (اختيارية)
terms = بإنشاء حساب فإنك توافق على { $terms } و{ $privacy }.
terms_of_use = شروط الاستخدام
privacy_policy = سياسة الخصوصية
sign_up_closed = التسجيل غير متاح هنا. اطلب حسابًا من المسؤول.

## Confirmation
confirm_title = تأكيد حسابك
confirm_button = تأكيد الحساب
confirm_lead = أدخل الرمز الذي وصلك عند التسجيل، أو اطلب رمزًا جديدًا.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = لم يصلك الرمز؟
resend = إرسال رمز جديد
resend_wait = يمكنك طلب رمز جديد بعد { $time }.
code_sent_again = رمز جديد في الطريق إليك.
confirmed_sign_in = تم تأكيد حسابك. يمكنك الآن تسجيل الدخول.
administrator_confirms = تم إنشاء حسابك. يجب أن يؤكده مسؤول قبل أن تتمكن من تسجيل الدخول.

## Forgotten passwords
forgot_title = هل نسيت كلمة المرور؟
forgot_lead = أدخل ما تسجّل الدخول به، وسنرسل إليك رمزًا لتغيير كلمة المرور.
forgot_button = إعادة تعيين كلمة المرور
reset_title = إعادة تعيين كلمة المرور
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = يجب إعادة تعيين كلمة المرور قبل تسجيل الدخول.
password_changed = تم تغيير كلمة المرور. يمكنك الآن تسجيل الدخول بها.
recovery_closed = لا يمكن إعادة تعيين كلمات المرور هنا. اطلب كلمة جديدة من المسؤول.

## What goes wrong
wrong_credentials = اسم المستخدم أو كلمة المرور غير صحيحة.
missing_answer = املأ جميع الحقول.
too_many_requests = محاولات كثيرة جدًا. انتظر قليلًا ثم حاول مرة أخرى.
journey_ended = انتهى تسجيل الدخول هذا أو استغرق وقتًا طويلًا. ابدأ من جديد.
known_password = كلمة المرور هذه موجودة في قوائم مسروقة. اختر غيرها.
username_exists = يوجد حساب بهذا الاسم. سجّل الدخول، أو اختر اسمًا آخر.
password_refused = كلمة المرور لا تستوفي جميع القواعد. اختر غيرها.
expired_code = استُخدم هذا الرمز من قبل أو انتهت صلاحيته. اطلب رمزًا جديدًا.
not_accepted = لم يُقبل هذا. تحقق مما أدخلته ثم حاول مرة أخرى.
error_title = حدث خطأ ما
error_lead = حدث خطأ في الصفحة المطلوبة.
broken = تعذّر على الخادم تنفيذ ذلك. حاول مرة أخرى بعد لحظات.
pages_unavailable = صفحات تسجيل الدخول غير متاحة. تواصل مع المسؤول.
option_unavailable = خيار تسجيل الدخول هذا غير متاح. جرّب خيارًا آخر.
missing_parameter_classic = المعامل { $name } غير موجود في العنوان.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = طلب التطبيق العودة إلى عنوان غير مسجّل له.
reason_unauthorized_client = لا يُسمح للتطبيق بتسجيل دخول الأشخاص بهذه الطريقة.
reason_unknown_client = هذا التطبيق غير معروف هنا.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = لم يبدأ تسجيل الدخول في هذا المتصفح، أو استغرق وقتًا طويلًا.
reason_logout_uri = طلب التطبيق الانتقال بعد تسجيل الخروج إلى عنوان غير مسجّل له.

## Links in mails
link_confirmed = تم تأكيد تسجيلك!
link_confirmed_text = يمكنك إغلاق هذه الصفحة وتسجيل الدخول.
link_back = { continue }
link_incomplete = هذا الرابط غير مكتمل
link_incomplete_text = افتحه من الرسالة مرة أخرى، أو انسخه كاملًا.
link_used = لم يعد هذا الرابط يعمل
link_used_text = استُخدم من قبل، أو انتهت صلاحيته، أو أُرسل رابط أحدث. اطلب رابطًا جديدًا من حيث سجّلت.

## Attributes
attribute_address = العنوان
attribute_birthdate = تاريخ الميلاد
attribute_email = البريد الإلكتروني
attribute_family_name = اسم العائلة
attribute_gender = الجنس
attribute_given_name = الاسم الأول
attribute_locale = اللغة والمنطقة
attribute_middle_name = الاسم الأوسط
attribute_name = الاسم
attribute_nickname = اللقب
attribute_phone_number = رقم الهاتف
attribute_picture = الصورة
attribute_preferred_username = اسم المستخدم المفضل
attribute_profile = الملف الشخصي
attribute_updated_at = تاريخ التحديث
attribute_website = الموقع الإلكتروني
attribute_zoneinfo = المنطقة الزمنية

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = رمز التحقق
mail_code_text = رمز التحقق الخاص بك هو { $code }
mail_link_subject = رابط التحقق
mail_link_text = اضغط على الرابط أدناه لتأكيد بريدك الإلكتروني. { $link }
mail_link_button = تأكيد البريد الإلكتروني
mail_invitation_subject = كلمة المرور المؤقتة
mail_invitation_text = اسم المستخدم هو { $username } وكلمة المرور المؤقتة هي { $code }
mail_sign_in_subject = رمز تسجيل الدخول
mail_sign_in_text = رمز تسجيل الدخول الخاص بك هو { $code }
mail_note = إذا لم تطلب ذلك، فتجاهل هذه الرسالة. لا تعطِ الرمز لأحد.

## Devices without a browser
device_title = تسجيل الدخول على جهاز
device_lead = أدخل الرمز الذي يعرضه جهازك.
device_code = رمز الجهاز
device_unknown_code = لا يوجد جهاز ينتظر بهذا الرمز. ربما انتهت صلاحيته: اطلب من الجهاز عرض رمز جديد.
device_confirm_title = هل هذا جهازك؟
device_confirm_lead = يطلب { $app } تسجيل الدخول على جهاز يعرض هذا الرمز:
device_account = سيُسجَّل الدخول باسم { $name }.
device_warning = تابع فقط إذا كان هذا الجهاز أمامك وبدأت تسجيل الدخول عليه بنفسك.
device_allow = نعم، تسجيل الدخول
device_refuse = لا، هذا ليس جهازي
device_done = تم تسجيل الدخول على جهازك
device_done_text = يمكنك إغلاق هذه الصفحة والمتابعة على جهازك.
device_refused = تم رفض الجهاز
device_refused_text = لن يدخل إلى حسابك. يمكنك إغلاق هذه الصفحة.

## Providers found by the domain of an address
corporate_address = سجّل الدخول بعنوان عملك
unknown_domain = لم يُعدّ تسجيل دخول لهذا النطاق
