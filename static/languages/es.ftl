### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Español
language = Idioma
title_error = Error: { $title }
show_password = Mostrar la contraseña
hide_password = Ocultar la contraseña
copy = Copiar
copied = Copiado

## Sign-in
title_sign_in = { sign_in }
sign_in = Iniciar sesión
next = Siguiente
continue = Continuar
back_to_sign_in = Volver al inicio de sesión
name_username = Nombre de usuario
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Correo electrónico o número de teléfono
password = Contraseña
sign_in_with_username = Inicia sesión con tu nombre de usuario y contraseña
sign_in_with_email = Inicia sesión con tu correo electrónico y contraseña
sign_in_with_phone_number = Inicia sesión con tu número de teléfono y contraseña
sign_in_with_email_or_phone_number = Inicia sesión con tu correo electrónico o número de teléfono y contraseña
forgot_link = ¿Has olvidado tu contraseña?
need_account = ¿No tienes cuenta?
go_on_as = Continuar como { $name }
asked_by = Un programa que dice llamarse { $name }, en { $host }, te pide que inicies sesión. Nadie lo ha comprobado: continúa solo si lo conoces.
or = o
continue_with = Continuar con { $provider }
social_lead = Inicia sesión con una cuenta de otro servicio
corporate_lead = Inicia sesión con tu cuenta de empresa
social_note = No publicaremos nada en tus cuentas sin preguntarte antes
noscript_passkey = Este paso necesita JavaScript. Actívalo, o vuelve atrás y elige otra forma de iniciar sesión.

## Choosing how to go on
choose_first = Elige cómo iniciar sesión
choose_mfa = Elige un segundo factor
choose_password = { password }
choose_passkey = Llave de acceso
choose_email = Código por correo
choose_sms = Código por SMS
choose_app = Aplicación de autenticación
choose_other = Otra forma
another_way = Probar otra forma

## Codes
code = Código
code_title = Introduce tu código
code_sent_by_email = Hemos enviado un código por correo a { $destination }. Introdúcelo a continuación.
code_sent_by_sms = Hemos enviado un código por SMS a { $destination }. Introdúcelo a continuación.
enter_app_code = Introduce el código de tu aplicación de autenticación.
backup_hint = También puedes introducir uno de tus códigos de respaldo.
missing_code = Introduce el código.
wrong_code = El código no es correcto. Inténtalo de nuevo.

## Passkeys
passkey_title = Inicia sesión con una llave de acceso
passkey_lead = Tu dispositivo te pedirá la huella, la cara o el bloqueo de pantalla.
passkey_use = Usar la llave de acceso
passkey_failed = La llave de acceso no ha funcionado. Inténtalo de nuevo o inicia sesión de otra forma.
passkey_add_title = { passkey_add }
passkey_add_lead = Con una llave de acceso inicias sesión como { $name } con la huella, la cara o el bloqueo de pantalla, y sin contraseña.
passkey_add = Añadir llave de acceso
passkey_not_now = Ahora no

## New passwords
new_password_title = { change_password }
new_password_lead = Elige una contraseña nueva para tu cuenta.
new_password = Contraseña nueva
repeat_password = Repite la contraseña
confirm_password = { repeat_password }
change_password = Cambiar contraseña
show_rules = La contraseña debe tener:
rule_lower = una letra minúscula
rule_upper = una letra mayúscula
rule_number = un número
rule_symbol = un carácter especial
rule_met = Cumplido:
rule_unmet = Falta:
rule_length = { $length ->
    [one] al menos { $length } carácter
   *[other] al menos { $length } caracteres
}
classic_rule = La contraseña debe tener
passwords_differ = Las contraseñas no coinciden.

## Setting up a second factor
set_up_title = Configura un segundo factor
set_up_lead = Tu cuenta necesita un segundo factor. Elige cuál quieres configurar.
set_up_app_title = Configura una aplicación de autenticación
set_up_app_lead = Escanea el código con tu aplicación de autenticación y luego introduce el código que muestra.
set_up_app_alt = Un código QR con la clave secreta
show_secret = Mostrar la clave secreta
open_in_app = Abrir en una aplicación de este dispositivo
device_name = Nombre del dispositivo (opcional)
set_up_email = Enviarme códigos por correo
set_up_app = Usar una aplicación de autenticación

## Custom challenges
custom_title = Un paso más
answer = Respuesta

## Sign-up
sign_up = Registrarse
sign_up_title = { sign_up }
sign_up_lead = Crea una cuenta nueva
have_account = ¿Ya tienes cuenta?
password_optional = Contraseña (opcional)
terms = Al registrarte, aceptas nuestros { $terms } y nuestra { $privacy }.
terms_of_use = Términos de uso
privacy_policy = Política de privacidad
sign_up_closed = Aquí no está abierto el registro. Pide una cuenta al administrador.

## Confirmation
confirm_title = Confirma tu cuenta
confirm_button = Confirmar cuenta
confirm_lead = Introduce el código que recibiste al registrarte o pide uno nuevo.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = ¿No has recibido el código?
resend = Enviar otro
resend_wait = Podrás pedir un código nuevo dentro de { $time }.
code_sent_again = Un código nuevo está en camino.
confirmed_sign_in = Tu cuenta está confirmada. Ya puedes iniciar sesión.
administrator_confirms = Tu cuenta se ha creado. Un administrador debe confirmarla antes de que puedas iniciar sesión.

## Forgotten passwords
forgot_title = ¿Has olvidado tu contraseña?
forgot_lead = Escribe con qué inicias sesión y te enviaremos un código para cambiar la contraseña.
forgot_button = Restablecer mi contraseña
reset_title = Restablece tu contraseña
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Tienes que restablecer tu contraseña antes de iniciar sesión.
password_changed = Tu contraseña ha cambiado. Ya puedes iniciar sesión con ella.
recovery_closed = Aquí no se pueden restablecer contraseñas. Pide una nueva al administrador.

## What goes wrong
wrong_credentials = Nombre de usuario o contraseña incorrectos.
missing_answer = Rellena todos los campos.
too_many_requests = Demasiados intentos. Espera un momento e inténtalo de nuevo.
journey_ended = Este inicio de sesión ha terminado o ha tardado demasiado. Empieza de nuevo.
known_password = Esta contraseña figura en listas robadas. Elige otra.
username_exists = Ya existe una cuenta con ese nombre. Inicia sesión o elige otro nombre.
password_refused = La contraseña no cumple todas las reglas. Elige otra.
expired_code = Este código ya se usó o ha caducado. Pide uno nuevo.
not_accepted = No se ha aceptado. Revisa lo que has escrito e inténtalo de nuevo.
error_title = Algo ha ido mal
error_lead = Se ha producido un error en la página solicitada.
broken = El servidor no ha podido hacerlo. Inténtalo de nuevo en un momento.
pages_unavailable = Las páginas de inicio de sesión no están disponibles. Contacta con un administrador.
option_unavailable = Esta opción de inicio de sesión no está disponible. Prueba otra.
missing_parameter_classic = Falta el parámetro { $name } en la dirección.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = La aplicación pidió volver a una dirección con la que no está registrada.
reason_unauthorized_client = La aplicación no puede iniciar la sesión de personas de esta forma.
reason_unknown_client = Esta aplicación no se conoce aquí.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = El inicio de sesión no empezó en este navegador o ha tardado demasiado.
reason_logout_uri = La aplicación pidió ir, tras cerrar la sesión, a una dirección con la que no está registrada.

## Links in mails
link_confirmed = ¡Tu registro está confirmado!
link_confirmed_text = Puedes cerrar esta página e iniciar sesión.
link_back = { continue }
link_incomplete = Este enlace está incompleto
link_incomplete_text = Ábrelo otra vez desde el correo o cópialo entero.
link_used = Este enlace ya no funciona
link_used_text = Ya se usó, ha caducado o se envió uno más nuevo. Pide otro donde te registraste.

## Attributes
attribute_address = Dirección
attribute_birthdate = Fecha de nacimiento
attribute_email = Correo electrónico
attribute_family_name = Apellidos
attribute_gender = Género
attribute_given_name = Nombre de pila
attribute_locale = Idioma y región
attribute_middle_name = Segundo nombre
attribute_name = Nombre
attribute_nickname = Apodo
attribute_phone_number = Número de teléfono
attribute_picture = Foto
attribute_preferred_username = Nombre de usuario preferido
attribute_profile = Perfil
attribute_updated_at = Actualizado el
attribute_website = Sitio web
attribute_zoneinfo = Zona horaria

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Tu código de verificación
mail_code_text = Tu código de verificación es { $code }
mail_link_subject = Tu enlace de verificación
mail_link_text = Pulsa el enlace siguiente para verificar tu correo electrónico. { $link }
mail_link_button = Verificar correo
mail_invitation_subject = Tu contraseña temporal
mail_invitation_text = Tu nombre de usuario es { $username } y tu contraseña temporal es { $code }
mail_sign_in_subject = Tu código de acceso
mail_sign_in_text = Tu código de acceso es { $code }
mail_note = Si no lo has pedido tú, puedes ignorar este mensaje. No des el código a nadie.

## Devices without a browser
device_title = Iniciar sesión en un dispositivo
device_lead = Introduce el código que muestra tu dispositivo.
device_code = Código del dispositivo
device_unknown_code = Ningún dispositivo espera con este código. Puede haber caducado: haz que el dispositivo muestre uno nuevo.
device_confirm_title = ¿Es este tu dispositivo?
device_confirm_lead = { $app } quiere iniciar sesión en un dispositivo que muestra este código:
device_account = Se iniciaría sesión como { $name }.
device_warning = Continúa solo si tienes este dispositivo delante y tú mismo has iniciado ahí el acceso.
device_allow = Sí, iniciar sesión
device_refuse = No, no es mi dispositivo
device_done = Tu dispositivo ha iniciado sesión
device_done_text = Puedes cerrar esta página y continuar en tu dispositivo.
device_refused = El dispositivo fue rechazado
device_refused_text = No entra en tu cuenta. Puedes cerrar esta página.

## Providers found by the domain of an address
corporate_address = Inicia sesión con tu dirección corporativa
unknown_domain = No hay inicio de sesión configurado para este dominio
