### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Русский
language = Язык
title_error = Ошибка: { $title }
show_password = Показать пароль
hide_password = Скрыть пароль
copy = Копировать
copied = Скопировано

## Sign-in
title_sign_in = { sign_in }
sign_in = Войти
next = Далее
continue = Продолжить
back_to_sign_in = Вернуться ко входу
name_username = Имя пользователя
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Электронная почта или номер телефона
password = Пароль
sign_in_with_username = Войдите с именем пользователя и паролем
sign_in_with_email = Войдите с электронной почтой и паролем
sign_in_with_phone_number = Войдите с номером телефона и паролем
sign_in_with_email_or_phone_number = Войдите с электронной почтой или номером телефона и паролем
forgot_link = Забыли пароль?
need_account = Нет аккаунта?
go_on_as = Продолжить как { $name }
asked_by = Программа, которая называет себя { $name }, с адреса { $host } просит вас войти. Её никто не проверял: продолжайте, только если знаете её.
or = или
continue_with = Продолжить через { $provider }
social_lead = Войдите с аккаунтом другого сервиса
corporate_lead = Войдите с корпоративным аккаунтом
social_note = Мы ничего не публикуем в ваших аккаунтах без вашего согласия
noscript_passkey = Для этого шага нужен JavaScript. Включите его или вернитесь и выберите другой способ входа.

## Choosing how to go on
choose_first = Выберите способ входа
choose_mfa = Выберите второй фактор
choose_password = { password }
choose_passkey = Ключ доступа
choose_email = Код по почте
choose_sms = Код по SMS
choose_app = Приложение-аутентификатор
choose_other = Другой способ
another_way = Попробовать иначе

## Codes
code = Код
code_title = Введите код
code_sent_by_email = Мы отправили код по почте на { $destination }. Введите его ниже.
code_sent_by_sms = Мы отправили код по SMS на { $destination }. Введите его ниже.
enter_app_code = Введите код из приложения-аутентификатора.
backup_hint = Вместо него можно ввести один из резервных кодов.
missing_code = Введите код.
wrong_code = Код неверный. Попробуйте ещё раз.

## Passkeys
passkey_title = Вход с ключом доступа
passkey_lead = Устройство попросит отпечаток пальца, лицо или блокировку экрана.
passkey_use = Использовать ключ доступа
passkey_failed = Ключ доступа не сработал. Попробуйте ещё раз или войдите иначе.
passkey_add_title = { passkey_add }
passkey_add_lead = С ключом доступа вы входите как { $name } по отпечатку пальца, лицу или блокировке экрана, без пароля.
passkey_add = Добавить ключ доступа
passkey_not_now = Не сейчас

## New passwords
new_password_title = { change_password }
new_password_lead = Задайте новый пароль для аккаунта.
new_password = Новый пароль
repeat_password = Повторите пароль
confirm_password = { repeat_password }
change_password = Изменить пароль
show_rules = В пароле нужны:
rule_lower = строчная буква
rule_upper = прописная буква
rule_number = цифра
rule_symbol = специальный символ
rule_met = Выполнено:
rule_unmet = Пока не выполнено:
rule_length = { $length ->
    [one] не менее { $length } символа
    [few] не менее { $length } символов
    [many] не менее { $length } символов
   *[other] не менее { $length } символа
}
classic_rule = В пароле нужны:
passwords_differ = Пароли не совпадают.

## Setting up a second factor
set_up_title = Настройте второй фактор
set_up_lead = Вашему аккаунту нужен второй фактор. Выберите, какой настроить.
set_up_app_title = Настройте приложение-аутентификатор
set_up_app_lead = Отсканируйте код приложением-аутентификатором, затем введите код, который оно покажет.
set_up_app_alt = QR-код с секретным ключом
show_secret = Показать секретный ключ
open_in_app = Открыть в приложении на этом устройстве
device_name = Название устройства (необязательно)
set_up_email = Присылать коды по почте
set_up_app = Использовать приложение-аутентификатор

## Custom challenges
custom_title = Ещё один шаг
answer = Ответ

## Sign-up
sign_up = Зарегистрироваться
sign_up_title = { sign_up }
sign_up_lead = Создайте новый аккаунт
have_account = Уже есть аккаунт?
password_optional = Пароль (необязательно)
terms = Регистрируясь, вы принимаете наши документы: { $terms } и { $privacy }.
terms_of_use = Условия использования
privacy_policy = Политика конфиденциальности
sign_up_closed = Регистрация здесь закрыта. Попросите аккаунт у администратора.

## Confirmation
confirm_title = Подтвердите аккаунт
confirm_button = Подтвердить аккаунт
confirm_lead = Введите код, который пришёл при регистрации, или запросите новый.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Код не пришёл?
resend = Отправить ещё раз
resend_wait = Новый код можно запросить через { $time }.
code_sent_again = Новый код уже отправлен.
confirmed_sign_in = Аккаунт подтверждён. Теперь можно войти.
administrator_confirms = Аккаунт создан. Прежде чем вы сможете войти, его должен подтвердить администратор.

## Forgotten passwords
forgot_title = Забыли пароль?
forgot_lead = Укажите, с чем вы входите, и мы пришлём код для смены пароля.
forgot_button = Сбросить пароль
reset_title = Сброс пароля
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Прежде чем войти, нужно сбросить пароль.
password_changed = Пароль изменён. Теперь с ним можно войти.
recovery_closed = Сбросить пароль здесь нельзя. Попросите новый у администратора.

## What goes wrong
wrong_credentials = Неверное имя пользователя или пароль.
missing_answer = Заполните все поля.
too_many_requests = Слишком много попыток. Подождите немного и попробуйте снова.
journey_ended = Этот вход завершён или занял слишком много времени. Начните сначала.
known_password = Этот пароль есть в списках украденных. Выберите другой.
username_exists = Аккаунт с таким именем уже есть. Войдите или выберите другое имя.
password_refused = Пароль не соответствует всем правилам. Выберите другой.
expired_code = Этот код уже использован или устарел. Запросите новый.
not_accepted = Это не принято. Проверьте, что вы ввели, и попробуйте ещё раз.
error_title = Что-то пошло не так
error_lead = На запрошенной странице произошла ошибка.
broken = Сервер не смог этого сделать. Попробуйте через минуту.
pages_unavailable = Страницы входа недоступны. Обратитесь к администратору.
option_unavailable = Этот способ входа недоступен. Попробуйте другой.
missing_parameter_classic = В адресе не хватает параметра { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Приложение просит вернуться на адрес, с которым оно не зарегистрировано.
reason_unauthorized_client = Приложению нельзя входить таким способом.
reason_unknown_client = Это приложение здесь неизвестно.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Вход начат не в этом браузере или занял слишком много времени.
reason_logout_uri = Приложение просит после выхода перейти на адрес, с которым оно не зарегистрировано.

## Links in mails
link_confirmed = Регистрация подтверждена!
link_confirmed_text = Можно закрыть эту страницу и войти.
link_back = { continue }
link_incomplete = Ссылка неполная
link_incomplete_text = Откройте её из письма ещё раз или скопируйте целиком.
link_used = Ссылка больше не работает
link_used_text = Её уже использовали, она устарела или была отправлена новая. Запросите новую там, где регистрировались.

## Attributes
attribute_address = Адрес
attribute_birthdate = Дата рождения
attribute_email = Электронная почта
attribute_family_name = Фамилия
attribute_gender = Пол
attribute_given_name = Имя
attribute_locale = Язык и регион
attribute_middle_name = Отчество
attribute_name = Полное имя
attribute_nickname = Псевдоним
attribute_phone_number = Номер телефона
attribute_picture = Фото
attribute_preferred_username = Предпочитаемое имя пользователя
attribute_profile = Профиль
attribute_updated_at = Обновлено
attribute_website = Сайт
attribute_zoneinfo = Часовой пояс

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Ваш код подтверждения
mail_code_text = Ваш код подтверждения: { $code }
mail_link_subject = Ваша ссылка для подтверждения
mail_link_text = Перейдите по ссылке ниже, чтобы подтвердить электронную почту. { $link }
mail_link_button = Подтвердить почту
mail_invitation_subject = Ваш временный пароль
mail_invitation_text = Ваше имя пользователя: { $username }, временный пароль: { $code }
mail_sign_in_subject = Ваш код для входа
mail_sign_in_text = Ваш код для входа: { $code }
mail_note = Если вы этого не запрашивали, не обращайте внимания на это сообщение. Никому не сообщайте код.

## Devices without a browser
device_title = Вход на устройстве
device_lead = Введите код, который показывает ваше устройство.
device_code = Код устройства
device_unknown_code = Ни одно устройство не ждёт с этим кодом. Возможно, он истёк: запросите на устройстве новый.
device_confirm_title = Это ваше устройство?
device_confirm_lead = { $app } просит войти на устройстве, которое показывает этот код:
device_account = Вход будет выполнен от имени { $name }.
device_warning = Продолжайте, только если это устройство перед вами и вы сами начали вход на нём.
device_allow = Да, войти
device_refuse = Нет, это не моё устройство
device_done = Вход на устройстве выполнен
device_done_text = Можно закрыть эту страницу и продолжить на устройстве.
device_refused = Устройство отклонено
device_refused_text = Оно не получит доступа к вашей учётной записи. Можно закрыть эту страницу.

## Providers found by the domain of an address
corporate_address = Войти с корпоративным адресом
unknown_domain = Для этого домена вход не настроен
