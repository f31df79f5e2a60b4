### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Türkçe
language = Dil
title_error = Hata: { $title }
show_password = Şifreyi göster
hide_password = Şifreyi gizle
copy = Kopyala
copied = Kopyalandı

## Sign-in
title_sign_in = { sign_in }
sign_in = Oturum aç
next = İleri
continue = Devam et
back_to_sign_in = Oturum açmaya dön
name_username = Kullanıcı adı
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = E-posta veya telefon numarası
password = Şifre
sign_in_with_username = Kullanıcı adınız ve şifrenizle oturum açın
sign_in_with_email = E-posta adresiniz ve şifrenizle oturum açın
sign_in_with_phone_number = Telefon numaranız ve şifrenizle oturum açın
sign_in_with_email_or_phone_number = E-posta adresiniz veya telefon numaranız ve şifrenizle oturum açın
forgot_link = Şifrenizi mi unuttunuz?
need_account = Hesabınız yok mu?
go_on_as = { $name } olarak devam et
asked_by = { $host } adresinde kendini { $name } olarak tanıtan bir program oturum açmanızı istiyor. Kimse onu denetlemedi: yalnızca tanıyorsanız devam edin.
or = veya
continue_with = { $provider } ile devam et
social_lead = Başka bir hizmetin hesabıyla oturum açın
corporate_lead = Kurumsal hesabınızla oturum açın
social_note = Size sormadan hesaplarınızda hiçbir şey paylaşmayız
noscript_passkey = Bu adım için JavaScript gerekir. Açın ya da geri dönüp başka bir yol seçin.

## Choosing how to go on
choose_first = Nasıl oturum açacağınızı seçin
choose_mfa = İkinci bir etken seçin
choose_password = { password }
choose_passkey = Geçiş anahtarı
choose_email = E-posta kodu
choose_sms = SMS kodu
choose_app = Kimlik doğrulama uygulaması
choose_other = Başka bir yol
another_way = Başka bir yol dene

## Codes
code = Kod
code_title = Kodunuzu girin
code_sent_by_email = { $destination } adresine e-posta ile bir kod gönderdik. Aşağıya girin.
code_sent_by_sms = { $destination } numarasına SMS ile bir kod gönderdik. Aşağıya girin.
enter_app_code = Kimlik doğrulama uygulamanızdaki kodu girin.
backup_hint = Bunun yerine yedek kodlarınızdan birini de girebilirsiniz.
missing_code = Kodu girin.
wrong_code = Kod yanlış. Lütfen yeniden deneyin.

## Passkeys
passkey_title = Geçiş anahtarıyla oturum açın
passkey_lead = Cihazınız parmak izinizi, yüzünüzü veya ekran kilidinizi isteyecek.
passkey_use = Geçiş anahtarını kullan
passkey_failed = Geçiş anahtarı çalışmadı. Yeniden deneyin ya da başka bir yolla oturum açın.
passkey_add_title = { passkey_add }
passkey_add_lead = Geçiş anahtarıyla parmak izi, yüz veya ekran kilidi kullanarak, şifresiz olarak { $name } adıyla oturum açarsınız.
passkey_add = Geçiş anahtarı ekle
passkey_not_now = Şimdi değil

## New passwords
new_password_title = { change_password }
new_password_lead = Hesabınız için yeni bir şifre belirleyin.
new_password = Yeni şifre
repeat_password = Şifreyi yineleyin
confirm_password = { repeat_password }
change_password = Şifreyi değiştir
show_rules = Şifrenizde şunlar olmalı:
rule_lower = bir küçük harf
rule_upper = bir büyük harf
rule_number = bir rakam
rule_symbol = bir özel karakter
rule_met = Tamam:
rule_unmet = Henüz değil:
rule_length = { $length ->
    [one] en az { $length } karakter
   *[other] en az { $length } karakter
}
classic_rule = Şifrede şu olmalı:
passwords_differ = Şifreler aynı değil.

## Setting up a second factor
set_up_title = İkinci bir etken kurun
set_up_lead = Hesabınız ikinci bir etken gerektiriyor. Hangisini kuracağınızı seçin.
set_up_app_title = Kimlik doğrulama uygulaması kurun
set_up_app_lead = Kodu kimlik doğrulama uygulamanızla tarayın, sonra uygulamanın gösterdiği kodu girin.
set_up_app_alt = Gizli anahtarı içeren bir QR kodu
show_secret = Gizli anahtarı göster
open_in_app = Bu cihazdaki bir uygulamada aç
device_name = Cihaz adı (isteğe bağlı)
set_up_email = Kodları e-posta ile gönder
set_up_app = Kimlik doğrulama uygulaması kullan

## Custom challenges
custom_title = Bir adım daha
answer = Yanıt

## Sign-up
sign_up = Kaydol
sign_up_title = { sign_up }
sign_up_lead = Yeni bir hesap oluşturun
have_account = Zaten hesabınız var mı?
password_optional = Şifre (isteğe bağlı)
terms = Kaydolarak şunları kabul etmiş olursunuz: { $terms } ve { $privacy }.
terms_of_use = Kullanım koşulları
privacy_policy = Gizlilik politikası
sign_up_closed = Burada kayıt açık değil. Yöneticiden bir hesap isteyin.

## Confirmation
confirm_title = Hesabınızı onaylayın
confirm_button = Hesabı onayla
confirm_lead = Kaydolurken size gönderilen kodu girin ya da yenisini isteyin.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Kod gelmedi mi?
resend = Yeniden gönder
resend_wait = { $time } sonra yeni bir kod isteyebilirsiniz.
code_sent_again = Yeni bir kod yolda.
confirmed_sign_in = Hesabınız onaylandı. Şimdi oturum açabilirsiniz.
administrator_confirms = Hesabınız oluşturuldu. Oturum açabilmeniz için bir yöneticinin onaylaması gerekiyor.

## Forgotten passwords
forgot_title = Şifrenizi mi unuttunuz?
forgot_lead = Oturum açarken kullandığınız adı girin; şifrenizi değiştirmeniz için bir kod göndereceğiz.
forgot_button = Şifremi sıfırla
reset_title = Şifrenizi sıfırlayın
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Oturum açmadan önce şifrenizi sıfırlamanız gerekiyor.
password_changed = Şifreniz değişti. Artık onunla oturum açabilirsiniz.
recovery_closed = Burada şifre sıfırlanamaz. Yöneticiden yeni bir şifre isteyin.

## What goes wrong
wrong_credentials = Kullanıcı adı veya şifre yanlış.
missing_answer = Lütfen tüm alanları doldurun.
too_many_requests = Çok fazla deneme. Biraz bekleyip yeniden deneyin.
journey_ended = Bu oturum açma sona erdi ya da çok uzun sürdü. Lütfen baştan başlayın.
known_password = Bu şifre çalınmış listelerde yer alıyor. Başka bir şifre seçin.
username_exists = Bu adla bir hesap zaten var. Oturum açın ya da başka bir ad seçin.
password_refused = Şifre tüm kurallara uymuyor. Başka bir şifre seçin.
expired_code = Bu kod kullanılmış ya da süresi dolmuş. Yeni bir kod isteyin.
not_accepted = Bu kabul edilmedi. Girdiklerinizi denetleyip yeniden deneyin.
error_title = Bir şeyler ters gitti
error_lead = İstenen sayfada bir hata oluştu.
broken = Sunucu bunu yapamadı. Biraz sonra yeniden deneyin.
pages_unavailable = Oturum açma sayfaları kullanılamıyor. Bir yöneticiye başvurun.
option_unavailable = Bu oturum açma seçeneği kullanılamıyor. Başka birini deneyin.
missing_parameter_classic = Adreste { $name } parametresi eksik.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Uygulama, kayıtlı olmadığı bir adrese dönmek istedi.
reason_unauthorized_client = Uygulamanın kişilere bu yolla oturum açtırmasına izin yok.
reason_unknown_client = Bu uygulama burada tanınmıyor.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Oturum açma bu tarayıcıda başlamadı ya da çok uzun sürdü.
reason_logout_uri = Uygulama, oturum kapandıktan sonra kayıtlı olmadığı bir adrese gitmek istedi.

## Links in mails
link_confirmed = Kaydınız onaylandı!
link_confirmed_text = Bu sayfayı kapatıp oturum açabilirsiniz.
link_back = { continue }
link_incomplete = Bu bağlantı eksik
link_incomplete_text = E-postadan yeniden açın ya da tamamını kopyalayın.
link_used = Bu bağlantı artık çalışmıyor
link_used_text = Kullanılmış, süresi dolmuş ya da yenisi gönderilmiş. Kaydolduğunuz yerde yenisini isteyin.

## Attributes
attribute_address = Adres
attribute_birthdate = Doğum tarihi
attribute_email = E-posta
attribute_family_name = Soyadı
attribute_gender = Cinsiyet
attribute_given_name = Ad
attribute_locale = Dil ve bölge
attribute_middle_name = İkinci ad
attribute_name = Ad soyad
attribute_nickname = Takma ad
attribute_phone_number = Telefon numarası
attribute_picture = Resim
attribute_preferred_username = Tercih edilen kullanıcı adı
attribute_profile = Profil
attribute_updated_at = Güncellenme tarihi
attribute_website = Web sitesi
attribute_zoneinfo = Saat dilimi

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Doğrulama kodunuz
mail_code_text = Doğrulama kodunuz: { $code }
mail_link_subject = Doğrulama bağlantınız
mail_link_text = E-posta adresinizi doğrulamak için aşağıdaki bağlantıya tıklayın. { $link }
mail_link_button = E-postayı doğrula
mail_invitation_subject = Geçici şifreniz
mail_invitation_text = Kullanıcı adınız { $username }, geçici şifreniz { $code }
mail_sign_in_subject = Oturum açma kodunuz
mail_sign_in_text = Oturum açma kodunuz: { $code }
mail_note = Bunu siz istemediyseniz bu iletiyi yok sayabilirsiniz. Kodu kimseye vermeyin.

## Devices without a browser
device_title = Bir cihazda oturum açın
device_lead = Cihazınızın gösterdiği kodu girin.
device_code = Cihaz kodu
device_unknown_code = Bu kodla bekleyen bir cihaz yok. Kodun süresi dolmuş olabilir: cihazda yeni bir kod gösterin.
device_confirm_title = Bu sizin cihazınız mı?
device_confirm_lead = { $app }, bu kodu gösteren bir cihazda oturum açmak istiyor:
device_account = { $name } olarak oturum açılacak.
device_warning = Yalnızca bu cihaz önünüzdeyse ve oturum açmayı orada kendiniz başlattıysanız devam edin.
device_allow = Evet, oturum aç
device_refuse = Hayır, bu benim cihazım değil
device_done = Cihazınızda oturum açıldı
device_done_text = Bu sayfayı kapatıp cihazınızda devam edebilirsiniz.
device_refused = Cihaz reddedildi
device_refused_text = Hesabınıza giremez. Bu sayfayı kapatabilirsiniz.

## Providers found by the domain of an address
corporate_address = Kurumsal adresinizle oturum açın
unknown_domain = Bu alan adı için oturum açma ayarlanmamış
