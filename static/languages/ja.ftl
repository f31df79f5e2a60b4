### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = 日本語
language = 言語
title_error = エラー: { $title }
show_password = パスワードを表示
hide_password = パスワードを隠す
copy = コピー
copied = コピーしました

## Sign-in
title_sign_in = { sign_in }
sign_in = サインイン
next = 次へ
continue = 続ける
back_to_sign_in = サインインに戻る
name_username = ユーザー名
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = メールアドレスまたは電話番号
password = パスワード
sign_in_with_username = ユーザー名とパスワードでサインインしてください
sign_in_with_email = メールアドレスとパスワードでサインインしてください
sign_in_with_phone_number = 電話番号とパスワードでサインインしてください
sign_in_with_email_or_phone_number = メールアドレスまたは電話番号とパスワードでサインインしてください
forgot_link = パスワードをお忘れですか?
need_account = アカウントをお持ちでない場合
go_on_as = { $name } として続ける
asked_by = { $host } にある「{ $name }」と名乗るプログラムが、サインインを求めています。誰も確認していません。ご存じのものである場合だけ続けてください。
or = または
continue_with = { $provider } で続ける
social_lead = ほかのサービスのアカウントでサインイン
corporate_lead = 組織のアカウントでサインイン
social_note = 確認なしにお客様のアカウントへ投稿することはありません
noscript_passkey = この手順には JavaScript が必要です。有効にするか、戻って別の方法を選んでください。

## Choosing how to go on
choose_first = サインインの方法を選んでください
choose_mfa = 2 つ目の要素を選んでください
choose_password = { password }
choose_passkey = パスキー
choose_email = メールのコード
choose_sms = SMS のコード
choose_app = 認証アプリ
choose_other = 別の方法
another_way = 別の方法を試す

## Codes
code = コード
code_title = コードの入力
code_sent_by_email = { $destination } にメールでコードを送信しました。以下に入力してください。
code_sent_by_sms = { $destination } に SMS でコードを送信しました。以下に入力してください。
enter_app_code = 認証アプリに表示されたコードを入力してください。
backup_hint = 代わりにバックアップコードを入力することもできます。
missing_code = コードを入力してください。
wrong_code = コードが違います。もう一度お試しください。

## Passkeys
passkey_title = パスキーでサインイン
passkey_lead = デバイスが指紋、顔、または画面ロックを確認します。
passkey_use = パスキーを使う
passkey_failed = パスキーを使えませんでした。もう一度試すか、別の方法でサインインしてください。
passkey_add_title = { passkey_add }
passkey_add_lead = パスキーを使うと、指紋、顔、または画面ロックで、パスワードなしで { $name } としてサインインできます。
passkey_add = パスキーを追加
passkey_not_now = 今はしない

## New passwords
new_password_title = { change_password }
new_password_lead = アカウントの新しいパスワードを決めてください。
new_password = 新しいパスワード
repeat_password = パスワードをもう一度
confirm_password = { repeat_password }
change_password = パスワードを変更
show_rules = パスワードに必要なもの:
rule_lower = 英小文字
rule_upper = 英大文字
rule_number = 数字
rule_symbol = 記号
rule_met = 満たしています:
rule_unmet = まだです:
rule_length = { $length } 文字以上
classic_rule = パスワードに必要なもの:
passwords_differ = 2 つのパスワードが一致しません。

## Setting up a second factor
set_up_title = 2 つ目の要素の設定
set_up_lead = このアカウントには 2 つ目の要素が必要です。設定するものを選んでください。
set_up_app_title = 認証アプリの設定
set_up_app_lead = 認証アプリでコードを読み取り、アプリに表示されたコードを入力してください。
set_up_app_alt = シークレットキーの QR コード
show_secret = シークレットキーを表示
open_in_app = このデバイスのアプリで開く
device_name = デバイス名 (任意)
set_up_email = メールでコードを受け取る
set_up_app = 認証アプリを使う

## Custom challenges
custom_title = もう 1 つの手順
answer = 回答

## Sign-up
sign_up = 新規登録
sign_up_title = { sign_up }
sign_up_lead = 新しいアカウントを作成
have_account = すでにアカウントをお持ちの場合
password_optional = パスワード (任意)
terms = 登録すると、{ $terms }と{ $privacy }に同意したことになります。
terms_of_use = 利用規約
privacy_policy = プライバシーポリシー
sign_up_closed = ここでは登録を受け付けていません。管理者にアカウントをご依頼ください。

## Confirmation
confirm_title = アカウントの確認
confirm_button = アカウントを確認
confirm_lead = 登録時に届いたコードを入力するか、新しいコードを請求してください。
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = コードが届きませんか?
resend = 再送信
resend_wait = { $time } 後に新しいコードを請求できます。
code_sent_again = 新しいコードを送信しました。
confirmed_sign_in = アカウントが確認されました。サインインできます。
administrator_confirms = アカウントを作成しました。サインインするには、管理者の確認が必要です。

## Forgotten passwords
forgot_title = パスワードをお忘れですか?
forgot_lead = サインインに使うものを入力してください。パスワードを変更するためのコードを送信します。
forgot_button = パスワードを再設定
reset_title = パスワードの再設定
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = サインインする前に、パスワードの再設定が必要です。
password_changed = パスワードを変更しました。新しいパスワードでサインインできます。
recovery_closed = ここではパスワードを再設定できません。管理者にご依頼ください。

## What goes wrong
wrong_credentials = ユーザー名またはパスワードが違います。
missing_answer = すべての項目を入力してください。
too_many_requests = 試行回数が多すぎます。しばらく待ってからもう一度お試しください。
journey_ended = このサインインは終了したか、時間がかかりすぎました。最初からやり直してください。
known_password = このパスワードは流出したものの一覧にあります。別のものを選んでください。
username_exists = この名前のアカウントはすでにあります。サインインするか、別の名前を選んでください。
password_refused = パスワードがすべての条件を満たしていません。別のものを選んでください。
expired_code = このコードは使用済みか、期限切れです。新しいコードを請求してください。
not_accepted = 受け付けられませんでした。入力内容を確かめて、もう一度お試しください。
error_title = 問題が発生しました
error_lead = 要求されたページでエラーが発生しました。
broken = サーバーで処理できませんでした。しばらくしてからもう一度お試しください。
pages_unavailable = サインインページを利用できません。管理者にお問い合わせください。
option_unavailable = このサインイン方法は利用できません。別の方法をお試しください。
missing_parameter_classic = アドレスにパラメーター { $name } がありません。
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = アプリが、登録されていないアドレスへ戻ることを求めました。
reason_unauthorized_client = このアプリは、この方法でサインインさせることを許可されていません。
reason_unknown_client = このアプリは登録されていません。
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = サインインがこのブラウザーで始まっていないか、時間がかかりすぎました。
reason_logout_uri = アプリが、サインアウト後に登録されていないアドレスへ移ることを求めました。

## Links in mails
link_confirmed = 登録が確認されました
link_confirmed_text = このページを閉じてサインインできます。
link_back = { continue }
link_incomplete = リンクが不完全です
link_incomplete_text = メールからもう一度開くか、全体をコピーしてください。
link_used = このリンクは使えません
link_used_text = 使用済みか、期限切れか、より新しいものが送信されています。登録した場所で新しいものを請求してください。

## Attributes
attribute_address = 住所
attribute_birthdate = 生年月日
attribute_email = メールアドレス
attribute_family_name = 姓
attribute_gender = 性別
attribute_given_name = 名
attribute_locale = 言語と地域
attribute_middle_name = ミドルネーム
attribute_name = 氏名
attribute_nickname = ニックネーム
attribute_phone_number = 電話番号
attribute_picture = 写真
attribute_preferred_username = 希望するユーザー名
attribute_profile = プロフィール
attribute_updated_at = 更新日時
attribute_website = ウェブサイト
attribute_zoneinfo = タイムゾーン

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = 確認コード
mail_code_text = 確認コードは { $code } です
mail_link_subject = 確認リンク
mail_link_text = メールアドレスを確認するには、以下のリンクを開いてください。 { $link }
mail_link_button = メールアドレスを確認
mail_invitation_subject = 仮パスワード
mail_invitation_text = ユーザー名は { $username }、仮パスワードは { $code } です
mail_sign_in_subject = サインイン用コード
mail_sign_in_text = サインイン用コードは { $code } です
mail_note = お心当たりがない場合は、このメッセージを無視してください。コードを誰にも教えないでください。

## Devices without a browser
device_title = デバイスでサインイン
device_lead = デバイスに表示されているコードを入力してください。
device_code = デバイスコード
device_unknown_code = このコードで待機しているデバイスはありません。有効期限が切れた可能性があります。デバイスに新しいコードを表示してください。
device_confirm_title = これはあなたのデバイスですか？
device_confirm_lead = { $app } が、次のコードを表示しているデバイスでのサインインを求めています。
device_account = { $name } としてサインインします。
device_warning = このデバイスが手元にあり、ご自身でサインインを始めた場合にのみ続けてください。
device_allow = はい、サインインします
device_refuse = いいえ、私のデバイスではありません
device_done = デバイスでサインインしました
device_done_text = このページを閉じて、デバイスで続けてください。
device_refused = デバイスを拒否しました
device_refused_text = そのデバイスはあなたのアカウントに入れません。このページを閉じてかまいません。

## Providers found by the domain of an address
corporate_address = 会社のアドレスでサインイン
unknown_domain = このドメインにはサインインが設定されていません
