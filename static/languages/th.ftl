### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = ไทย
language = ภาษา
title_error = ข้อผิดพลาด: { $title }
show_password = แสดงรหัสผ่าน
hide_password = ซ่อนรหัสผ่าน
copy = คัดลอก
copied = คัดลอกแล้ว

## Sign-in
title_sign_in = { sign_in }
sign_in = เข้าสู่ระบบ
next = ถัดไป
continue = ดำเนินการต่อ
back_to_sign_in = กลับไปหน้าเข้าสู่ระบบ
name_username = ชื่อผู้ใช้
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = อีเมลหรือหมายเลขโทรศัพท์
password = รหัสผ่าน
sign_in_with_username = เข้าสู่ระบบด้วยชื่อผู้ใช้และรหัสผ่าน
sign_in_with_email = เข้าสู่ระบบด้วยอีเมลและรหัสผ่าน
sign_in_with_phone_number = เข้าสู่ระบบด้วยหมายเลขโทรศัพท์และรหัสผ่าน
sign_in_with_email_or_phone_number = เข้าสู่ระบบด้วยอีเมลหรือหมายเลขโทรศัพท์และรหัสผ่าน
forgot_link = ลืมรหัสผ่านใช่ไหม
need_account = ยังไม่มีบัญชีใช่ไหม
go_on_as = ดำเนินการต่อในชื่อ { $name }
asked_by = โปรแกรมที่เรียกตัวเองว่า { $name } ที่ { $host } ขอให้คุณเข้าสู่ระบบ ยังไม่มีใครตรวจสอบโปรแกรมนี้ โปรดดำเนินการต่อเฉพาะเมื่อคุณรู้จัก
or = หรือ
continue_with = ดำเนินการต่อด้วย { $provider }
social_lead = เข้าสู่ระบบด้วยบัญชีของบริการอื่น
corporate_lead = เข้าสู่ระบบด้วยบัญชีองค์กร
social_note = เราจะไม่โพสต์สิ่งใดในบัญชีของคุณโดยไม่ถามก่อน
noscript_passkey = ขั้นตอนนี้ต้องใช้ JavaScript โปรดเปิดใช้งาน หรือย้อนกลับไปเลือกวิธีเข้าสู่ระบบอื่น

## Choosing how to go on
choose_first = เลือกวิธีเข้าสู่ระบบ
choose_mfa = เลือกปัจจัยที่สอง
choose_password = { password }
choose_passkey = พาสคีย์
choose_email = รหัสทางอีเมล
choose_sms = รหัสทาง SMS
choose_app = แอปยืนยันตัวตน
choose_other = วิธีอื่น
another_way = ลองวิธีอื่น

## Codes
code = รหัส
code_title = ป้อนรหัสของคุณ
code_sent_by_email = เราส่งรหัสทางอีเมลไปที่ { $destination } แล้ว โปรดป้อนด้านล่าง
code_sent_by_sms = เราส่งรหัสทาง SMS ไปที่ { $destination } แล้ว โปรดป้อนด้านล่าง
enter_app_code = ป้อนรหัสจากแอปยืนยันตัวตนของคุณ
backup_hint = คุณป้อนรหัสสำรองแทนได้
missing_code = โปรดป้อนรหัส
wrong_code = รหัสไม่ถูกต้อง โปรดลองอีกครั้ง

## Passkeys
passkey_title = เข้าสู่ระบบด้วยพาสคีย์
passkey_lead = อุปกรณ์จะขอลายนิ้วมือ ใบหน้า หรือการล็อกหน้าจอของคุณ
passkey_use = ใช้พาสคีย์
passkey_failed = พาสคีย์ใช้ไม่ได้ โปรดลองอีกครั้ง หรือเข้าสู่ระบบด้วยวิธีอื่น
passkey_add_title = { passkey_add }
passkey_add_lead = เมื่อใช้พาสคีย์ คุณเข้าสู่ระบบในชื่อ { $name } ด้วยลายนิ้วมือ ใบหน้า หรือการล็อกหน้าจอ โดยไม่ต้องใช้รหัสผ่าน
passkey_add = เพิ่มพาสคีย์
passkey_not_now = ไว้ทีหลัง

## New passwords
new_password_title = { change_password }
new_password_lead = โปรดตั้งรหัสผ่านใหม่ให้บัญชีของคุณ
new_password = รหัสผ่านใหม่
repeat_password = ป้อนรหัสผ่านอีกครั้ง
confirm_password = { repeat_password }
change_password = เปลี่ยนรหัสผ่าน
show_rules = รหัสผ่านต้องมี:
rule_lower = ตัวพิมพ์เล็กหนึ่งตัว
rule_upper = ตัวพิมพ์ใหญ่หนึ่งตัว
rule_number = ตัวเลขหนึ่งตัว
rule_symbol = อักขระพิเศษหนึ่งตัว
rule_met = ครบแล้ว:
rule_unmet = ยังไม่ครบ:
rule_length = อย่างน้อย { $length } อักขระ
classic_rule = รหัสผ่านต้องมี
passwords_differ = รหัสผ่านไม่ตรงกัน

## Setting up a second factor
set_up_title = ตั้งค่าปัจจัยที่สอง
set_up_lead = บัญชีของคุณต้องมีปัจจัยที่สอง โปรดเลือกสิ่งที่จะตั้งค่า
set_up_app_title = ตั้งค่าแอปยืนยันตัวตน
set_up_app_lead = สแกนรหัสด้วยแอปยืนยันตัวตน แล้วป้อนรหัสที่แอปแสดง
set_up_app_alt = คิวอาร์โค้ดที่มีคีย์ลับ
show_secret = แสดงคีย์ลับ
open_in_app = เปิดในแอปบนอุปกรณ์นี้
device_name = ชื่ออุปกรณ์ (ไม่บังคับ)
set_up_email = ส่งรหัสให้ฉันทางอีเมล
set_up_app = ใช้แอปยืนยันตัวตน

## Custom challenges
custom_title = อีกหนึ่งขั้นตอน
answer = คำตอบ

## Sign-up
sign_up = สมัครใช้งาน
sign_up_title = { sign_up }
sign_up_lead = สร้างบัญชีใหม่
have_account = มีบัญชีอยู่แล้วใช่ไหม
password_optional = รหัสผ่าน (ไม่บังคับ)
terms = เมื่อสมัครใช้งาน แสดงว่าคุณยอมรับ{ $terms }และ{ $privacy }ของเรา
terms_of_use = ข้อกำหนดการใช้งาน
privacy_policy = นโยบายความเป็นส่วนตัว
sign_up_closed = ที่นี่ไม่เปิดให้สมัคร โปรดขอบัญชีจากผู้ดูแลระบบ

## Confirmation
confirm_title = ยืนยันบัญชีของคุณ
confirm_button = ยืนยันบัญชี
confirm_lead = ป้อนรหัสที่ส่งให้ตอนสมัคร หรือขอรหัสใหม่
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = ไม่ได้รับรหัสใช่ไหม
resend = ส่งอีกครั้ง
resend_wait = คุณขอรหัสใหม่ได้ในอีก { $time }
code_sent_again = กำลังส่งรหัสใหม่
confirmed_sign_in = ยืนยันบัญชีของคุณแล้ว คุณเข้าสู่ระบบได้เลย
administrator_confirms = สร้างบัญชีของคุณแล้ว ผู้ดูแลระบบต้องยืนยันก่อนคุณจึงจะเข้าสู่ระบบได้

## Forgotten passwords
forgot_title = ลืมรหัสผ่านใช่ไหม
forgot_lead = ป้อนสิ่งที่คุณใช้เข้าสู่ระบบ แล้วเราจะส่งรหัสสำหรับเปลี่ยนรหัสผ่าน
forgot_button = รีเซ็ตรหัสผ่านของฉัน
reset_title = รีเซ็ตรหัสผ่านของคุณ
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = คุณต้องรีเซ็ตรหัสผ่านก่อนจึงจะเข้าสู่ระบบได้
password_changed = เปลี่ยนรหัสผ่านแล้ว คุณใช้เข้าสู่ระบบได้เลย
recovery_closed = ที่นี่รีเซ็ตรหัสผ่านไม่ได้ โปรดขอรหัสผ่านใหม่จากผู้ดูแลระบบ

## What goes wrong
wrong_credentials = ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง
missing_answer = โปรดกรอกทุกช่อง
too_many_requests = ลองมากเกินไป โปรดรอสักครู่แล้วลองอีกครั้ง
journey_ended = การเข้าสู่ระบบนี้สิ้นสุดแล้วหรือใช้เวลานานเกินไป โปรดเริ่มใหม่
known_password = รหัสผ่านนี้อยู่ในรายการที่ถูกขโมย โปรดเลือกรหัสอื่น
username_exists = มีบัญชีชื่อนี้อยู่แล้ว โปรดเข้าสู่ระบบ หรือเลือกชื่ออื่น
password_refused = รหัสผ่านไม่เป็นไปตามกฎทั้งหมด โปรดเลือกรหัสอื่น
expired_code = รหัสนี้ถูกใช้แล้วหรือหมดอายุ โปรดขอรหัสใหม่
not_accepted = ข้อมูลนี้ไม่ได้รับการยอมรับ โปรดตรวจสอบแล้วลองอีกครั้ง
error_title = เกิดข้อผิดพลาดบางอย่าง
error_lead = เกิดข้อผิดพลาดกับหน้าที่ขอ
broken = เซิร์ฟเวอร์ทำไม่สำเร็จ โปรดลองอีกครั้งในอีกสักครู่
pages_unavailable = หน้าเข้าสู่ระบบใช้งานไม่ได้ โปรดติดต่อผู้ดูแลระบบ
option_unavailable = ตัวเลือกการเข้าสู่ระบบนี้ใช้ไม่ได้ โปรดลองตัวเลือกอื่น
missing_parameter_classic = ที่อยู่ไม่มีพารามิเตอร์ { $name }
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = แอปขอกลับไปยังที่อยู่ที่ไม่ได้ลงทะเบียนไว้
reason_unauthorized_client = แอปไม่ได้รับอนุญาตให้ผู้คนเข้าสู่ระบบด้วยวิธีนี้
reason_unknown_client = ไม่รู้จักแอปนี้ที่นี่
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = การเข้าสู่ระบบไม่ได้เริ่มในเบราว์เซอร์นี้ หรือใช้เวลานานเกินไป
reason_logout_uri = แอปขอไปยังที่อยู่ที่ไม่ได้ลงทะเบียนไว้หลังออกจากระบบ

## Links in mails
link_confirmed = ยืนยันการสมัครของคุณแล้ว!
link_confirmed_text = คุณปิดหน้านี้แล้วเข้าสู่ระบบได้เลย
link_back = { continue }
link_incomplete = ลิงก์นี้ไม่สมบูรณ์
link_incomplete_text = เปิดจากอีเมลอีกครั้ง หรือคัดลอกทั้งหมด
link_used = ลิงก์นี้ใช้ไม่ได้แล้ว
link_used_text = ลิงก์ถูกใช้แล้ว หมดอายุ หรือมีการส่งลิงก์ใหม่กว่า โปรดขอลิงก์ใหม่จากที่ที่คุณสมัคร

## Attributes
attribute_address = ที่อยู่
attribute_birthdate = วันเกิด
attribute_email = อีเมล
attribute_family_name = นามสกุล
attribute_gender = เพศ
attribute_given_name = ชื่อจริง
attribute_locale = ภาษาและภูมิภาค
attribute_middle_name = ชื่อกลาง
attribute_name = ชื่อ
attribute_nickname = ชื่อเล่น
attribute_phone_number = หมายเลขโทรศัพท์
attribute_picture = รูปภาพ
attribute_preferred_username = ชื่อผู้ใช้ที่ต้องการ
attribute_profile = โปรไฟล์
attribute_updated_at = อัปเดตเมื่อ
attribute_website = เว็บไซต์
attribute_zoneinfo = เขตเวลา

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = รหัสยืนยันของคุณ
mail_code_text = รหัสยืนยันของคุณคือ { $code }
mail_link_subject = ลิงก์ยืนยันของคุณ
mail_link_text = คลิกลิงก์ด้านล่างเพื่อยืนยันอีเมลของคุณ { $link }
mail_link_button = ยืนยันอีเมล
mail_invitation_subject = รหัสผ่านชั่วคราวของคุณ
mail_invitation_text = ชื่อผู้ใช้ของคุณคือ { $username } และรหัสผ่านชั่วคราวคือ { $code }
mail_sign_in_subject = รหัสเข้าสู่ระบบของคุณ
mail_sign_in_text = รหัสเข้าสู่ระบบของคุณคือ { $code }
mail_note = หากคุณไม่ได้ขอ โปรดเพิกเฉยต่อข้อความนี้ อย่าให้รหัสแก่ใคร

## Devices without a browser
device_title = ลงชื่อเข้าใช้บนอุปกรณ์
device_lead = ป้อนรหัสที่อุปกรณ์ของคุณแสดง
device_code = รหัสอุปกรณ์
device_unknown_code = ไม่มีอุปกรณ์ที่รออยู่ด้วยรหัสนี้ รหัสอาจหมดอายุแล้ว ให้อุปกรณ์แสดงรหัสใหม่
device_confirm_title = นี่คืออุปกรณ์ของคุณใช่ไหม
device_confirm_lead = { $app } ขอลงชื่อเข้าใช้บนอุปกรณ์ที่แสดงรหัสนี้:
device_account = อุปกรณ์จะลงชื่อเข้าใช้ในชื่อ { $name }
device_warning = ดำเนินการต่อเฉพาะเมื่ออุปกรณ์นี้อยู่ตรงหน้าคุณและคุณเริ่มลงชื่อเข้าใช้ที่นั่นด้วยตัวเอง
device_allow = ใช่ ลงชื่อเข้าใช้
device_refuse = ไม่ใช่ นี่ไม่ใช่อุปกรณ์ของฉัน
device_done = อุปกรณ์ของคุณลงชื่อเข้าใช้แล้ว
device_done_text = คุณปิดหน้านี้และทำต่อที่อุปกรณ์ของคุณได้
device_refused = ปฏิเสธอุปกรณ์แล้ว
device_refused_text = อุปกรณ์นั้นเข้าบัญชีของคุณไม่ได้ คุณปิดหน้านี้ได้

## Providers found by the domain of an address
corporate_address = ลงชื่อเข้าใช้ด้วยที่อยู่องค์กรของคุณ
unknown_domain = ไม่ได้ตั้งค่าการลงชื่อเข้าใช้สำหรับโดเมนนี้
