### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Português (Brasil)
language = Idioma
title_error = Erro: { $title }
show_password = Mostrar senha
hide_password = Ocultar senha
copy = Copiar
copied = Copiado

## Sign-in
title_sign_in = { sign_in }
sign_in = Entrar
next = Avançar
continue = Continuar
back_to_sign_in = Voltar para o login
name_username = Nome de usuário
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = E-mail ou número de telefone
password = Senha
sign_in_with_username = Entre com seu nome de usuário e senha
sign_in_with_email = Entre com seu e-mail e senha
sign_in_with_phone_number = Entre com seu número de telefone e senha
sign_in_with_email_or_phone_number = Entre com seu e-mail ou número de telefone e senha
forgot_link = Esqueceu a senha?
need_account = Não tem uma conta?
go_on_as = Continuar como { $name }
asked_by = Um programa que se apresenta como { $name }, em { $host }, pede que você entre. Ninguém o verificou: continue apenas se o conhecer.
or = ou
continue_with = Continuar com { $provider }
social_lead = Entre com uma conta de outro serviço
corporate_lead = Entre com sua conta corporativa
social_note = Não publicaremos nada em suas contas sem perguntar antes
noscript_passkey = Esta etapa precisa de JavaScript. Ative-o, ou volte e escolha outra forma de entrar.

## Choosing how to go on
choose_first = Escolha como entrar
choose_mfa = Escolha um segundo fator
choose_password = { password }
choose_passkey = Chave de acesso
choose_email = Código por e-mail
choose_sms = Código por SMS
choose_app = Aplicativo autenticador
choose_other = Outra forma
another_way = Tentar de outra forma

## Codes
code = Código
code_title = Digite seu código
code_sent_by_email = Enviamos um código por e-mail para { $destination }. Digite-o abaixo.
code_sent_by_sms = Enviamos um código por SMS para { $destination }. Digite-o abaixo.
enter_app_code = Digite o código do seu aplicativo autenticador.
backup_hint = Você também pode digitar um dos seus códigos de reserva.
missing_code = Digite o código.
wrong_code = O código está errado. Tente novamente.

## Passkeys
passkey_title = Entre com uma chave de acesso
passkey_lead = Seu dispositivo vai pedir sua impressão digital, rosto ou bloqueio de tela.
passkey_use = Usar chave de acesso
passkey_failed = A chave de acesso não funcionou. Tente novamente ou entre de outra forma.
passkey_add_title = { passkey_add }
passkey_add_lead = Com uma chave de acesso, você entra como { $name } com impressão digital, rosto ou bloqueio de tela, sem senha.
passkey_add = Adicionar chave de acesso
passkey_not_now = Agora não

## New passwords
new_password_title = { change_password }
new_password_lead = Escolha uma nova senha para sua conta.
new_password = Nova senha
repeat_password = Repita a senha
confirm_password = { repeat_password }
change_password = Alterar senha
show_rules = A senha precisa ter:
rule_lower = uma letra minúscula
rule_upper = uma letra maiúscula
rule_number = um número
rule_symbol = um caractere especial
rule_met = Atendido:
rule_unmet = Ainda falta:
rule_length = { $length ->
    [one] pelo menos { $length } caractere
   *[other] pelo menos { $length } caracteres
}
classic_rule = A senha precisa ter
passwords_differ = As senhas não são iguais.

## Setting up a second factor
set_up_title = Configure um segundo fator
set_up_lead = Sua conta precisa de um segundo fator. Escolha qual configurar.
set_up_app_title = Configure um aplicativo autenticador
set_up_app_lead = Escaneie o código com seu aplicativo autenticador e depois digite o código que ele mostra.
set_up_app_alt = Um código QR com a chave secreta
show_secret = Mostrar a chave secreta
open_in_app = Abrir em um aplicativo neste dispositivo
device_name = Nome do dispositivo (opcional)
set_up_email = Enviar códigos por e-mail
set_up_app = Usar um aplicativo autenticador

## Custom challenges
custom_title = Mais uma etapa
answer = Resposta

## Sign-up
sign_up = Cadastrar-se
sign_up_title = { sign_up }
sign_up_lead = Crie uma conta nova
have_account = Já tem uma conta?
password_optional = Senha (opcional)
terms = Ao se cadastrar, você aceita nossos { $terms } e nossa { $privacy }.
terms_of_use = Termos de uso
privacy_policy = Política de privacidade
sign_up_closed = O cadastro não está aberto aqui. Peça uma conta ao administrador.

## Confirmation
confirm_title = Confirme sua conta
confirm_button = Confirmar conta
confirm_lead = Digite o código que você recebeu ao se cadastrar ou peça um novo.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Não recebeu o código?
resend = Enviar novamente
resend_wait = Você poderá pedir um novo código em { $time }.
code_sent_again = Um novo código está a caminho.
confirmed_sign_in = Sua conta está confirmada. Agora você pode entrar.
administrator_confirms = Sua conta foi criada. Um administrador precisa confirmá-la antes que você possa entrar.

## Forgotten passwords
forgot_title = Esqueceu a senha?
forgot_lead = Informe com o que você entra e enviaremos um código para trocar a senha.
forgot_button = Redefinir minha senha
reset_title = Redefina sua senha
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Sua senha precisa ser redefinida antes que você possa entrar.
password_changed = Sua senha foi alterada. Agora você pode entrar com ela.
recovery_closed = Aqui não é possível redefinir senhas. Peça uma nova ao administrador.

## What goes wrong
wrong_credentials = Nome de usuário ou senha incorretos.
missing_answer = Preencha todos os campos.
too_many_requests = Muitas tentativas. Aguarde um momento e tente novamente.
journey_ended = Este login terminou ou demorou demais. Comece de novo.
known_password = Esta senha aparece em listas roubadas. Escolha outra.
username_exists = Já existe uma conta com esse nome. Entre ou escolha outro nome.
password_refused = A senha não cumpre todas as regras. Escolha outra.
expired_code = Este código já foi usado ou expirou. Peça um novo.
not_accepted = Isso não foi aceito. Confira o que você digitou e tente novamente.
error_title = Algo deu errado
error_lead = Ocorreu um erro na página solicitada.
broken = O servidor não conseguiu fazer isso. Tente novamente em instantes.
pages_unavailable = As páginas de login não estão disponíveis. Fale com um administrador.
option_unavailable = Esta opção de login não está disponível. Tente outra.
missing_parameter_classic = Falta o parâmetro { $name } no endereço.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = O aplicativo pediu para voltar a um endereço com o qual não está registrado.
reason_unauthorized_client = O aplicativo não pode fazer o login de pessoas dessa forma.
reason_unknown_client = Este aplicativo não é conhecido aqui.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = O login não começou neste navegador ou demorou demais.
reason_logout_uri = O aplicativo pediu para ir, depois da saída, a um endereço com o qual não está registrado.

## Links in mails
link_confirmed = Seu cadastro está confirmado!
link_confirmed_text = Você pode fechar esta página e entrar.
link_back = { continue }
link_incomplete = Este link está incompleto
link_incomplete_text = Abra-o novamente pelo e-mail ou copie-o inteiro.
link_used = Este link não funciona mais
link_used_text = Ele já foi usado, expirou ou um mais novo foi enviado. Peça outro onde você se cadastrou.

## Attributes
attribute_address = Endereço
attribute_birthdate = Data de nascimento
attribute_email = E-mail
attribute_family_name = Sobrenome
attribute_gender = Gênero
attribute_given_name = Primeiro nome
attribute_locale = Idioma e região
attribute_middle_name = Nome do meio
attribute_name = Nome
attribute_nickname = Apelido
attribute_phone_number = Número de telefone
attribute_picture = Foto
attribute_preferred_username = Nome de usuário preferido
attribute_profile = Perfil
attribute_updated_at = Atualizado em
attribute_website = Site
attribute_zoneinfo = Fuso horário

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Seu código de verificação
mail_code_text = Seu código de verificação é { $code }
mail_link_subject = Seu link de verificação
mail_link_text = Clique no link abaixo para verificar seu e-mail. { $link }
mail_link_button = Verificar e-mail
mail_invitation_subject = Sua senha temporária
mail_invitation_text = Seu nome de usuário é { $username } e sua senha temporária é { $code }
mail_sign_in_subject = Seu código de acesso
mail_sign_in_text = Seu código de acesso é { $code }
mail_note = Se você não pediu isto, pode ignorar esta mensagem. Não passe o código a ninguém.

## Devices without a browser
device_title = Entrar em um dispositivo
device_lead = Digite o código exibido no seu dispositivo.
device_code = Código do dispositivo
device_unknown_code = Nenhum dispositivo está esperando com este código. Ele pode ter expirado: peça um novo no dispositivo.
device_confirm_title = Este dispositivo é seu?
device_confirm_lead = { $app } quer entrar em um dispositivo que mostra este código:
device_account = Ele entraria como { $name }.
device_warning = Continue somente se este dispositivo estiver na sua frente e você mesmo tiver iniciado o acesso nele.
device_allow = Sim, entrar
device_refuse = Não, este dispositivo não é meu
device_done = Seu dispositivo entrou
device_done_text = Você pode fechar esta página e continuar no dispositivo.
device_refused = O dispositivo foi recusado
device_refused_text = Ele não entra na sua conta. Você pode fechar esta página.

## Providers found by the domain of an address
corporate_address = Entre com seu endereço corporativo
unknown_domain = Nenhum acesso está configurado para este domínio
