### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Nederlands
language = Taal
title_error = Fout: { $title }
show_password = Wachtwoord tonen
hide_password = Wachtwoord verbergen
copy = Kopiëren
copied = Gekopieerd

## Sign-in
title_sign_in = { sign_in }
sign_in = Inloggen
next = Volgende
continue = Doorgaan
back_to_sign_in = Terug naar inloggen
name_username = Gebruikersnaam
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = E-mailadres of telefoonnummer
password = Wachtwoord
sign_in_with_username = Log in met je gebruikersnaam en wachtwoord
sign_in_with_email = Log in met je e-mailadres en wachtwoord
sign_in_with_phone_number = Log in met je telefoonnummer en wachtwoord
sign_in_with_email_or_phone_number = Log in met je e-mailadres of telefoonnummer en wachtwoord
forgot_link = Wachtwoord vergeten?
need_account = Nog geen account?
go_on_as = Doorgaan als { $name }
asked_by = Een programma dat zich { $name } noemt, op { $host }, vraagt je om in te loggen. Niemand heeft het gecontroleerd: ga alleen door als je het kent.
or = of
continue_with = Doorgaan met { $provider }
social_lead = Log in met een account van een andere dienst
corporate_lead = Log in met je bedrijfsaccount
social_note = We plaatsen niets op je accounts zonder het eerst te vragen
noscript_passkey = Voor deze stap is JavaScript nodig. Zet het aan, of ga terug en kies een andere manier om in te loggen.

## Choosing how to go on
choose_first = Kies hoe je inlogt
choose_mfa = Kies een tweede factor
choose_password = { password }
choose_passkey = Passkey
choose_email = Code per e-mail
choose_sms = Code per sms
choose_app = Authenticator-app
choose_other = Een andere manier
another_way = Andere manier proberen

## Codes
code = Code
code_title = Voer je code in
code_sent_by_email = We hebben een code per e-mail gestuurd naar { $destination }. Voer die hieronder in.
code_sent_by_sms = We hebben een code per sms gestuurd naar { $destination }. Voer die hieronder in.
enter_app_code = Voer de code van je authenticator-app in.
backup_hint = Je kunt ook een van je back-upcodes invoeren.
missing_code = Voer de code in.
wrong_code = De code klopt niet. Probeer het opnieuw.

## Passkeys
passkey_title = Inloggen met een passkey
passkey_lead = Je apparaat vraagt om je vingerafdruk, gezicht of schermvergrendeling.
passkey_use = Passkey gebruiken
passkey_failed = De passkey werkte niet. Probeer het opnieuw of log op een andere manier in.
passkey_add_title = { passkey_add }
passkey_add_lead = Met een passkey log je in als { $name } met je vingerafdruk, gezicht of schermvergrendeling, zonder wachtwoord.
passkey_add = Passkey toevoegen
passkey_not_now = Niet nu

## New passwords
new_password_title = { change_password }
new_password_lead = Kies een nieuw wachtwoord voor je account.
new_password = Nieuw wachtwoord
repeat_password = Herhaal het wachtwoord
confirm_password = { repeat_password }
change_password = Wachtwoord wijzigen
show_rules = Je wachtwoord heeft nodig:
rule_lower = een kleine letter
rule_upper = een hoofdletter
rule_number = een cijfer
rule_symbol = een speciaal teken
rule_met = Voldaan:
rule_unmet = Nog niet voldaan:
rule_length = { $length ->
    [one] minstens { $length } teken
   *[other] minstens { $length } tekens
}
classic_rule = Het wachtwoord heeft nodig:
passwords_differ = De wachtwoorden zijn niet hetzelfde.

## Setting up a second factor
set_up_title = Stel een tweede factor in
set_up_lead = Je account heeft een tweede factor nodig. Kies welke je instelt.
set_up_app_title = Stel een authenticator-app in
set_up_app_lead = Scan de code met je authenticator-app en voer daarna de code in die de app toont.
set_up_app_alt = Een QR-code met de geheime sleutel
show_secret = Geheime sleutel tonen
open_in_app = Openen in een app op dit apparaat
device_name = Naam van het apparaat (optioneel)
set_up_email = Stuur me codes per e-mail
set_up_app = Authenticator-app gebruiken

## Custom challenges
custom_title = Nog één stap
answer = Antwoord

## Sign-up
sign_up = Registreren
sign_up_title = { sign_up }
sign_up_lead = Maak een nieuw account
have_account = Heb je al een account?
password_optional = Wachtwoord (optioneel)
terms = Door je te registreren ga je akkoord met onze { $terms } en ons { $privacy }.
terms_of_use = Gebruiksvoorwaarden
privacy_policy = Privacybeleid
sign_up_closed = Registreren kan hier niet. Vraag de beheerder om een account.

## Confirmation
confirm_title = Bevestig je account
confirm_button = Account bevestigen
confirm_lead = Voer de code in die je bij het registreren kreeg, of vraag een nieuwe aan.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Geen code ontvangen?
resend = Opnieuw sturen
resend_wait = Over { $time } kun je een nieuwe code aanvragen.
code_sent_again = Er is een nieuwe code onderweg.
confirmed_sign_in = Je account is bevestigd. Je kunt nu inloggen.
administrator_confirms = Je account is gemaakt. Een beheerder moet het bevestigen voordat je kunt inloggen.

## Forgotten passwords
forgot_title = Wachtwoord vergeten?
forgot_lead = Vul in waarmee je inlogt, dan sturen we je een code om je wachtwoord te wijzigen.
forgot_button = Mijn wachtwoord opnieuw instellen
reset_title = Stel je wachtwoord opnieuw in
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Je moet je wachtwoord opnieuw instellen voordat je kunt inloggen.
password_changed = Je wachtwoord is gewijzigd. Je kunt er nu mee inloggen.
recovery_closed = Wachtwoorden kunnen hier niet opnieuw worden ingesteld. Vraag de beheerder om een nieuw wachtwoord.

## What goes wrong
wrong_credentials = Gebruikersnaam of wachtwoord klopt niet.
missing_answer = Vul alle velden in.
too_many_requests = Te veel pogingen. Wacht even en probeer het opnieuw.
journey_ended = Deze inlogpoging is afgelopen of duurde te lang. Begin opnieuw.
known_password = Dit wachtwoord staat op gestolen lijsten. Kies een ander.
username_exists = Er is al een account met deze naam. Log in of kies een andere naam.
password_refused = Het wachtwoord voldoet niet aan alle regels. Kies een ander.
expired_code = Deze code is al gebruikt of verlopen. Vraag een nieuwe aan.
not_accepted = Dit is niet geaccepteerd. Controleer wat je hebt ingevuld en probeer het opnieuw.
error_title = Er ging iets mis
error_lead = Er is een fout opgetreden met de gevraagde pagina.
broken = De server kon dit niet doen. Probeer het zo opnieuw.
pages_unavailable = De inlogpagina’s zijn niet beschikbaar. Neem contact op met een beheerder.
option_unavailable = Deze manier van inloggen is niet beschikbaar. Probeer een andere.
missing_parameter_classic = De parameter { $name } ontbreekt in het adres.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = De app wil terug naar een adres waarmee deze niet is geregistreerd.
reason_unauthorized_client = De app mag mensen niet op deze manier laten inloggen.
reason_unknown_client = Deze app is hier niet bekend.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Het inloggen is niet in deze browser begonnen of duurde te lang.
reason_logout_uri = De app wil na het uitloggen naar een adres waarmee deze niet is geregistreerd.

## Links in mails
link_confirmed = Je registratie is bevestigd!
link_confirmed_text = Je kunt deze pagina sluiten en inloggen.
link_back = { continue }
link_incomplete = Deze link is onvolledig
link_incomplete_text = Open hem nog eens vanuit de e-mail, of kopieer hem helemaal.
link_used = Deze link werkt niet meer
link_used_text = Hij is al gebruikt, verlopen, of er is een nieuwere gestuurd. Vraag een nieuwe aan waar je je hebt geregistreerd.

## Attributes
attribute_address = Adres
attribute_birthdate = Geboortedatum
attribute_email = E-mailadres
attribute_family_name = Achternaam
attribute_gender = Geslacht
attribute_given_name = Voornaam
attribute_locale = Taal en regio
attribute_middle_name = Tweede voornaam
attribute_name = Naam
attribute_nickname = Bijnaam
attribute_phone_number = Telefoonnummer
attribute_picture = Foto
attribute_preferred_username = Gewenste gebruikersnaam
attribute_profile = Profiel
attribute_updated_at = Bijgewerkt op
attribute_website = Website
attribute_zoneinfo = Tijdzone

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Je verificatiecode
mail_code_text = Je verificatiecode is { $code }
mail_link_subject = Je verificatielink
mail_link_text = Klik op de link hieronder om je e-mailadres te bevestigen. { $link }
mail_link_button = E-mailadres bevestigen
mail_invitation_subject = Je tijdelijke wachtwoord
mail_invitation_text = Je gebruikersnaam is { $username } en je tijdelijke wachtwoord is { $code }
mail_sign_in_subject = Je inlogcode
mail_sign_in_text = Je inlogcode is { $code }
mail_note = Heb je dit niet aangevraagd, dan kun je dit bericht negeren. Geef de code aan niemand.

## Devices without a browser
device_title = Aanmelden op een apparaat
device_lead = Voer de code in die je apparaat toont.
device_code = Apparaatcode
device_unknown_code = Er wacht geen apparaat met deze code. Misschien is hij verlopen: laat het apparaat een nieuwe tonen.
device_confirm_title = Is dit jouw apparaat?
device_confirm_lead = { $app } vraagt om aan te melden op een apparaat dat deze code toont:
device_account = Het wordt aangemeld als { $name }.
device_warning = Ga alleen verder als je dit apparaat voor je hebt en daar zelf met aanmelden bent begonnen.
device_allow = Ja, aanmelden
device_refuse = Nee, dit is niet mijn apparaat
device_done = Je apparaat is aangemeld
device_done_text = Je kunt deze pagina sluiten en verdergaan op je apparaat.
device_refused = Het apparaat is geweigerd
device_refused_text = Het krijgt geen toegang tot je account. Je kunt deze pagina sluiten.

## Providers found by the domain of an address
corporate_address = Meld je aan met je zakelijke adres
unknown_domain = Voor dit domein is geen aanmelding ingesteld
