### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = 한국어
language = 언어
title_error = 오류: { $title }
show_password = 비밀번호 표시
hide_password = 비밀번호 숨기기
copy = 복사
copied = 복사됨

## Sign-in
title_sign_in = { sign_in }
sign_in = 로그인
next = 다음
continue = 계속
back_to_sign_in = 로그인으로 돌아가기
name_username = 사용자 이름
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = 이메일 또는 전화번호
password = 비밀번호
sign_in_with_username = 사용자 이름과 비밀번호로 로그인하세요
sign_in_with_email = 이메일과 비밀번호로 로그인하세요
sign_in_with_phone_number = 전화번호와 비밀번호로 로그인하세요
sign_in_with_email_or_phone_number = 이메일 또는 전화번호와 비밀번호로 로그인하세요
forgot_link = 비밀번호를 잊으셨나요?
need_account = 계정이 없으신가요?
go_on_as = { $name } 계정으로 계속
asked_by = { $host }에서 자신을 { $name }(이)라고 하는 프로그램이 로그인을 요청합니다. 확인된 적이 없으니 아는 프로그램일 때만 계속하세요.
or = 또는
continue_with = { $provider }(으)로 계속
social_lead = 다른 서비스 계정으로 로그인
corporate_lead = 회사 계정으로 로그인
social_note = 먼저 묻지 않고 계정에 글을 올리지 않습니다
noscript_passkey = 이 단계에는 JavaScript가 필요합니다. 켜거나, 돌아가서 다른 로그인 방법을 선택하세요.

## Choosing how to go on
choose_first = 로그인 방법 선택
choose_mfa = 두 번째 인증 수단 선택
choose_password = { password }
choose_passkey = 패스키
choose_email = 이메일 코드
choose_sms = 문자 메시지 코드
choose_app = 인증 앱
choose_other = 다른 방법
another_way = 다른 방법 시도

## Codes
code = 코드
code_title = 코드 입력
code_sent_by_email = { $destination }(으)로 이메일 코드를 보냈습니다. 아래에 입력하세요.
code_sent_by_sms = { $destination }(으)로 문자 메시지 코드를 보냈습니다. 아래에 입력하세요.
enter_app_code = 인증 앱의 코드를 입력하세요.
backup_hint = 대신 백업 코드 중 하나를 입력할 수 있습니다.
missing_code = 코드를 입력하세요.
wrong_code = 코드가 올바르지 않습니다. 다시 시도하세요.

## Passkeys
passkey_title = 패스키로 로그인
passkey_lead = 기기에서 지문, 얼굴 또는 화면 잠금을 요청합니다.
passkey_use = 패스키 사용
passkey_failed = 패스키가 작동하지 않았습니다. 다시 시도하거나 다른 방법으로 로그인하세요.
passkey_add_title = { passkey_add }
passkey_add_lead = 패스키를 사용하면 지문, 얼굴 또는 화면 잠금으로 비밀번호 없이 { $name } 계정에 로그인할 수 있습니다.
passkey_add = 패스키 추가
passkey_not_now = 나중에

## New passwords
new_password_title = { change_password }
new_password_lead = 계정의 새 비밀번호를 정하세요.
new_password = 새 비밀번호
repeat_password = 비밀번호 다시 입력
confirm_password = { repeat_password }
change_password = 비밀번호 변경
show_rules = 비밀번호에 필요한 것:
rule_lower = 영문 소문자
rule_upper = 영문 대문자
rule_number = 숫자
rule_symbol = 특수 문자
rule_met = 충족:
rule_unmet = 아직 미충족:
rule_length = { $length }자 이상
classic_rule = 비밀번호에 필요한 것:
passwords_differ = 비밀번호가 서로 다릅니다.

## Setting up a second factor
set_up_title = 두 번째 인증 수단 설정
set_up_lead = 이 계정에는 두 번째 인증 수단이 필요합니다. 설정할 수단을 선택하세요.
set_up_app_title = 인증 앱 설정
set_up_app_lead = 인증 앱으로 코드를 스캔한 다음, 앱에 표시되는 코드를 입력하세요.
set_up_app_alt = 비밀 키가 담긴 QR 코드
show_secret = 비밀 키 표시
open_in_app = 이 기기의 앱에서 열기
device_name = 기기 이름(선택)
set_up_email = 이메일로 코드 받기
set_up_app = 인증 앱 사용

## Custom challenges
custom_title = 한 단계 더
answer = 답변

## Sign-up
sign_up = 가입하기
sign_up_title = { sign_up }
sign_up_lead = 새 계정 만들기
have_account = 이미 계정이 있으신가요?
password_optional = 비밀번호(선택)
terms = 가입하면 { $terms } 및 { $privacy }에 동의하게 됩니다.
terms_of_use = 이용 약관
privacy_policy = 개인정보 처리방침
sign_up_closed = 여기서는 가입할 수 없습니다. 관리자에게 계정을 요청하세요.

## Confirmation
confirm_title = 계정 확인
confirm_button = 계정 확인하기
confirm_lead = 가입할 때 받은 코드를 입력하거나 새 코드를 요청하세요.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = 코드를 받지 못하셨나요?
resend = 다시 보내기
resend_wait = { $time } 후에 새 코드를 요청할 수 있습니다.
code_sent_again = 새 코드를 보냈습니다.
confirmed_sign_in = 계정이 확인되었습니다. 이제 로그인할 수 있습니다.
administrator_confirms = 계정을 만들었습니다. 로그인하려면 관리자의 확인이 필요합니다.

## Forgotten passwords
forgot_title = 비밀번호를 잊으셨나요?
forgot_lead = 로그인할 때 쓰는 것을 입력하시면 비밀번호를 변경할 코드를 보내드립니다.
forgot_button = 비밀번호 재설정하기
reset_title = 비밀번호 재설정
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = 로그인하기 전에 비밀번호를 재설정해야 합니다.
password_changed = 비밀번호가 변경되었습니다. 이제 새 비밀번호로 로그인할 수 있습니다.
recovery_closed = 여기서는 비밀번호를 재설정할 수 없습니다. 관리자에게 요청하세요.

## What goes wrong
wrong_credentials = 사용자 이름 또는 비밀번호가 올바르지 않습니다.
missing_answer = 모든 항목을 입력하세요.
too_many_requests = 시도 횟수가 너무 많습니다. 잠시 기다린 후 다시 시도하세요.
journey_ended = 이 로그인은 끝났거나 너무 오래 걸렸습니다. 처음부터 다시 시작하세요.
known_password = 유출된 목록에 있는 비밀번호입니다. 다른 비밀번호를 선택하세요.
username_exists = 이 이름의 계정이 이미 있습니다. 로그인하거나 다른 이름을 선택하세요.
password_refused = 비밀번호가 모든 규칙을 충족하지 않습니다. 다른 비밀번호를 선택하세요.
expired_code = 이미 사용했거나 만료된 코드입니다. 새 코드를 요청하세요.
not_accepted = 받아들여지지 않았습니다. 입력한 내용을 확인하고 다시 시도하세요.
error_title = 문제가 발생했습니다
error_lead = 요청한 페이지에서 오류가 발생했습니다.
broken = 서버에서 처리하지 못했습니다. 잠시 후 다시 시도하세요.
pages_unavailable = 로그인 페이지를 사용할 수 없습니다. 관리자에게 문의하세요.
option_unavailable = 이 로그인 방법은 사용할 수 없습니다. 다른 방법을 시도하세요.
missing_parameter_classic = 주소에 { $name } 매개변수가 없습니다.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = 앱이 등록되지 않은 주소로 돌아가기를 요청했습니다.
reason_unauthorized_client = 이 앱은 이 방식으로 로그인시킬 수 없습니다.
reason_unknown_client = 여기에 알려지지 않은 앱입니다.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = 이 브라우저에서 시작한 로그인이 아니거나 너무 오래 걸렸습니다.
reason_logout_uri = 앱이 로그아웃 후 등록되지 않은 주소로 이동하기를 요청했습니다.

## Links in mails
link_confirmed = 가입이 확인되었습니다!
link_confirmed_text = 이 페이지를 닫고 로그인할 수 있습니다.
link_back = { continue }
link_incomplete = 링크가 완전하지 않습니다
link_incomplete_text = 이메일에서 다시 열거나 전체를 복사하세요.
link_used = 더 이상 쓸 수 없는 링크입니다
link_used_text = 이미 사용했거나, 만료되었거나, 더 새로운 링크를 보냈습니다. 가입한 곳에서 새 링크를 요청하세요.

## Attributes
attribute_address = 주소
attribute_birthdate = 생년월일
attribute_email = 이메일
attribute_family_name = 성
attribute_gender = 성별
attribute_given_name = 이름
attribute_locale = 언어 및 지역
attribute_middle_name = 중간 이름
attribute_name = 성명
attribute_nickname = 별명
attribute_phone_number = 전화번호
attribute_picture = 사진
attribute_preferred_username = 선호하는 사용자 이름
attribute_profile = 프로필
attribute_updated_at = 업데이트 시각
attribute_website = 웹사이트
attribute_zoneinfo = 시간대

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = 인증 코드
mail_code_text = 인증 코드는 { $code }입니다
mail_link_subject = 인증 링크
mail_link_text = 이메일 주소를 확인하려면 아래 링크를 누르세요. { $link }
mail_link_button = 이메일 확인
mail_invitation_subject = 임시 비밀번호
mail_invitation_text = 사용자 이름은 { $username }, 임시 비밀번호는 { $code }입니다
mail_sign_in_subject = 로그인 코드
mail_sign_in_text = 로그인 코드는 { $code }입니다
mail_note = 요청하지 않으셨다면 이 메시지를 무시하세요. 코드를 누구에게도 알려주지 마세요.

## Devices without a browser
device_title = 기기에서 로그인
device_lead = 기기에 표시된 코드를 입력하세요.
device_code = 기기 코드
device_unknown_code = 이 코드로 기다리는 기기가 없습니다. 만료되었을 수 있으니 기기에 새 코드를 표시하세요.
device_confirm_title = 본인의 기기인가요?
device_confirm_lead = { $app }에서 다음 코드를 표시하는 기기에 로그인하려고 합니다:
device_account = { $name }(으)로 로그인됩니다.
device_warning = 이 기기가 앞에 있고 본인이 직접 로그인을 시작한 경우에만 계속하세요.
device_allow = 예, 로그인합니다
device_refuse = 아니요, 제 기기가 아닙니다
device_done = 기기에 로그인되었습니다
device_done_text = 이 페이지를 닫고 기기에서 계속하세요.
device_refused = 기기를 거부했습니다
device_refused_text = 그 기기는 계정에 들어갈 수 없습니다. 이 페이지를 닫아도 됩니다.

## Providers found by the domain of an address
corporate_address = 회사 주소로 로그인
unknown_domain = 이 도메인에는 로그인이 설정되어 있지 않습니다
