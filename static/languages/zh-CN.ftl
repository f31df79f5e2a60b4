### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = 简体中文
language = 语言
title_error = 错误：{ $title }
show_password = 显示密码
hide_password = 隐藏密码
copy = 复制
copied = 已复制

## Sign-in
title_sign_in = { sign_in }
sign_in = 登录
next = 下一步
continue = 继续
back_to_sign_in = 返回登录
name_username = 用户名
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = 电子邮件或手机号码
password = 密码
sign_in_with_username = 使用用户名和密码登录
sign_in_with_email = 使用电子邮件和密码登录
sign_in_with_phone_number = 使用手机号码和密码登录
sign_in_with_email_or_phone_number = 使用电子邮件或手机号码和密码登录
forgot_link = 忘记密码？
need_account = 还没有账户？
go_on_as = 以 { $name } 的身份继续
asked_by = 位于 { $host }、自称 { $name } 的程序请您登录。无人核实过该程序：只有在您了解它时才继续。
or = 或
continue_with = 通过 { $provider } 继续
social_lead = 使用其他服务的账户登录
corporate_lead = 使用企业账户登录
social_note = 未经询问，我们不会在您的账户中发布任何内容
noscript_passkey = 此步骤需要 JavaScript。请启用它，或返回并选择其他登录方式。

## Choosing how to go on
choose_first = 选择登录方式
choose_mfa = 选择第二重验证
choose_password = { password }
choose_passkey = 通行密钥
choose_email = 电子邮件验证码
choose_sms = 短信验证码
choose_app = 身份验证器应用
choose_other = 其他方式
another_way = 尝试其他方式

## Codes
code = 验证码
code_title = 输入验证码
code_sent_by_email = 我们已通过电子邮件向 { $destination } 发送验证码。请在下方输入。
code_sent_by_sms = 我们已通过短信向 { $destination } 发送验证码。请在下方输入。
enter_app_code = 请输入身份验证器应用中的验证码。
backup_hint = 您也可以改为输入一个备用码。
missing_code = 请输入验证码。
wrong_code = 验证码不正确，请重试。

## Passkeys
passkey_title = 使用通行密钥登录
passkey_lead = 您的设备将要求验证指纹、面容或屏幕锁。
passkey_use = 使用通行密钥
passkey_failed = 通行密钥未能使用。请重试，或以其他方式登录。
passkey_add_title = { passkey_add }
passkey_add_lead = 有了通行密钥，您可以通过指纹、面容或屏幕锁以 { $name } 的身份登录，无需密码。
passkey_add = 添加通行密钥
passkey_not_now = 暂不

## New passwords
new_password_title = { change_password }
new_password_lead = 请为您的账户设置新密码。
new_password = 新密码
repeat_password = 再次输入密码
confirm_password = { repeat_password }
change_password = 更改密码
show_rules = 密码必须包含：
rule_lower = 一个小写字母
rule_upper = 一个大写字母
rule_number = 一个数字
rule_symbol = 一个特殊字符
rule_met = 已满足：
rule_unmet = 尚未满足：
rule_length = 至少 { $length } 个字符
classic_rule = 密码必须包含
passwords_differ = 两次输入的密码不一致。

## Setting up a second factor
set_up_title = 设置第二重验证
set_up_lead = 您的账户需要第二重验证。请选择要设置的方式。
set_up_app_title = 设置身份验证器应用
set_up_app_lead = 使用身份验证器应用扫描二维码，然后输入应用显示的验证码。
set_up_app_alt = 包含密钥的二维码
show_secret = 显示密钥
open_in_app = 在此设备的应用中打开
device_name = 设备名称（可选）
set_up_email = 通过电子邮件向我发送验证码
set_up_app = 使用身份验证器应用

## Custom challenges
custom_title = 还有一步
answer = 回答

## Sign-up
sign_up = 注册
sign_up_title = { sign_up }
sign_up_lead = 创建新账户
have_account = 已有账户？
password_optional = 密码（可选）
terms = 注册即表示您同意我们的{ $terms }和{ $privacy }。
terms_of_use = 使用条款
privacy_policy = 隐私政策
sign_up_closed = 此处未开放注册。请向管理员申请账户。

## Confirmation
confirm_title = 确认您的账户
confirm_button = 确认账户
confirm_lead = 请输入注册时收到的验证码，或获取新的验证码。
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = 没有收到验证码？
resend = 重新发送
resend_wait = { $time } 后可以获取新的验证码。
code_sent_again = 新的验证码已发送。
confirmed_sign_in = 您的账户已确认，现在可以登录。
administrator_confirms = 您的账户已创建。管理员确认后您才能登录。

## Forgotten passwords
forgot_title = 忘记密码？
forgot_lead = 请输入您登录时使用的信息，我们会发送用于更改密码的验证码。
forgot_button = 重置我的密码
reset_title = 重置您的密码
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = 登录前必须重置密码。
password_changed = 您的密码已更改，现在可以用它登录。
recovery_closed = 此处无法重置密码。请向管理员申请新密码。

## What goes wrong
wrong_credentials = 用户名或密码不正确。
missing_answer = 请填写所有字段。
too_many_requests = 尝试次数过多。请稍候再试。
journey_ended = 此次登录已结束或用时过长。请重新开始。
known_password = 此密码出现在泄露的列表中。请选择其他密码。
username_exists = 已存在使用此名称的账户。请登录，或选择其他名称。
password_refused = 密码不符合所有规则。请选择其他密码。
expired_code = 此验证码已使用或已过期。请获取新的验证码。
not_accepted = 未被接受。请检查您输入的内容，然后重试。
error_title = 出了点问题
error_lead = 请求的页面发生错误。
broken = 服务器无法完成操作。请稍后重试。
pages_unavailable = 登录页面不可用。请联系管理员。
option_unavailable = 此登录选项不可用。请尝试其他选项。
missing_parameter_classic = 地址中缺少参数 { $name }。
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = 应用请求返回一个未登记的地址。
reason_unauthorized_client = 不允许该应用以这种方式让用户登录。
reason_unknown_client = 此处不识别该应用。
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = 登录不是在此浏览器中开始的，或用时过长。
reason_logout_uri = 应用请求在退出登录后前往一个未登记的地址。

## Links in mails
link_confirmed = 您的注册已确认！
link_confirmed_text = 您可以关闭此页面并登录。
link_back = { continue }
link_incomplete = 此链接不完整
link_incomplete_text = 请从邮件中重新打开，或完整复制。
link_used = 此链接已失效
link_used_text = 它已被使用、已过期，或已发送更新的链接。请在注册的地方获取新链接。

## Attributes
attribute_address = 地址
attribute_birthdate = 出生日期
attribute_email = 电子邮件
attribute_family_name = 姓氏
attribute_gender = 性别
attribute_given_name = 名字
attribute_locale = 语言和地区
attribute_middle_name = 中间名
attribute_name = 姓名
attribute_nickname = 昵称
attribute_phone_number = 手机号码
attribute_picture = 照片
attribute_preferred_username = 首选用户名
attribute_profile = 个人资料
attribute_updated_at = 更新时间
attribute_website = 网站
attribute_zoneinfo = 时区

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = 您的验证码
mail_code_text = 您的验证码是 { $code }
mail_link_subject = 您的验证链接
mail_link_text = 请点击下方链接验证您的电子邮件。{ $link }
mail_link_button = 验证电子邮件
mail_invitation_subject = 您的临时密码
mail_invitation_text = 您的用户名是 { $username }，临时密码是 { $code }
mail_sign_in_subject = 您的登录验证码
mail_sign_in_text = 您的登录验证码是 { $code }
mail_note = 如果这不是您的请求，请忽略此消息。切勿将验证码告诉任何人。

## Devices without a browser
device_title = 在设备上登录
device_lead = 请输入设备上显示的代码。
device_code = 设备代码
device_unknown_code = 没有设备在等待此代码。它可能已过期：请让设备显示新的代码。
device_confirm_title = 这是您的设备吗？
device_confirm_lead = { $app } 请求在显示以下代码的设备上登录：
device_account = 它将以 { $name } 的身份登录。
device_warning = 仅当此设备就在您面前，并且是您自己在上面开始登录时，才继续。
device_allow = 是，登录
device_refuse = 不，这不是我的设备
device_done = 您的设备已登录
device_done_text = 您可以关闭此页面，在设备上继续。
device_refused = 已拒绝该设备
device_refused_text = 它无法进入您的账户。您可以关闭此页面。

## Providers found by the domain of an address
corporate_address = 使用您的企业地址登录
unknown_domain = 此域名未设置登录方式
