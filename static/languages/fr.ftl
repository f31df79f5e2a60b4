### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Français
language = Langue
title_error = Erreur : { $title }
show_password = Afficher le mot de passe
hide_password = Masquer le mot de passe
copy = Copier
copied = Copié

## Sign-in
title_sign_in = { sign_in }
sign_in = Se connecter
next = Suivant
continue = Continuer
back_to_sign_in = Retour à la connexion
name_username = Nom d’utilisateur
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Adresse e-mail ou numéro de téléphone
password = Mot de passe
sign_in_with_username = Connectez-vous avec votre nom d’utilisateur et votre mot de passe
sign_in_with_email = Connectez-vous avec votre adresse e-mail et votre mot de passe
sign_in_with_phone_number = Connectez-vous avec votre numéro de téléphone et votre mot de passe
sign_in_with_email_or_phone_number = Connectez-vous avec votre adresse e-mail ou votre numéro de téléphone et votre mot de passe
forgot_link = Mot de passe oublié ?
need_account = Pas encore de compte ?
go_on_as = Continuer en tant que { $name }
asked_by = Un programme qui se présente comme { $name }, à l’adresse { $host }, vous demande de vous connecter. Personne ne l’a vérifié : continuez seulement si vous le connaissez.
or = ou
continue_with = Continuer avec { $provider }
social_lead = Connectez-vous avec un compte d’un autre service
corporate_lead = Connectez-vous avec votre compte professionnel
social_note = Nous ne publierons rien sur vos comptes sans vous le demander
noscript_passkey = Cette étape nécessite JavaScript. Activez-le, ou revenez en arrière et choisissez une autre façon de vous connecter.

## Choosing how to go on
choose_first = Choisissez comment vous connecter
choose_mfa = Choisissez un second facteur
choose_password = { password }
choose_passkey = Clé d’accès
choose_email = Code par e-mail
choose_sms = Code par SMS
choose_app = Application d’authentification
choose_other = Autre méthode
another_way = Essayer une autre méthode

## Codes
code = Code
code_title = Saisissez votre code
code_sent_by_email = Nous avons envoyé un code par e-mail à { $destination }. Saisissez-le ci-dessous.
code_sent_by_sms = Nous avons envoyé un code par SMS au { $destination }. Saisissez-le ci-dessous.
enter_app_code = Saisissez le code de votre application d’authentification.
backup_hint = Vous pouvez saisir l’un de vos codes de secours à la place.
missing_code = Saisissez le code.
wrong_code = Le code est incorrect. Veuillez réessayer.

## Passkeys
passkey_title = Se connecter avec une clé d’accès
passkey_lead = Votre appareil vous demandera votre empreinte, votre visage ou le code de verrouillage de l’écran.
passkey_use = Utiliser la clé d’accès
passkey_failed = La clé d’accès n’a pas fonctionné. Réessayez, ou connectez-vous autrement.
passkey_add_title = { passkey_add }
passkey_add_lead = Avec une clé d’accès, vous vous connectez en tant que { $name } par empreinte, visage ou verrouillage de l’écran, sans mot de passe.
passkey_add = Ajouter une clé d’accès
passkey_not_now = Pas maintenant

## New passwords
new_password_title = { change_password }
new_password_lead = Choisissez un nouveau mot de passe pour votre compte.
new_password = Nouveau mot de passe
repeat_password = Répétez le mot de passe
confirm_password = { repeat_password }
change_password = Changer le mot de passe
show_rules = Votre mot de passe doit contenir :
rule_lower = une lettre minuscule
rule_upper = une lettre majuscule
rule_number = un chiffre
rule_symbol = un caractère spécial
rule_met = Rempli :
rule_unmet = Pas encore rempli :
rule_length = { $length ->
    [one] au moins { $length } caractère
   *[other] au moins { $length } caractères
}
classic_rule = Le mot de passe doit contenir
passwords_differ = Les mots de passe ne sont pas identiques.

## Setting up a second factor
set_up_title = Configurer un second facteur
set_up_lead = Votre compte a besoin d’un second facteur. Choisissez celui à configurer.
set_up_app_title = Configurer une application d’authentification
set_up_app_lead = Scannez le code avec votre application d’authentification, puis saisissez le code qu’elle affiche.
set_up_app_alt = Un code QR avec la clé secrète
show_secret = Afficher la clé secrète
open_in_app = Ouvrir dans une application de cet appareil
device_name = Nom de l’appareil (facultatif)
set_up_email = M’envoyer des codes par e-mail
set_up_app = Utiliser une application d’authentification

## Custom challenges
custom_title = Encore une étape
answer = Réponse

## Sign-up
sign_up = S’inscrire
sign_up_title = { sign_up }
sign_up_lead = Créez un nouveau compte
have_account = Vous avez déjà un compte ?
password_optional = Mot de passe (facultatif)
terms = En vous inscrivant, vous acceptez nos { $terms } et notre { $privacy }.
terms_of_use = Conditions d’utilisation
privacy_policy = Politique de confidentialité
sign_up_closed = Les inscriptions ne sont pas ouvertes ici. Demandez un compte à l’administrateur.

## Confirmation
confirm_title = Confirmez votre compte
confirm_button = Confirmer le compte
confirm_lead = Saisissez le code reçu lors de votre inscription, ou demandez-en un nouveau.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Vous n’avez pas reçu de code ?
resend = Renvoyer un code
resend_wait = Vous pourrez demander un nouveau code dans { $time }.
code_sent_again = Un nouveau code est en route.
confirmed_sign_in = Votre compte est confirmé. Vous pouvez maintenant vous connecter.
administrator_confirms = Votre compte est créé. Un administrateur doit le confirmer avant que vous puissiez vous connecter.

## Forgotten passwords
forgot_title = Mot de passe oublié ?
forgot_lead = Indiquez l’identifiant avec lequel vous vous connectez, et nous vous enverrons un code pour changer votre mot de passe.
forgot_button = Réinitialiser mon mot de passe
reset_title = Réinitialisez votre mot de passe
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Votre mot de passe doit être réinitialisé avant que vous puissiez vous connecter.
password_changed = Votre mot de passe a été changé. Vous pouvez maintenant l’utiliser pour vous connecter.
recovery_closed = Les mots de passe ne peuvent pas être réinitialisés ici. Demandez-en un nouveau à l’administrateur.

## What goes wrong
wrong_credentials = Nom d’utilisateur ou mot de passe incorrect.
missing_answer = Veuillez remplir tous les champs.
too_many_requests = Trop de tentatives. Attendez un moment, puis réessayez.
journey_ended = Cette connexion est terminée ou a pris trop de temps. Veuillez recommencer.
known_password = Ce mot de passe figure dans des listes volées connues. Choisissez-en un autre.
username_exists = Un compte existe déjà à ce nom. Connectez-vous, ou choisissez un autre nom.
password_refused = Le mot de passe ne respecte pas toutes les règles. Choisissez-en un autre.
expired_code = Ce code a déjà servi ou a expiré. Demandez-en un nouveau.
not_accepted = Cela n’a pas été accepté. Vérifiez votre saisie, puis réessayez.
error_title = Un problème est survenu
error_lead = La page demandée a rencontré une erreur.
broken = Le serveur n’a pas pu le faire. Réessayez dans un instant.
pages_unavailable = Les pages de connexion ne sont pas disponibles. Contactez un administrateur.
option_unavailable = Cette option de connexion n’est pas disponible. Essayez-en une autre.
missing_parameter_classic = Le paramètre { $name } manque dans l’adresse.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = L’application a demandé à revenir à une adresse pour laquelle elle n’est pas enregistrée.
reason_unauthorized_client = L’application n’a pas le droit de connecter des personnes de cette façon.
reason_unknown_client = Cette application n’est pas connue ici.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = La connexion n’a pas commencé dans ce navigateur, ou elle a pris trop de temps.
reason_logout_uri = L’application a demandé à aller, après la déconnexion, à une adresse pour laquelle elle n’est pas enregistrée.

## Links in mails
link_confirmed = Votre inscription est confirmée !
link_confirmed_text = Vous pouvez fermer cette page et vous connecter.
link_back = { continue }
link_incomplete = Ce lien est incomplet
link_incomplete_text = Ouvrez-le à nouveau depuis l’e-mail, ou copiez-le en entier.
link_used = Ce lien ne fonctionne plus
link_used_text = Il a déjà été utilisé, il a expiré, ou un plus récent a été envoyé. Demandez-en un nouveau là où vous vous êtes inscrit.

## Attributes
attribute_address = Adresse
attribute_birthdate = Date de naissance
attribute_email = Adresse e-mail
attribute_family_name = Nom de famille
attribute_gender = Genre
attribute_given_name = Prénom
attribute_locale = Langue et région
attribute_middle_name = Deuxième prénom
attribute_name = Nom
attribute_nickname = Surnom
attribute_phone_number = Numéro de téléphone
attribute_picture = Photo
attribute_preferred_username = Nom d’utilisateur préféré
attribute_profile = Profil
attribute_updated_at = Mis à jour le
attribute_website = Site web
attribute_zoneinfo = Fuseau horaire

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Votre code de vérification
mail_code_text = Votre code de vérification est { $code }
mail_link_subject = Votre lien de vérification
mail_link_text = Cliquez sur le lien ci-dessous pour vérifier votre adresse e-mail. { $link }
mail_link_button = Vérifier l’adresse e-mail
mail_invitation_subject = Votre mot de passe temporaire
mail_invitation_text = Votre nom d’utilisateur est { $username } et votre mot de passe temporaire est { $code }
mail_sign_in_subject = Votre code de connexion
mail_sign_in_text = Votre code de connexion est { $code }
mail_note = Si vous n’avez rien demandé, ignorez ce message. Ne donnez le code à personne.

## Devices without a browser
device_title = Se connecter sur un appareil
device_lead = Saisissez le code affiché par votre appareil.
device_code = Code de l’appareil
device_unknown_code = Aucun appareil n’attend avec ce code. Il a peut-être expiré : faites-en afficher un nouveau par l’appareil.
device_confirm_title = Est-ce votre appareil ?
device_confirm_lead = { $app } demande à se connecter sur un appareil qui affiche ce code :
device_account = Il serait connecté en tant que { $name }.
device_warning = Ne continuez que si cet appareil est devant vous et que vous y avez vous-même commencé la connexion.
device_allow = Oui, se connecter
device_refuse = Non, ce n’est pas mon appareil
device_done = Votre appareil est connecté
device_done_text = Vous pouvez fermer cette page et continuer sur votre appareil.
device_refused = L’appareil a été refusé
device_refused_text = Il n’accède pas à votre compte. Vous pouvez fermer cette page.

## Providers found by the domain of an address
corporate_address = Se connecter avec votre adresse professionnelle
unknown_domain = Aucune connexion n’est configurée pour ce domaine
