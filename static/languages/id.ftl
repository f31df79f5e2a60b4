### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Bahasa Indonesia
language = Bahasa
title_error = Kesalahan: { $title }
show_password = Tampilkan kata sandi
hide_password = Sembunyikan kata sandi
copy = Salin
copied = Tersalin

## Sign-in
title_sign_in = { sign_in }
sign_in = Masuk
next = Berikutnya
continue = Lanjutkan
back_to_sign_in = Kembali ke halaman masuk
name_username = Nama pengguna
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Email atau nomor telepon
password = Kata sandi
sign_in_with_username = Masuk dengan nama pengguna dan kata sandi
sign_in_with_email = Masuk dengan email dan kata sandi
sign_in_with_phone_number = Masuk dengan nomor telepon dan kata sandi
sign_in_with_email_or_phone_number = Masuk dengan email atau nomor telepon dan kata sandi
forgot_link = Lupa kata sandi?
need_account = Belum punya akun?
go_on_as = Lanjutkan sebagai { $name }
asked_by = Program yang menamakan dirinya { $name }, di { $host }, meminta Anda masuk. Tidak ada yang memeriksanya: lanjutkan hanya jika Anda mengenalnya.
or = atau
continue_with = Lanjutkan dengan { $provider }
social_lead = Masuk dengan akun layanan lain
corporate_lead = Masuk dengan akun perusahaan
social_note = Kami tidak akan memposting apa pun di akun Anda tanpa bertanya dulu
noscript_passkey = Langkah ini memerlukan JavaScript. Aktifkan, atau kembali dan pilih cara masuk lain.

## Choosing how to go on
choose_first = Pilih cara masuk
choose_mfa = Pilih faktor kedua
choose_password = { password }
choose_passkey = Kunci sandi
choose_email = Kode lewat email
choose_sms = Kode lewat SMS
choose_app = Aplikasi autentikator
choose_other = Cara lain
another_way = Coba cara lain

## Codes
code = Kode
code_title = Masukkan kode Anda
code_sent_by_email = Kami mengirim kode lewat email ke { $destination }. Masukkan di bawah.
code_sent_by_sms = Kami mengirim kode lewat SMS ke { $destination }. Masukkan di bawah.
enter_app_code = Masukkan kode dari aplikasi autentikator Anda.
backup_hint = Anda juga dapat memasukkan salah satu kode cadangan.
missing_code = Masukkan kodenya.
wrong_code = Kode salah. Silakan coba lagi.

## Passkeys
passkey_title = Masuk dengan kunci sandi
passkey_lead = Perangkat Anda akan meminta sidik jari, wajah, atau kunci layar.
passkey_use = Gunakan kunci sandi
passkey_failed = Kunci sandi tidak berhasil. Coba lagi, atau masuk dengan cara lain.
passkey_add_title = { passkey_add }
passkey_add_lead = Dengan kunci sandi, Anda masuk sebagai { $name } dengan sidik jari, wajah, atau kunci layar, tanpa kata sandi.
passkey_add = Tambahkan kunci sandi
passkey_not_now = Nanti saja

## New passwords
new_password_title = { change_password }
new_password_lead = Pilih kata sandi baru untuk akun Anda.
new_password = Kata sandi baru
repeat_password = Ulangi kata sandi
confirm_password = { repeat_password }
change_password = Ubah kata sandi
show_rules = Kata sandi harus berisi:
rule_lower = satu huruf kecil
rule_upper = satu huruf besar
rule_number = satu angka
rule_symbol = satu karakter khusus
rule_met = Terpenuhi:
rule_unmet = Belum terpenuhi:
rule_length = paling sedikit { $length } karakter
classic_rule = Kata sandi harus berisi
passwords_differ = Kata sandi tidak sama.

## Setting up a second factor
set_up_title = Siapkan faktor kedua
set_up_lead = Akun Anda memerlukan faktor kedua. Pilih yang ingin disiapkan.
set_up_app_title = Siapkan aplikasi autentikator
set_up_app_lead = Pindai kode dengan aplikasi autentikator, lalu masukkan kode yang ditampilkan aplikasi.
set_up_app_alt = Kode QR dengan kunci rahasia
show_secret = Tampilkan kunci rahasia
open_in_app = Buka di aplikasi pada perangkat ini
device_name = Nama perangkat (opsional)
set_up_email = Kirimi saya kode lewat email
set_up_app = Gunakan aplikasi autentikator

## Custom challenges
custom_title = Satu langkah lagi
answer = Jawaban

## Sign-up
sign_up = Daftar
sign_up_title = { sign_up }
sign_up_lead = Buat akun baru
have_account = Sudah punya akun?
password_optional = Kata sandi (opsional)
terms = Dengan mendaftar, Anda menyetujui { $terms } dan { $privacy } kami.
terms_of_use = Ketentuan penggunaan
privacy_policy = Kebijakan privasi
sign_up_closed = Pendaftaran tidak dibuka di sini. Mintalah akun kepada administrator.

## Confirmation
confirm_title = Konfirmasi akun Anda
confirm_button = Konfirmasi akun
confirm_lead = Masukkan kode yang dikirim saat Anda mendaftar, atau minta kode baru.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Tidak menerima kode?
resend = Kirim ulang
resend_wait = Anda dapat meminta kode baru dalam { $time }.
code_sent_again = Kode baru sedang dikirim.
confirmed_sign_in = Akun Anda sudah dikonfirmasi. Sekarang Anda dapat masuk.
administrator_confirms = Akun Anda sudah dibuat. Administrator harus mengonfirmasinya sebelum Anda dapat masuk.

## Forgotten passwords
forgot_title = Lupa kata sandi?
forgot_lead = Masukkan yang Anda pakai untuk masuk, dan kami akan mengirim kode untuk mengubah kata sandi.
forgot_button = Setel ulang kata sandi saya
reset_title = Setel ulang kata sandi Anda
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Kata sandi Anda harus disetel ulang sebelum Anda dapat masuk.
password_changed = Kata sandi Anda sudah diubah. Sekarang Anda dapat masuk dengannya.
recovery_closed = Kata sandi tidak dapat disetel ulang di sini. Mintalah yang baru kepada administrator.

## What goes wrong
wrong_credentials = Nama pengguna atau kata sandi salah.
missing_answer = Isi semua kolom.
too_many_requests = Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi.
journey_ended = Proses masuk ini sudah berakhir atau terlalu lama. Mulai lagi dari awal.
known_password = Kata sandi ini ada dalam daftar curian. Pilih yang lain.
username_exists = Akun dengan nama ini sudah ada. Masuk, atau pilih nama lain.
password_refused = Kata sandi tidak memenuhi semua aturan. Pilih yang lain.
expired_code = Kode ini sudah dipakai atau kedaluwarsa. Minta kode baru.
not_accepted = Ini tidak diterima. Periksa isian Anda, lalu coba lagi.
error_title = Terjadi masalah
error_lead = Terjadi kesalahan pada halaman yang diminta.
broken = Server tidak dapat melakukannya. Coba lagi sebentar lagi.
pages_unavailable = Halaman masuk tidak tersedia. Hubungi administrator.
option_unavailable = Pilihan masuk ini tidak tersedia. Coba yang lain.
missing_parameter_classic = Parameter { $name } tidak ada di alamat.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Aplikasi meminta kembali ke alamat yang tidak didaftarkan untuknya.
reason_unauthorized_client = Aplikasi tidak boleh memasukkan orang dengan cara ini.
reason_unknown_client = Aplikasi ini tidak dikenal di sini.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Proses masuk tidak dimulai di peramban ini, atau terlalu lama.
reason_logout_uri = Aplikasi meminta, setelah keluar, pergi ke alamat yang tidak didaftarkan untuknya.

## Links in mails
link_confirmed = Pendaftaran Anda sudah dikonfirmasi!
link_confirmed_text = Anda dapat menutup halaman ini dan masuk.
link_back = { continue }
link_incomplete = Tautan ini tidak lengkap
link_incomplete_text = Buka sekali lagi dari email, atau salin seluruhnya.
link_used = Tautan ini tidak berlaku lagi
link_used_text = Tautan sudah dipakai, kedaluwarsa, atau yang lebih baru sudah dikirim. Minta yang baru di tempat Anda mendaftar.

## Attributes
attribute_address = Alamat
attribute_birthdate = Tanggal lahir
attribute_email = Alamat email
attribute_family_name = Nama belakang
attribute_gender = Jenis kelamin
attribute_given_name = Nama depan
attribute_locale = Bahasa dan wilayah
attribute_middle_name = Nama tengah
attribute_name = Nama
attribute_nickname = Nama panggilan
attribute_phone_number = Nomor telepon
attribute_picture = Foto
attribute_preferred_username = Nama pengguna pilihan
attribute_profile = Profil
attribute_updated_at = Diperbarui pada
attribute_website = Situs web
attribute_zoneinfo = Zona waktu

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Kode verifikasi Anda
mail_code_text = Kode verifikasi Anda adalah { $code }
mail_link_subject = Tautan verifikasi Anda
mail_link_text = Klik tautan di bawah untuk memverifikasi alamat email Anda. { $link }
mail_link_button = Verifikasi email
mail_invitation_subject = Kata sandi sementara Anda
mail_invitation_text = Nama pengguna Anda { $username } dan kata sandi sementara Anda { $code }
mail_sign_in_subject = Kode masuk Anda
mail_sign_in_text = Kode masuk Anda adalah { $code }
mail_note = Jika Anda tidak memintanya, abaikan pesan ini. Jangan berikan kode ini kepada siapa pun.

## Devices without a browser
device_title = Masuk di perangkat
device_lead = Masukkan kode yang ditampilkan perangkat Anda.
device_code = Kode perangkat
device_unknown_code = Tidak ada perangkat yang menunggu dengan kode ini. Mungkin sudah kedaluwarsa: tampilkan kode baru di perangkat.
device_confirm_title = Apakah ini perangkat Anda?
device_confirm_lead = { $app } meminta masuk di perangkat yang menampilkan kode ini:
device_account = Perangkat akan masuk sebagai { $name }.
device_warning = Lanjutkan hanya jika perangkat ini ada di depan Anda dan Anda sendiri yang mulai masuk di sana.
device_allow = Ya, masuk
device_refuse = Bukan, ini bukan perangkat saya
device_done = Perangkat Anda sudah masuk
device_done_text = Anda dapat menutup halaman ini dan melanjutkan di perangkat Anda.
device_refused = Perangkat ditolak
device_refused_text = Perangkat itu tidak masuk ke akun Anda. Anda dapat menutup halaman ini.

## Providers found by the domain of an address
corporate_address = Masuk dengan alamat perusahaan Anda
unknown_domain = Belum ada cara masuk untuk domain ini
