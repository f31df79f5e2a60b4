### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Deutsch
language = Sprache
title_error = Fehler: { $title }
show_password = Passwort anzeigen
hide_password = Passwort verbergen
copy = Kopieren
copied = Kopiert

## Sign-in
title_sign_in = { sign_in }
sign_in = Anmelden
next = Weiter
continue = Weiter
back_to_sign_in = Zurück zur Anmeldung
name_username = Benutzername
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = E-Mail-Adresse oder Telefonnummer
password = Passwort
sign_in_with_username = Melden Sie sich mit Benutzername und Passwort an
sign_in_with_email = Melden Sie sich mit E-Mail-Adresse und Passwort an
sign_in_with_phone_number = Melden Sie sich mit Telefonnummer und Passwort an
sign_in_with_email_or_phone_number = Melden Sie sich mit E-Mail-Adresse oder Telefonnummer und Passwort an
forgot_link = Passwort vergessen?
need_account = Noch kein Konto?
go_on_as = Weiter als { $name }
asked_by = Ein Programm, das sich { $name } nennt, bittet Sie unter { $host } um eine Anmeldung. Niemand hat es geprüft. Fahren Sie nur fort, wenn Sie es kennen.
or = oder
continue_with = Weiter mit { $provider }
social_lead = Mit einem Konto anderer Anbieter anmelden
corporate_lead = Mit der Firmenkennung anmelden
social_note = Wir veröffentlichen nichts in Ihren Konten, ohne Sie vorher zu fragen.
noscript_passkey = Dieser Schritt braucht JavaScript. Schalten Sie es ein, oder gehen Sie zurück und melden Sie sich auf andere Weise an.

## Choosing how to go on
choose_first = Wie möchten Sie sich anmelden?
choose_mfa = Zweiten Faktor wählen
choose_password = { password }
choose_passkey = Passkey
choose_email = Code per E-Mail
choose_sms = Code per SMS
choose_app = Authentifizierungs-App
choose_other = Ein anderer Weg
another_way = Anderen Weg wählen

## Codes
code = Code
code_title = Code eingeben
code_sent_by_email = Wir haben einen Code per E-Mail an { $destination } gesendet. Geben Sie ihn unten ein.
code_sent_by_sms = Wir haben einen Code per SMS an { $destination } gesendet. Geben Sie ihn unten ein.
enter_app_code = Geben Sie den Code aus Ihrer Authentifizierungs-App ein.
backup_hint = Sie können stattdessen einen Ihrer Ersatzcodes eingeben.
missing_code = Geben Sie den Code ein.
wrong_code = Der Code ist falsch. Bitte versuchen Sie es noch einmal.

## Passkeys
passkey_title = Mit einem Passkey anmelden
passkey_lead = Ihr Gerät fragt nach Fingerabdruck, Gesicht oder Bildschirmsperre.
passkey_use = Passkey verwenden
passkey_failed = Der Passkey hat nicht funktioniert. Versuchen Sie es noch einmal, oder melden Sie sich auf andere Weise an.
passkey_add_title = { passkey_add }
passkey_add_lead = Mit einem Passkey melden Sie sich als { $name } mit Fingerabdruck, Gesicht oder Bildschirmsperre an, ganz ohne Passwort.
passkey_add = Passkey hinzufügen
passkey_not_now = Jetzt nicht

## New passwords
new_password_title = { change_password }
new_password_lead = Legen Sie ein neues Passwort für Ihr Konto fest.
new_password = Neues Passwort
repeat_password = Passwort wiederholen
confirm_password = { repeat_password }
change_password = Passwort ändern
show_rules = Das Passwort braucht:
rule_lower = einen Kleinbuchstaben
rule_upper = einen Großbuchstaben
rule_number = eine Ziffer
rule_symbol = ein Sonderzeichen
rule_met = Erfüllt:
rule_unmet = Noch nicht erfüllt:
rule_length = { $length ->
    [one] mindestens { $length } Zeichen
   *[other] mindestens { $length } Zeichen
}
classic_rule = Das Passwort braucht
passwords_differ = Die Passwörter stimmen nicht überein.

## Setting up a second factor
set_up_title = Zweiten Faktor einrichten
set_up_lead = Ihr Konto braucht einen zweiten Faktor. Wählen Sie, welchen Sie einrichten.
set_up_app_title = Authentifizierungs-App einrichten
set_up_app_lead = Scannen Sie den QR-Code mit Ihrer Authentifizierungs-App, und geben Sie dann den Code ein, den die App zeigt.
set_up_app_alt = Ein QR-Code mit dem geheimen Schlüssel
show_secret = Geheimen Schlüssel anzeigen
open_in_app = In einer App auf diesem Gerät öffnen
device_name = Name des Geräts (freiwillig)
set_up_email = Codes per E-Mail senden
set_up_app = Authentifizierungs-App verwenden

## Custom challenges
custom_title = Noch ein Schritt
answer = Antwort

## Sign-up
sign_up = Registrieren
sign_up_title = { sign_up }
sign_up_lead = Legen Sie ein neues Konto an
have_account = Sie haben schon ein Konto?
password_optional = Passwort (freiwillig)
terms = Mit der Registrierung stimmen Sie unseren Dokumenten zu: { $terms } und { $privacy }.
terms_of_use = Nutzungsbedingungen
privacy_policy = Datenschutzerklärung
sign_up_closed = Hier kann sich niemand selbst registrieren. Bitten Sie die Verwaltung um ein Konto.

## Confirmation
confirm_title = Konto bestätigen
confirm_button = Konto bestätigen
confirm_lead = Geben Sie den Code ein, den Sie bei der Registrierung bekommen haben, oder fordern Sie einen neuen an.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Keinen Code erhalten?
resend = Neuen Code senden
resend_wait = In { $time } können Sie einen neuen Code anfordern.
code_sent_again = Ein neuer Code ist unterwegs.
confirmed_sign_in = Ihr Konto ist bestätigt. Sie können sich jetzt anmelden.
administrator_confirms = Ihr Konto ist angelegt. Bevor Sie sich anmelden können, muss die Verwaltung es bestätigen.

## Forgotten passwords
forgot_title = Passwort vergessen?
forgot_lead = Geben Sie an, womit Sie sich anmelden. Wir senden Ihnen dann einen Code zum Zurücksetzen.
forgot_button = Passwort zurücksetzen
reset_title = Passwort zurücksetzen
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Ihr Passwort muss zurückgesetzt werden, bevor Sie sich anmelden können.
password_changed = Ihr Passwort ist geändert. Sie können sich jetzt damit anmelden.
recovery_closed = Passwörter können hier nicht zurückgesetzt werden. Bitten Sie die Verwaltung um ein neues.

## What goes wrong
wrong_credentials = Benutzername oder Passwort ist falsch.
missing_answer = Bitte füllen Sie alle Felder aus.
too_many_requests = Zu viele Versuche. Bitte warten Sie einen Moment, und versuchen Sie es dann noch einmal.
journey_ended = Diese Anmeldung ist beendet oder hat zu lange gedauert. Bitte beginnen Sie von vorn.
known_password = Dieses Passwort steht auf Listen gestohlener Passwörter. Wählen Sie ein anderes.
username_exists = Ein Konto mit diesem Namen gibt es schon. Melden Sie sich an, oder wählen Sie einen anderen Namen.
password_refused = Das Passwort erfüllt nicht alle Regeln. Wählen Sie ein anderes.
expired_code = Dieser Code wurde schon benutzt oder ist abgelaufen. Fordern Sie einen neuen an.
not_accepted = Das wurde nicht angenommen. Prüfen Sie Ihre Angaben, und versuchen Sie es noch einmal.
error_title = Etwas ist schiefgegangen
error_lead = Die aufgerufene Seite kann so nicht angezeigt werden.
broken = Das hat der Server nicht geschafft. Bitte versuchen Sie es gleich noch einmal.
pages_unavailable = Die Anmeldeseiten sind nicht verfügbar. Bitte wenden Sie sich an die Verwaltung.
option_unavailable = Dieser Weg der Anmeldung ist nicht verfügbar. Bitte wählen Sie einen anderen.
missing_parameter_classic = In der Adresse fehlt die Angabe { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Die App will zu einer Adresse zurückkehren, für die sie nicht registriert ist.
reason_unauthorized_client = Die App darf Benutzer nicht auf diese Weise anmelden.
reason_unknown_client = Diese App ist hier nicht bekannt.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Die Anmeldung wurde nicht in diesem Browser begonnen, oder sie hat zu lange gedauert.
reason_logout_uri = Die App will nach dem Abmelden zu einer Adresse, für die sie nicht registriert ist.

## Links in mails
link_confirmed = Ihre Registrierung ist bestätigt!
link_confirmed_text = Sie können diese Seite schließen und sich anmelden.
link_back = { continue }
link_incomplete = Dieser Link ist unvollständig
link_incomplete_text = Öffnen Sie ihn noch einmal aus der E-Mail, oder kopieren Sie ihn ganz.
link_used = Dieser Link funktioniert nicht mehr
link_used_text = Er wurde schon benutzt, ist abgelaufen, oder es wurde ein neuerer gesendet. Fordern Sie dort einen neuen an, wo Sie sich registriert haben.

## Attributes
attribute_address = Adresse
attribute_birthdate = Geburtsdatum
attribute_email = E-Mail-Adresse
attribute_family_name = Nachname
attribute_gender = Geschlecht
attribute_given_name = Vorname
attribute_locale = Sprache und Region
attribute_middle_name = Zweiter Vorname
attribute_name = Name
attribute_nickname = Spitzname
attribute_phone_number = Telefonnummer
attribute_picture = Bild
attribute_preferred_username = Bevorzugter Benutzername
attribute_profile = Profil
attribute_updated_at = Geändert am
attribute_website = Website
attribute_zoneinfo = Zeitzone

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Ihr Bestätigungscode
mail_code_text = Ihr Bestätigungscode ist { $code }
mail_link_subject = Ihr Bestätigungslink
mail_link_text = Bitte bestätigen Sie Ihre E-Mail-Adresse mit diesem Link. { $link }
mail_link_button = E-Mail-Adresse bestätigen
mail_invitation_subject = Ihr vorläufiges Passwort
mail_invitation_text = Ihr Benutzername ist { $username }, Ihr vorläufiges Passwort ist { $code }
mail_sign_in_subject = Ihr Anmeldecode
mail_sign_in_text = Ihr Anmeldecode ist { $code }
mail_note = Wenn Sie das nicht angefordert haben, können Sie diese Nachricht ignorieren. Geben Sie den Code niemandem weiter.

## Devices without a browser
device_title = An einem Gerät anmelden
device_lead = Geben Sie den Code ein, den Ihr Gerät anzeigt.
device_code = Gerätecode
device_unknown_code = Kein Gerät wartet mit diesem Code. Vielleicht ist er abgelaufen: Lassen Sie das Gerät einen neuen anzeigen.
device_confirm_title = Ist das Ihr Gerät?
device_confirm_lead = { $app } möchte sich an einem Gerät anmelden, das diesen Code anzeigt:
device_account = Es würde als { $name } angemeldet.
device_warning = Fahren Sie nur fort, wenn Sie dieses Gerät vor sich haben und die Anmeldung dort selbst begonnen haben.
device_allow = Ja, anmelden
device_refuse = Nein, das ist nicht mein Gerät
device_done = Ihr Gerät ist angemeldet
device_done_text = Sie können diese Seite schließen und an Ihrem Gerät weitermachen.
device_refused = Das Gerät wurde abgelehnt
device_refused_text = Es kommt nicht in Ihr Konto. Sie können diese Seite schließen.

## Providers found by the domain of an address
corporate_address = Mit Ihrer Firmenadresse anmelden
unknown_domain = Für diese Domain ist keine Anmeldung eingerichtet
