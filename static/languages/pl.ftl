### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Polski
language = Język
title_error = Błąd: { $title }
show_password = Pokaż hasło
hide_password = Ukryj hasło
copy = Kopiuj
copied = Skopiowano

## Sign-in
title_sign_in = { sign_in }
sign_in = Zaloguj się
next = Dalej
continue = Kontynuuj
back_to_sign_in = Wróć do logowania
name_username = Nazwa użytkownika
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Adres e-mail lub numer telefonu
password = Hasło
sign_in_with_username = Zaloguj się nazwą użytkownika i hasłem
sign_in_with_email = Zaloguj się adresem e-mail i hasłem
sign_in_with_phone_number = Zaloguj się numerem telefonu i hasłem
sign_in_with_email_or_phone_number = Zaloguj się adresem e-mail lub numerem telefonu i hasłem
forgot_link = Nie pamiętasz hasła?
need_account = Nie masz konta?
go_on_as = Kontynuuj jako { $name }
asked_by = Program, który przedstawia się jako { $name }, pod adresem { $host }, prosi o zalogowanie. Nikt go nie sprawdził: kontynuuj tylko, jeśli go znasz.
or = lub
continue_with = Kontynuuj z { $provider }
social_lead = Zaloguj się kontem innego serwisu
corporate_lead = Zaloguj się kontem firmowym
social_note = Nie opublikujemy niczego na Twoich kontach bez pytania
noscript_passkey = Ten krok wymaga JavaScriptu. Włącz go albo wróć i wybierz inny sposób logowania.

## Choosing how to go on
choose_first = Wybierz sposób logowania
choose_mfa = Wybierz drugi składnik
choose_password = { password }
choose_passkey = Klucz dostępu
choose_email = Kod e-mailem
choose_sms = Kod SMS-em
choose_app = Aplikacja uwierzytelniająca
choose_other = Inny sposób
another_way = Spróbuj inaczej

## Codes
code = Kod
code_title = Wpisz kod
code_sent_by_email = Wysłaliśmy kod e-mailem na adres { $destination }. Wpisz go poniżej.
code_sent_by_sms = Wysłaliśmy kod SMS-em na numer { $destination }. Wpisz go poniżej.
enter_app_code = Wpisz kod z aplikacji uwierzytelniającej.
backup_hint = Możesz też wpisać jeden z kodów zapasowych.
missing_code = Wpisz kod.
wrong_code = Kod jest nieprawidłowy. Spróbuj ponownie.

## Passkeys
passkey_title = Zaloguj się kluczem dostępu
passkey_lead = Urządzenie poprosi o odcisk palca, twarz lub blokadę ekranu.
passkey_use = Użyj klucza dostępu
passkey_failed = Klucz dostępu nie zadziałał. Spróbuj ponownie albo zaloguj się inaczej.
passkey_add_title = { passkey_add }
passkey_add_lead = Z kluczem dostępu logujesz się jako { $name } odciskiem palca, twarzą lub blokadą ekranu, bez hasła.
passkey_add = Dodaj klucz dostępu
passkey_not_now = Nie teraz

## New passwords
new_password_title = { change_password }
new_password_lead = Ustaw nowe hasło do swojego konta.
new_password = Nowe hasło
repeat_password = Powtórz hasło
confirm_password = { repeat_password }
change_password = Zmień hasło
show_rules = Hasło musi zawierać:
rule_lower = małą literę
rule_upper = wielką literę
rule_number = cyfrę
rule_symbol = znak specjalny
rule_met = Spełnione:
rule_unmet = Jeszcze niespełnione:
rule_length = { $length ->
    [one] co najmniej { $length } znak
    [few] co najmniej { $length } znaki
    [many] co najmniej { $length } znaków
   *[other] co najmniej { $length } znaku
}
classic_rule = Hasło musi zawierać
passwords_differ = Hasła nie są takie same.

## Setting up a second factor
set_up_title = Skonfiguruj drugi składnik
set_up_lead = Twoje konto wymaga drugiego składnika. Wybierz, który chcesz skonfigurować.
set_up_app_title = Skonfiguruj aplikację uwierzytelniającą
set_up_app_lead = Zeskanuj kod aplikacją uwierzytelniającą, a potem wpisz kod, który pokaże.
set_up_app_alt = Kod QR z tajnym kluczem
show_secret = Pokaż tajny klucz
open_in_app = Otwórz w aplikacji na tym urządzeniu
device_name = Nazwa urządzenia (opcjonalnie)
set_up_email = Wysyłaj mi kody e-mailem
set_up_app = Użyj aplikacji uwierzytelniającej

## Custom challenges
custom_title = Jeszcze jeden krok
answer = Odpowiedź

## Sign-up
sign_up = Zarejestruj się
sign_up_title = { sign_up }
sign_up_lead = Załóż nowe konto
have_account = Masz już konto?
password_optional = Hasło (opcjonalnie)
terms = Rejestrując się, akceptujesz nasze dokumenty: { $terms } i { $privacy }.
terms_of_use = Warunki korzystania
privacy_policy = Polityka prywatności
sign_up_closed = Rejestracja nie jest tu otwarta. Poproś administratora o konto.

## Confirmation
confirm_title = Potwierdź konto
confirm_button = Potwierdź konto
confirm_lead = Wpisz kod otrzymany przy rejestracji albo poproś o nowy.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Kod nie dotarł?
resend = Wyślij ponownie
resend_wait = O nowy kod można poprosić za { $time }.
code_sent_again = Nowy kod jest w drodze.
confirmed_sign_in = Konto zostało potwierdzone. Możesz się teraz zalogować.
administrator_confirms = Konto zostało utworzone. Zanim się zalogujesz, administrator musi je potwierdzić.

## Forgotten passwords
forgot_title = Nie pamiętasz hasła?
forgot_lead = Wpisz to, czym się logujesz, a wyślemy kod do zmiany hasła.
forgot_button = Zresetuj hasło
reset_title = Zresetuj hasło
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Przed zalogowaniem trzeba zresetować hasło.
password_changed = Hasło zostało zmienione. Możesz się nim teraz zalogować.
recovery_closed = Nie można tu resetować haseł. Poproś administratora o nowe.

## What goes wrong
wrong_credentials = Nieprawidłowa nazwa użytkownika lub hasło.
missing_answer = Wypełnij wszystkie pola.
too_many_requests = Zbyt wiele prób. Odczekaj chwilę i spróbuj ponownie.
journey_ended = To logowanie zostało zakończone albo trwało zbyt długo. Zacznij od nowa.
known_password = To hasło jest na listach wykradzionych haseł. Wybierz inne.
username_exists = Konto o tej nazwie już istnieje. Zaloguj się albo wybierz inną nazwę.
password_refused = Hasło nie spełnia wszystkich wymagań. Wybierz inne.
expired_code = Ten kod został już użyty albo wygasł. Poproś o nowy.
not_accepted = Nie przyjęto tych danych. Sprawdź je i spróbuj ponownie.
error_title = Coś poszło nie tak
error_lead = Na żądanej stronie wystąpił błąd.
broken = Serwer nie mógł tego zrobić. Spróbuj ponownie za chwilę.
pages_unavailable = Strony logowania są niedostępne. Skontaktuj się z administratorem.
option_unavailable = Ten sposób logowania jest niedostępny. Wybierz inny.
missing_parameter_classic = W adresie brakuje parametru { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Aplikacja chce wrócić pod adres, z którym nie jest zarejestrowana.
reason_unauthorized_client = Aplikacja nie może logować użytkowników w ten sposób.
reason_unknown_client = Ta aplikacja nie jest tu znana.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Logowanie nie rozpoczęło się w tej przeglądarce albo trwało zbyt długo.
reason_logout_uri = Aplikacja chce po wylogowaniu przejść pod adres, z którym nie jest zarejestrowana.

## Links in mails
link_confirmed = Rejestracja została potwierdzona!
link_confirmed_text = Możesz zamknąć tę stronę i się zalogować.
link_back = { continue }
link_incomplete = Ten link jest niepełny
link_incomplete_text = Otwórz go jeszcze raz z wiadomości albo skopiuj w całości.
link_used = Ten link już nie działa
link_used_text = Został użyty, wygasł albo wysłano nowszy. Poproś o nowy tam, gdzie odbyła się rejestracja.

## Attributes
attribute_address = Adres
attribute_birthdate = Data urodzenia
attribute_email = Adres e-mail
attribute_family_name = Nazwisko
attribute_gender = Płeć
attribute_given_name = Imię
attribute_locale = Język i region
attribute_middle_name = Drugie imię
attribute_name = Imię i nazwisko
attribute_nickname = Pseudonim
attribute_phone_number = Numer telefonu
attribute_picture = Zdjęcie
attribute_preferred_username = Preferowana nazwa użytkownika
attribute_profile = Profil
attribute_updated_at = Zaktualizowano
attribute_website = Strona internetowa
attribute_zoneinfo = Strefa czasowa

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Twój kod weryfikacyjny
mail_code_text = Twój kod weryfikacyjny to { $code }
mail_link_subject = Twój link weryfikacyjny
mail_link_text = Kliknij poniższy link, aby potwierdzić adres e-mail. { $link }
mail_link_button = Potwierdź adres e-mail
mail_invitation_subject = Twoje hasło tymczasowe
mail_invitation_text = Twoja nazwa użytkownika to { $username }, a hasło tymczasowe to { $code }
mail_sign_in_subject = Twój kod logowania
mail_sign_in_text = Twój kod logowania to { $code }
mail_note = Jeśli to nie Twoja prośba, zignoruj tę wiadomość. Nikomu nie podawaj kodu.

## Devices without a browser
device_title = Logowanie na urządzeniu
device_lead = Wpisz kod, który pokazuje urządzenie.
device_code = Kod urządzenia
device_unknown_code = Żadne urządzenie nie czeka z tym kodem. Mógł wygasnąć: wyświetl na urządzeniu nowy.
device_confirm_title = Czy to Twoje urządzenie?
device_confirm_lead = { $app } prosi o zalogowanie na urządzeniu, które pokazuje ten kod:
device_account = Zostanie zalogowane jako { $name }.
device_warning = Kontynuuj tylko wtedy, gdy masz to urządzenie przed sobą i logowanie na nim rozpoczęto z Twojej inicjatywy.
device_allow = Tak, zaloguj
device_refuse = Nie, to nie moje urządzenie
device_done = Urządzenie jest zalogowane
device_done_text = Możesz zamknąć tę stronę i kontynuować na urządzeniu.
device_refused = Urządzenie odrzucono
device_refused_text = Nie uzyska dostępu do Twojego konta. Możesz zamknąć tę stronę.

## Providers found by the domain of an address
corporate_address = Zaloguj się adresem firmowym
unknown_domain = Dla tej domeny nie skonfigurowano logowania
