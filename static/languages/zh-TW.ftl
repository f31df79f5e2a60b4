### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = 繁體中文
language = 語言
title_error = 錯誤：{ $title }
show_password = 顯示密碼
hide_password = 隱藏密碼
copy = 複製
copied = 已複製

## Sign-in
title_sign_in = { sign_in }
sign_in = 登入
next = 下一步
continue = 繼續
back_to_sign_in = 返回登入
name_username = 使用者名稱
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = 電子郵件或電話號碼
password = 密碼
sign_in_with_username = 使用使用者名稱和密碼登入
sign_in_with_email = 使用電子郵件和密碼登入
sign_in_with_phone_number = 使用電話號碼和密碼登入
sign_in_with_email_or_phone_number = 使用電子郵件或電話號碼和密碼登入
forgot_link = 忘記密碼？
need_account = 還沒有帳戶？
go_on_as = 以 { $name } 的身分繼續
asked_by = 位於 { $host }、自稱 { $name } 的程式請您登入。沒有人查證過這個程式：只有在您認識它時才繼續。
or = 或
continue_with = 透過 { $provider } 繼續
social_lead = 使用其他服務的帳戶登入
corporate_lead = 使用企業帳戶登入
social_note = 未經詢問，我們不會在您的帳戶發布任何內容
noscript_passkey = 此步驟需要 JavaScript。請啟用，或返回並選擇其他登入方式。

## Choosing how to go on
choose_first = 選擇登入方式
choose_mfa = 選擇第二重驗證
choose_password = { password }
choose_passkey = 通行密鑰
choose_email = 電子郵件驗證碼
choose_sms = 簡訊驗證碼
choose_app = 驗證器應用程式
choose_other = 其他方式
another_way = 嘗試其他方式

## Codes
code = 驗證碼
code_title = 輸入驗證碼
code_sent_by_email = 我們已透過電子郵件將驗證碼傳送至 { $destination }。請在下方輸入。
code_sent_by_sms = 我們已透過簡訊將驗證碼傳送至 { $destination }。請在下方輸入。
enter_app_code = 請輸入驗證器應用程式中的驗證碼。
backup_hint = 您也可以改為輸入一組備用碼。
missing_code = 請輸入驗證碼。
wrong_code = 驗證碼不正確，請再試一次。

## Passkeys
passkey_title = 使用通行密鑰登入
passkey_lead = 您的裝置會要求驗證指紋、臉部或螢幕鎖定。
passkey_use = 使用通行密鑰
passkey_failed = 通行密鑰無法使用。請再試一次，或以其他方式登入。
passkey_add_title = { passkey_add }
passkey_add_lead = 有了通行密鑰，您可以透過指紋、臉部或螢幕鎖定以 { $name } 的身分登入，不需要密碼。
passkey_add = 新增通行密鑰
passkey_not_now = 暫時不要

## New passwords
new_password_title = { change_password }
new_password_lead = 請為您的帳戶設定新密碼。
new_password = 新密碼
repeat_password = 再次輸入密碼
confirm_password = { repeat_password }
change_password = 變更密碼
show_rules = 密碼必須包含：
rule_lower = 一個小寫字母
rule_upper = 一個大寫字母
rule_number = 一個數字
rule_symbol = 一個特殊字元
rule_met = 已符合：
rule_unmet = 尚未符合：
rule_length = 至少 { $length } 個字元
classic_rule = 密碼必須包含
passwords_differ = 兩次輸入的密碼不一致。

## Setting up a second factor
set_up_title = 設定第二重驗證
set_up_lead = 您的帳戶需要第二重驗證。請選擇要設定的方式。
set_up_app_title = 設定驗證器應用程式
set_up_app_lead = 使用驗證器應用程式掃描 QR 碼，然後輸入應用程式顯示的驗證碼。
set_up_app_alt = 包含密鑰的 QR 碼
show_secret = 顯示密鑰
open_in_app = 在此裝置的應用程式中開啟
device_name = 裝置名稱（選填）
set_up_email = 透過電子郵件傳送驗證碼給我
set_up_app = 使用驗證器應用程式

## Custom challenges
custom_title = 還有一個步驟
answer = 回答

## Sign-up
sign_up = 註冊
sign_up_title = { sign_up }
sign_up_lead = 建立新帳戶
have_account = 已有帳戶？
password_optional = 密碼（選填）
terms = 註冊即表示您同意我們的{ $terms }和{ $privacy }。
terms_of_use = 使用條款
privacy_policy = 隱私權政策
sign_up_closed = 此處未開放註冊。請向管理員申請帳戶。

## Confirmation
confirm_title = 確認您的帳戶
confirm_button = 確認帳戶
confirm_lead = 請輸入註冊時收到的驗證碼，或索取新的驗證碼。
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = 沒有收到驗證碼？
resend = 重新傳送
resend_wait = { $time } 後可以索取新的驗證碼。
code_sent_again = 新的驗證碼已送出。
confirmed_sign_in = 您的帳戶已確認，現在可以登入。
administrator_confirms = 您的帳戶已建立。管理員確認後您才能登入。

## Forgotten passwords
forgot_title = 忘記密碼？
forgot_lead = 請輸入您登入時使用的資訊，我們會傳送用於變更密碼的驗證碼。
forgot_button = 重設我的密碼
reset_title = 重設您的密碼
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = 登入前必須重設密碼。
password_changed = 您的密碼已變更，現在可以用它登入。
recovery_closed = 此處無法重設密碼。請向管理員索取新密碼。

## What goes wrong
wrong_credentials = 使用者名稱或密碼不正確。
missing_answer = 請填寫所有欄位。
too_many_requests = 嘗試次數過多。請稍候再試。
journey_ended = 此次登入已結束或時間過長。請重新開始。
known_password = 此密碼出現在外洩的清單中。請選擇其他密碼。
username_exists = 已有使用此名稱的帳戶。請登入，或選擇其他名稱。
password_refused = 密碼不符合所有規則。請選擇其他密碼。
expired_code = 此驗證碼已使用或已過期。請索取新的驗證碼。
not_accepted = 未被接受。請檢查您輸入的內容，然後再試一次。
error_title = 發生問題
error_lead = 要求的頁面發生錯誤。
broken = 伺服器無法完成操作。請稍後再試。
pages_unavailable = 登入頁面無法使用。請聯絡管理員。
option_unavailable = 此登入選項無法使用。請嘗試其他選項。
missing_parameter_classic = 網址中缺少參數 { $name }。
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = 應用程式要求返回一個未登記的網址。
reason_unauthorized_client = 不允許該應用程式以這種方式讓使用者登入。
reason_unknown_client = 此處不認得該應用程式。
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = 登入不是在此瀏覽器中開始的，或時間過長。
reason_logout_uri = 應用程式要求在登出後前往一個未登記的網址。

## Links in mails
link_confirmed = 您的註冊已確認！
link_confirmed_text = 您可以關閉此頁面並登入。
link_back = { continue }
link_incomplete = 此連結不完整
link_incomplete_text = 請從郵件中重新開啟，或完整複製。
link_used = 此連結已失效
link_used_text = 它已被使用、已過期，或已傳送較新的連結。請在註冊的地方索取新連結。

## Attributes
attribute_address = 地址
attribute_birthdate = 出生日期
attribute_email = 電子郵件
attribute_family_name = 姓氏
attribute_gender = 性別
attribute_given_name = 名字
attribute_locale = 語言和地區
attribute_middle_name = 中間名
attribute_name = 姓名
attribute_nickname = 暱稱
attribute_phone_number = 電話號碼
attribute_picture = 相片
attribute_preferred_username = 偏好的使用者名稱
attribute_profile = 個人檔案
attribute_updated_at = 更新時間
attribute_website = 網站
attribute_zoneinfo = 時區

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = 您的驗證碼
mail_code_text = 您的驗證碼是 { $code }
mail_link_subject = 您的驗證連結
mail_link_text = 請點選下方連結以驗證您的電子郵件。{ $link }
mail_link_button = 驗證電子郵件
mail_invitation_subject = 您的臨時密碼
mail_invitation_text = 您的使用者名稱是 { $username }，臨時密碼是 { $code }
mail_sign_in_subject = 您的登入驗證碼
mail_sign_in_text = 您的登入驗證碼是 { $code }
mail_note = 如果這不是您的要求，請忽略此訊息。切勿將驗證碼告訴任何人。

## Devices without a browser
device_title = 在裝置上登入
device_lead = 請輸入裝置上顯示的代碼。
device_code = 裝置代碼
device_unknown_code = 沒有裝置在等待此代碼。它可能已過期：請讓裝置顯示新的代碼。
device_confirm_title = 這是您的裝置嗎？
device_confirm_lead = { $app } 要求在顯示以下代碼的裝置上登入：
device_account = 它將以 { $name } 的身分登入。
device_warning = 只有在此裝置就在您面前，而且是您自己在上面開始登入時，才繼續。
device_allow = 是，登入
device_refuse = 不，這不是我的裝置
device_done = 您的裝置已登入
device_done_text = 您可以關閉此頁面，在裝置上繼續。
device_refused = 已拒絕該裝置
device_refused_text = 它無法進入您的帳戶。您可以關閉此頁面。

## Providers found by the domain of an address
corporate_address = 使用您的企業地址登入
unknown_domain = 此網域未設定登入方式
