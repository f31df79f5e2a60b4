### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Tiếng Việt
language = Ngôn ngữ
title_error = Lỗi: { $title }
show_password = Hiện mật khẩu
hide_password = Ẩn mật khẩu
copy = Sao chép
copied = Đã sao chép

## Sign-in
title_sign_in = { sign_in }
sign_in = Đăng nhập
next = Tiếp
continue = Tiếp tục
back_to_sign_in = Quay lại đăng nhập
name_username = Tên người dùng
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Email hoặc số điện thoại
password = Mật khẩu
sign_in_with_username = Đăng nhập bằng tên người dùng và mật khẩu
sign_in_with_email = Đăng nhập bằng email và mật khẩu
sign_in_with_phone_number = Đăng nhập bằng số điện thoại và mật khẩu
sign_in_with_email_or_phone_number = Đăng nhập bằng email hoặc số điện thoại và mật khẩu
forgot_link = Quên mật khẩu?
need_account = Chưa có tài khoản?
go_on_as = Tiếp tục với tên { $name }
asked_by = Một chương trình tự gọi là { $name }, tại { $host }, yêu cầu bạn đăng nhập. Chưa ai kiểm tra chương trình này: chỉ tiếp tục nếu bạn biết nó.
or = hoặc
continue_with = Tiếp tục với { $provider }
social_lead = Đăng nhập bằng tài khoản của dịch vụ khác
corporate_lead = Đăng nhập bằng tài khoản công ty
social_note = Chúng tôi sẽ không đăng gì lên tài khoản của bạn khi chưa hỏi trước
noscript_passkey = Bước này cần JavaScript. Hãy bật lên, hoặc quay lại và chọn cách đăng nhập khác.

## Choosing how to go on
choose_first = Chọn cách đăng nhập
choose_mfa = Chọn yếu tố thứ hai
choose_password = { password }
choose_passkey = Khóa truy cập
choose_email = Mã qua email
choose_sms = Mã qua SMS
choose_app = Ứng dụng xác thực
choose_other = Cách khác
another_way = Thử cách khác

## Codes
code = Mã
code_title = Nhập mã của bạn
code_sent_by_email = Chúng tôi đã gửi mã qua email đến { $destination }. Hãy nhập mã bên dưới.
code_sent_by_sms = Chúng tôi đã gửi mã qua SMS đến { $destination }. Hãy nhập mã bên dưới.
enter_app_code = Nhập mã từ ứng dụng xác thực của bạn.
backup_hint = Bạn cũng có thể nhập một trong các mã dự phòng.
missing_code = Hãy nhập mã.
wrong_code = Mã không đúng. Vui lòng thử lại.

## Passkeys
passkey_title = Đăng nhập bằng khóa truy cập
passkey_lead = Thiết bị sẽ yêu cầu vân tay, khuôn mặt hoặc khóa màn hình.
passkey_use = Dùng khóa truy cập
passkey_failed = Khóa truy cập không hoạt động. Hãy thử lại hoặc đăng nhập bằng cách khác.
passkey_add_title = { passkey_add }
passkey_add_lead = Với khóa truy cập, bạn đăng nhập với tên { $name } bằng vân tay, khuôn mặt hoặc khóa màn hình, không cần mật khẩu.
passkey_add = Thêm khóa truy cập
passkey_not_now = Để sau

## New passwords
new_password_title = { change_password }
new_password_lead = Hãy đặt mật khẩu mới cho tài khoản.
new_password = Mật khẩu mới
repeat_password = Nhập lại mật khẩu
confirm_password = { repeat_password }
change_password = Đổi mật khẩu
show_rules = Mật khẩu phải có:
rule_lower = một chữ thường
rule_upper = một chữ hoa
rule_number = một chữ số
rule_symbol = một ký tự đặc biệt
rule_met = Đã đạt:
rule_unmet = Chưa đạt:
rule_length = ít nhất { $length } ký tự
classic_rule = Mật khẩu phải có
passwords_differ = Hai mật khẩu không giống nhau.

## Setting up a second factor
set_up_title = Thiết lập yếu tố thứ hai
set_up_lead = Tài khoản của bạn cần yếu tố thứ hai. Hãy chọn yếu tố để thiết lập.
set_up_app_title = Thiết lập ứng dụng xác thực
set_up_app_lead = Quét mã bằng ứng dụng xác thực, rồi nhập mã mà ứng dụng hiển thị.
set_up_app_alt = Mã QR chứa khóa bí mật
show_secret = Hiện khóa bí mật
open_in_app = Mở bằng ứng dụng trên thiết bị này
device_name = Tên thiết bị (không bắt buộc)
set_up_email = Gửi mã cho tôi qua email
set_up_app = Dùng ứng dụng xác thực

## Custom challenges
custom_title = Còn một bước nữa
answer = Câu trả lời

## Sign-up
sign_up = Đăng ký
sign_up_title = { sign_up }
sign_up_lead = Tạo tài khoản mới
have_account = Đã có tài khoản?
password_optional = Mật khẩu (không bắt buộc)
terms = Khi đăng ký, bạn đồng ý với { $terms } và { $privacy } của chúng tôi.
terms_of_use = Điều khoản sử dụng
privacy_policy = Chính sách quyền riêng tư
sign_up_closed = Ở đây không mở đăng ký. Hãy xin quản trị viên một tài khoản.

## Confirmation
confirm_title = Xác nhận tài khoản
confirm_button = Xác nhận tài khoản
confirm_lead = Nhập mã đã gửi khi bạn đăng ký, hoặc yêu cầu mã mới.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Chưa nhận được mã?
resend = Gửi lại
resend_wait = Bạn có thể yêu cầu mã mới sau { $time }.
code_sent_again = Mã mới đang được gửi.
confirmed_sign_in = Tài khoản của bạn đã được xác nhận. Bây giờ bạn có thể đăng nhập.
administrator_confirms = Tài khoản đã được tạo. Quản trị viên phải xác nhận trước khi bạn có thể đăng nhập.

## Forgotten passwords
forgot_title = Quên mật khẩu?
forgot_lead = Nhập thông tin bạn dùng để đăng nhập, chúng tôi sẽ gửi mã để đổi mật khẩu.
forgot_button = Đặt lại mật khẩu
reset_title = Đặt lại mật khẩu của bạn
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Bạn phải đặt lại mật khẩu trước khi đăng nhập.
password_changed = Mật khẩu đã được đổi. Bây giờ bạn có thể đăng nhập bằng mật khẩu đó.
recovery_closed = Ở đây không thể đặt lại mật khẩu. Hãy xin quản trị viên mật khẩu mới.

## What goes wrong
wrong_credentials = Tên người dùng hoặc mật khẩu không đúng.
missing_answer = Vui lòng điền tất cả các ô.
too_many_requests = Quá nhiều lần thử. Hãy đợi một lát rồi thử lại.
journey_ended = Lần đăng nhập này đã kết thúc hoặc mất quá nhiều thời gian. Hãy bắt đầu lại.
known_password = Mật khẩu này có trong danh sách bị đánh cắp. Hãy chọn mật khẩu khác.
username_exists = Đã có tài khoản với tên này. Hãy đăng nhập hoặc chọn tên khác.
password_refused = Mật khẩu chưa đáp ứng mọi quy tắc. Hãy chọn mật khẩu khác.
expired_code = Mã này đã được dùng hoặc đã hết hạn. Hãy yêu cầu mã mới.
not_accepted = Thông tin không được chấp nhận. Hãy kiểm tra và thử lại.
error_title = Đã xảy ra sự cố
error_lead = Đã xảy ra lỗi với trang được yêu cầu.
broken = Máy chủ không thực hiện được. Hãy thử lại sau giây lát.
pages_unavailable = Trang đăng nhập không khả dụng. Hãy liên hệ quản trị viên.
option_unavailable = Cách đăng nhập này không khả dụng. Hãy thử cách khác.
missing_parameter_classic = Địa chỉ thiếu tham số { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Ứng dụng yêu cầu quay lại một địa chỉ chưa được đăng ký.
reason_unauthorized_client = Ứng dụng không được phép cho người dùng đăng nhập theo cách này.
reason_unknown_client = Ứng dụng này không được biết đến ở đây.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Lần đăng nhập không bắt đầu trong trình duyệt này, hoặc mất quá nhiều thời gian.
reason_logout_uri = Ứng dụng yêu cầu chuyển đến một địa chỉ chưa được đăng ký sau khi đăng xuất.

## Links in mails
link_confirmed = Đăng ký của bạn đã được xác nhận!
link_confirmed_text = Bạn có thể đóng trang này và đăng nhập.
link_back = { continue }
link_incomplete = Liên kết này không đầy đủ
link_incomplete_text = Hãy mở lại từ email, hoặc sao chép toàn bộ.
link_used = Liên kết này không còn hoạt động
link_used_text = Liên kết đã được dùng, đã hết hạn, hoặc đã có liên kết mới hơn. Hãy yêu cầu liên kết mới ở nơi bạn đăng ký.

## Attributes
attribute_address = Địa chỉ
attribute_birthdate = Ngày sinh
attribute_email = Địa chỉ email
attribute_family_name = Họ
attribute_gender = Giới tính
attribute_given_name = Tên
attribute_locale = Ngôn ngữ và khu vực
attribute_middle_name = Tên đệm
attribute_name = Họ và tên
attribute_nickname = Biệt danh
attribute_phone_number = Số điện thoại
attribute_picture = Ảnh
attribute_preferred_username = Tên người dùng ưa thích
attribute_profile = Hồ sơ
attribute_updated_at = Cập nhật lúc
attribute_website = Trang web
attribute_zoneinfo = Múi giờ

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Mã xác minh của bạn
mail_code_text = Mã xác minh của bạn là { $code }
mail_link_subject = Liên kết xác minh của bạn
mail_link_text = Nhấp vào liên kết bên dưới để xác minh địa chỉ email. { $link }
mail_link_button = Xác minh email
mail_invitation_subject = Mật khẩu tạm thời của bạn
mail_invitation_text = Tên người dùng của bạn là { $username } và mật khẩu tạm thời là { $code }
mail_sign_in_subject = Mã đăng nhập của bạn
mail_sign_in_text = Mã đăng nhập của bạn là { $code }
mail_note = Nếu bạn không yêu cầu, hãy bỏ qua tin nhắn này. Đừng đưa mã cho bất kỳ ai.

## Devices without a browser
device_title = Đăng nhập trên thiết bị
device_lead = Nhập mã mà thiết bị của bạn hiển thị.
device_code = Mã thiết bị
device_unknown_code = Không có thiết bị nào đang chờ với mã này. Có thể mã đã hết hạn: hãy cho thiết bị hiển thị mã mới.
device_confirm_title = Đây có phải thiết bị của bạn không?
device_confirm_lead = { $app } yêu cầu đăng nhập trên thiết bị hiển thị mã này:
device_account = Thiết bị sẽ đăng nhập với tên { $name }.
device_warning = Chỉ tiếp tục nếu thiết bị này ở trước mặt bạn và chính bạn đã bắt đầu đăng nhập ở đó.
device_allow = Có, đăng nhập
device_refuse = Không, đây không phải thiết bị của tôi
device_done = Thiết bị của bạn đã đăng nhập
device_done_text = Bạn có thể đóng trang này và tiếp tục trên thiết bị.
device_refused = Thiết bị đã bị từ chối
device_refused_text = Thiết bị không vào được tài khoản của bạn. Bạn có thể đóng trang này.

## Providers found by the domain of an address
corporate_address = Đăng nhập bằng địa chỉ công ty của bạn
unknown_domain = Chưa thiết lập đăng nhập cho tên miền này
