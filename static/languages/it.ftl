### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Italiano
language = Lingua
title_error = Errore: { $title }
show_password = Mostra la password
hide_password = Nascondi la password
copy = Copia
copied = Copiato

## Sign-in
title_sign_in = { sign_in }
sign_in = Accedi
next = Avanti
continue = Continua
back_to_sign_in = Torna all’accesso
name_username = Nome utente
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Email o numero di telefono
password = Password
sign_in_with_username = Accedi con nome utente e password
sign_in_with_email = Accedi con email e password
sign_in_with_phone_number = Accedi con numero di telefono e password
sign_in_with_email_or_phone_number = Accedi con email o numero di telefono e password
forgot_link = Hai dimenticato la password?
need_account = Non hai un account?
go_on_as = Continua come { $name }
asked_by = Un programma che si presenta come { $name }, su { $host }, ti chiede di accedere. Nessuno lo ha verificato: continua solo se lo conosci.
or = oppure
continue_with = Continua con { $provider }
social_lead = Accedi con un account di un altro servizio
corporate_lead = Accedi con l’account aziendale
social_note = Non pubblicheremo nulla sui tuoi account senza chiedertelo prima
noscript_passkey = Questo passaggio richiede JavaScript. Attivalo, oppure torna indietro e scegli un altro modo per accedere.

## Choosing how to go on
choose_first = Scegli come accedere
choose_mfa = Scegli un secondo fattore
choose_password = { password }
choose_passkey = Passkey
choose_email = Codice via email
choose_sms = Codice via SMS
choose_app = App di autenticazione
choose_other = Un altro modo
another_way = Prova un altro modo

## Codes
code = Codice
code_title = Inserisci il codice
code_sent_by_email = Abbiamo inviato un codice via email a { $destination }. Inseriscilo qui sotto.
code_sent_by_sms = Abbiamo inviato un codice via SMS a { $destination }. Inseriscilo qui sotto.
enter_app_code = Inserisci il codice della tua app di autenticazione.
backup_hint = In alternativa puoi inserire uno dei tuoi codici di riserva.
missing_code = Inserisci il codice.
wrong_code = Il codice è sbagliato. Riprova.

## Passkeys
passkey_title = Accedi con una passkey
passkey_lead = Il dispositivo ti chiederà l’impronta, il volto o il blocco dello schermo.
passkey_use = Usa la passkey
passkey_failed = La passkey non ha funzionato. Riprova, oppure accedi in un altro modo.
passkey_add_title = { passkey_add }
passkey_add_lead = Con una passkey accedi come { $name } con l’impronta, il volto o il blocco dello schermo, senza password.
passkey_add = Aggiungi una passkey
passkey_not_now = Non ora

## New passwords
new_password_title = { change_password }
new_password_lead = Scegli una nuova password per il tuo account.
new_password = Nuova password
repeat_password = Ripeti la password
confirm_password = { repeat_password }
change_password = Cambia password
show_rules = La password deve contenere:
rule_lower = una lettera minuscola
rule_upper = una lettera maiuscola
rule_number = un numero
rule_symbol = un carattere speciale
rule_met = Soddisfatto:
rule_unmet = Non ancora:
rule_length = { $length ->
    [one] almeno { $length } carattere
   *[other] almeno { $length } caratteri
}
classic_rule = La password deve contenere
passwords_differ = Le password non coincidono.

## Setting up a second factor
set_up_title = Configura un secondo fattore
set_up_lead = Il tuo account richiede un secondo fattore. Scegli quale configurare.
set_up_app_title = Configura un’app di autenticazione
set_up_app_lead = Scansiona il codice con la tua app di autenticazione, poi inserisci il codice che l’app mostra.
set_up_app_alt = Un codice QR con la chiave segreta
show_secret = Mostra la chiave segreta
open_in_app = Apri in un’app su questo dispositivo
device_name = Nome del dispositivo (facoltativo)
set_up_email = Inviami i codici via email
set_up_app = Usa un’app di autenticazione

## Custom challenges
custom_title = Ancora un passaggio
answer = Risposta

## Sign-up
sign_up = Registrati
sign_up_title = { sign_up }
sign_up_lead = Crea un nuovo account
have_account = Hai già un account?
password_optional = Password (facoltativa)
terms = Registrandoti accetti i nostri { $terms } e la nostra { $privacy }.
terms_of_use = Termini di utilizzo
privacy_policy = Informativa sulla privacy
sign_up_closed = Qui la registrazione non è aperta. Chiedi un account all’amministratore.

## Confirmation
confirm_title = Conferma il tuo account
confirm_button = Conferma account
confirm_lead = Inserisci il codice ricevuto alla registrazione, oppure chiedine uno nuovo.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Non hai ricevuto il codice?
resend = Invialo di nuovo
resend_wait = Potrai chiedere un nuovo codice tra { $time }.
code_sent_again = Un nuovo codice è in arrivo.
confirmed_sign_in = Il tuo account è confermato. Ora puoi accedere.
administrator_confirms = Il tuo account è stato creato. Un amministratore deve confermarlo prima che tu possa accedere.

## Forgotten passwords
forgot_title = Hai dimenticato la password?
forgot_lead = Indica con che cosa accedi e ti invieremo un codice per cambiare la password.
forgot_button = Reimposta la password
reset_title = Reimposta la tua password
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Devi reimpostare la password prima di poter accedere.
password_changed = La tua password è stata cambiata. Ora puoi usarla per accedere.
recovery_closed = Qui non è possibile reimpostare le password. Chiedine una nuova all’amministratore.

## What goes wrong
wrong_credentials = Nome utente o password errati.
missing_answer = Compila tutti i campi.
too_many_requests = Troppi tentativi. Attendi un momento e riprova.
journey_ended = Questo accesso è terminato o ha richiesto troppo tempo. Ricomincia.
known_password = Questa password compare in elenchi rubati. Scegline un’altra.
username_exists = Esiste già un account con questo nome. Accedi, oppure scegli un altro nome.
password_refused = La password non rispetta tutte le regole. Scegline un’altra.
expired_code = Questo codice è già stato usato o è scaduto. Chiedine uno nuovo.
not_accepted = La richiesta non è stata accettata. Controlla i dati e riprova.
error_title = Qualcosa è andato storto
error_lead = Si è verificato un errore con la pagina richiesta.
broken = Il server non è riuscito a farlo. Riprova tra un momento.
pages_unavailable = Le pagine di accesso non sono disponibili. Contatta un amministratore.
option_unavailable = Questa opzione di accesso non è disponibile. Provane un’altra.
missing_parameter_classic = Nell’indirizzo manca il parametro { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = L’app ha chiesto di tornare a un indirizzo con cui non è registrata.
reason_unauthorized_client = L’app non può far accedere le persone in questo modo.
reason_unknown_client = Questa app non è conosciuta qui.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = L’accesso non è iniziato in questo browser, o ha richiesto troppo tempo.
reason_logout_uri = L’app ha chiesto di andare, dopo l’uscita, a un indirizzo con cui non è registrata.

## Links in mails
link_confirmed = La tua registrazione è confermata!
link_confirmed_text = Puoi chiudere questa pagina e accedere.
link_back = { continue }
link_incomplete = Questo link è incompleto
link_incomplete_text = Aprilo di nuovo dall’email, oppure copialo per intero.
link_used = Questo link non funziona più
link_used_text = È già stato usato, è scaduto, o ne è stato inviato uno più recente. Chiedine uno nuovo dove ti sei registrato.

## Attributes
attribute_address = Indirizzo
attribute_birthdate = Data di nascita
attribute_email = Email
attribute_family_name = Cognome
attribute_gender = Genere
attribute_given_name = Nome di battesimo
attribute_locale = Lingua e regione
attribute_middle_name = Secondo nome
attribute_name = Nome
attribute_nickname = Soprannome
attribute_phone_number = Numero di telefono
attribute_picture = Immagine
attribute_preferred_username = Nome utente preferito
attribute_profile = Profilo
attribute_updated_at = Aggiornato il
attribute_website = Sito web
attribute_zoneinfo = Fuso orario

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Il tuo codice di verifica
mail_code_text = Il tuo codice di verifica è { $code }
mail_link_subject = Il tuo link di verifica
mail_link_text = Fai clic sul link qui sotto per verificare il tuo indirizzo email. { $link }
mail_link_button = Verifica email
mail_invitation_subject = La tua password temporanea
mail_invitation_text = Il tuo nome utente è { $username } e la tua password temporanea è { $code }
mail_sign_in_subject = Il tuo codice di accesso
mail_sign_in_text = Il tuo codice di accesso è { $code }
mail_note = Se non l’hai chiesto tu, puoi ignorare questo messaggio. Non dare il codice a nessuno.

## Devices without a browser
device_title = Accedi su un dispositivo
device_lead = Inserisci il codice mostrato dal tuo dispositivo.
device_code = Codice del dispositivo
device_unknown_code = Nessun dispositivo è in attesa con questo codice. Potrebbe essere scaduto: fai mostrare al dispositivo un nuovo codice.
device_confirm_title = È il tuo dispositivo?
device_confirm_lead = { $app } chiede di accedere su un dispositivo che mostra questo codice:
device_account = Accederebbe come { $name }.
device_warning = Continua solo se hai questo dispositivo davanti a te e hai iniziato tu stesso l’accesso.
device_allow = Sì, accedi
device_refuse = No, non è il mio dispositivo
device_done = Il tuo dispositivo ha effettuato l’accesso
device_done_text = Puoi chiudere questa pagina e continuare sul dispositivo.
device_refused = Il dispositivo è stato rifiutato
device_refused_text = Non entra nel tuo account. Puoi chiudere questa pagina.

## Providers found by the domain of an address
corporate_address = Accedi con il tuo indirizzo aziendale
unknown_domain = Nessun accesso è configurato per questo dominio
