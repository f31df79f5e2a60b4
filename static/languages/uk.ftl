### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = Українська
language = Мова
title_error = Помилка: { $title }
show_password = Показати пароль
hide_password = Сховати пароль
copy = Копіювати
copied = Скопійовано

## Sign-in
title_sign_in = { sign_in }
sign_in = Увійти
next = Далі
continue = Продовжити
back_to_sign_in = Повернутися до входу
name_username = Ім’я користувача
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = Електронна пошта або номер телефону
password = Пароль
sign_in_with_username = Увійдіть з іменем користувача та паролем
sign_in_with_email = Увійдіть з електронною поштою та паролем
sign_in_with_phone_number = Увійдіть з номером телефону та паролем
sign_in_with_email_or_phone_number = Увійдіть з електронною поштою або номером телефону та паролем
forgot_link = Забули пароль?
need_account = Немає облікового запису?
go_on_as = Продовжити як { $name }
asked_by = Програма, що називає себе { $name }, з адреси { $host } просить вас увійти. Її ніхто не перевіряв: продовжуйте, лише якщо знаєте її.
or = або
continue_with = Продовжити через { $provider }
social_lead = Увійдіть з обліковим записом іншого сервісу
corporate_lead = Увійдіть з корпоративним обліковим записом
social_note = Ми нічого не публікуємо у ваших облікових записах без вашої згоди
noscript_passkey = Для цього кроку потрібен JavaScript. Увімкніть його або поверніться й виберіть інший спосіб входу.

## Choosing how to go on
choose_first = Виберіть спосіб входу
choose_mfa = Виберіть другий фактор
choose_password = { password }
choose_passkey = Ключ доступу
choose_email = Код поштою
choose_sms = Код у SMS
choose_app = Застосунок автентифікації
choose_other = Інший спосіб
another_way = Спробувати інакше

## Codes
code = Код
code_title = Введіть код
code_sent_by_email = Ми надіслали код поштою на { $destination }. Введіть його нижче.
code_sent_by_sms = Ми надіслали код у SMS на { $destination }. Введіть його нижче.
enter_app_code = Введіть код із застосунку автентифікації.
backup_hint = Замість нього можна ввести один із резервних кодів.
missing_code = Введіть код.
wrong_code = Код неправильний. Спробуйте ще раз.

## Passkeys
passkey_title = Вхід із ключем доступу
passkey_lead = Пристрій попросить відбиток пальця, обличчя або блокування екрана.
passkey_use = Використати ключ доступу
passkey_failed = Ключ доступу не спрацював. Спробуйте ще раз або увійдіть інакше.
passkey_add_title = { passkey_add }
passkey_add_lead = З ключем доступу ви входите як { $name } за відбитком пальця, обличчям або блокуванням екрана, без пароля.
passkey_add = Додати ключ доступу
passkey_not_now = Не зараз

## New passwords
new_password_title = { change_password }
new_password_lead = Задайте новий пароль для облікового запису.
new_password = Новий пароль
repeat_password = Повторіть пароль
confirm_password = { repeat_password }
change_password = Змінити пароль
show_rules = У паролі потрібні:
rule_lower = мала літера
rule_upper = велика літера
rule_number = цифра
rule_symbol = спеціальний символ
rule_met = Виконано:
rule_unmet = Ще не виконано:
rule_length = { $length ->
    [one] щонайменше { $length } символ
    [few] щонайменше { $length } символи
    [many] щонайменше { $length } символів
   *[other] щонайменше { $length } символу
}
classic_rule = У паролі потрібні:
passwords_differ = Паролі не збігаються.

## Setting up a second factor
set_up_title = Налаштуйте другий фактор
set_up_lead = Вашому обліковому запису потрібен другий фактор. Виберіть, який налаштувати.
set_up_app_title = Налаштуйте застосунок автентифікації
set_up_app_lead = Відскануйте код застосунком автентифікації, а потім введіть код, який він покаже.
set_up_app_alt = QR-код із секретним ключем
show_secret = Показати секретний ключ
open_in_app = Відкрити в застосунку на цьому пристрої
device_name = Назва пристрою (необов’язково)
set_up_email = Надсилати коди поштою
set_up_app = Використати застосунок автентифікації

## Custom challenges
custom_title = Ще один крок
answer = Відповідь

## Sign-up
sign_up = Зареєструватися
sign_up_title = { sign_up }
sign_up_lead = Створіть новий обліковий запис
have_account = Уже є обліковий запис?
password_optional = Пароль (необов’язково)
terms = Реєструючись, ви приймаєте наші документи: { $terms } і { $privacy }.
terms_of_use = Умови користування
privacy_policy = Політика конфіденційності
sign_up_closed = Реєстрацію тут закрито. Попросіть обліковий запис в адміністратора.

## Confirmation
confirm_title = Підтвердьте обліковий запис
confirm_button = Підтвердити обліковий запис
confirm_lead = Введіть код, надісланий під час реєстрації, або попросіть новий.
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = Код не надійшов?
resend = Надіслати ще раз
resend_wait = Новий код можна попросити через { $time }.
code_sent_again = Новий код уже надіслано.
confirmed_sign_in = Обліковий запис підтверджено. Тепер можна увійти.
administrator_confirms = Обліковий запис створено. Перш ніж ви зможете увійти, його має підтвердити адміністратор.

## Forgotten passwords
forgot_title = Забули пароль?
forgot_lead = Вкажіть, з чим ви входите, і ми надішлемо код для зміни пароля.
forgot_button = Скинути пароль
reset_title = Скидання пароля
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = Перш ніж увійти, потрібно скинути пароль.
password_changed = Пароль змінено. Тепер з ним можна увійти.
recovery_closed = Скинути пароль тут не можна. Попросіть новий в адміністратора.

## What goes wrong
wrong_credentials = Неправильне ім’я користувача або пароль.
missing_answer = Заповніть усі поля.
too_many_requests = Забагато спроб. Зачекайте трохи й спробуйте знову.
journey_ended = Цей вхід завершено або він тривав надто довго. Почніть спочатку.
known_password = Цей пароль є у списках викрадених. Виберіть інший.
username_exists = Обліковий запис із таким іменем уже є. Увійдіть або виберіть інше ім’я.
password_refused = Пароль не відповідає всім правилам. Виберіть інший.
expired_code = Цей код уже використано або він застарів. Попросіть новий.
not_accepted = Це не прийнято. Перевірте введене й спробуйте ще раз.
error_title = Щось пішло не так
error_lead = На запитаній сторінці сталася помилка.
broken = Сервер не зміг цього зробити. Спробуйте за хвилину.
pages_unavailable = Сторінки входу недоступні. Зверніться до адміністратора.
option_unavailable = Цей спосіб входу недоступний. Спробуйте інший.
missing_parameter_classic = В адресі бракує параметра { $name }.
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = Застосунок просить повернутися на адресу, з якою його не зареєстровано.
reason_unauthorized_client = Застосунку не можна входити в такий спосіб.
reason_unknown_client = Цей застосунок тут невідомий.
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = Вхід розпочато не в цьому браузері або він тривав надто довго.
reason_logout_uri = Застосунок просить після виходу перейти на адресу, з якою його не зареєстровано.

## Links in mails
link_confirmed = Реєстрацію підтверджено!
link_confirmed_text = Можна закрити цю сторінку й увійти.
link_back = { continue }
link_incomplete = Посилання неповне
link_incomplete_text = Відкрийте його з листа ще раз або скопіюйте повністю.
link_used = Посилання більше не працює
link_used_text = Його вже використано, воно застаріло або надіслано новіше. Попросіть нове там, де ви реєструвалися.

## Attributes
attribute_address = Адреса
attribute_birthdate = Дата народження
attribute_email = Електронна пошта
attribute_family_name = Прізвище
attribute_gender = Стать
attribute_given_name = Ім’я
attribute_locale = Мова та регіон
attribute_middle_name = По батькові
attribute_name = Повне ім’я
attribute_nickname = Псевдонім
attribute_phone_number = Номер телефону
attribute_picture = Фото
attribute_preferred_username = Бажане ім’я користувача
attribute_profile = Профіль
attribute_updated_at = Оновлено
attribute_website = Сайт
attribute_zoneinfo = Часовий пояс

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = Ваш код підтвердження
mail_code_text = Ваш код підтвердження: { $code }
mail_link_subject = Ваше посилання для підтвердження
mail_link_text = Перейдіть за посиланням нижче, щоб підтвердити електронну пошту. { $link }
mail_link_button = Підтвердити пошту
mail_invitation_subject = Ваш тимчасовий пароль
mail_invitation_text = Ваше ім’я користувача: { $username }, тимчасовий пароль: { $code }
mail_sign_in_subject = Ваш код для входу
mail_sign_in_text = Ваш код для входу: { $code }
mail_note = Якщо ви цього не просили, не зважайте на це повідомлення. Нікому не повідомляйте код.

## Devices without a browser
device_title = Вхід на пристрої
device_lead = Введіть код, який показує ваш пристрій.
device_code = Код пристрою
device_unknown_code = Жоден пристрій не чекає з цим кодом. Можливо, термін його дії минув: нехай пристрій покаже новий.
device_confirm_title = Це ваш пристрій?
device_confirm_lead = { $app } просить увійти на пристрої, який показує цей код:
device_account = Вхід буде виконано як { $name }.
device_warning = Продовжуйте, лише якщо цей пристрій перед вами й ви самі почали вхід на ньому.
device_allow = Так, увійти
device_refuse = Ні, це не мій пристрій
device_done = Вхід на пристрої виконано
device_done_text = Можна закрити цю сторінку й продовжити на пристрої.
device_refused = Пристрій відхилено
device_refused_text = Він не отримає доступу до вашого облікового запису. Можна закрити цю сторінку.

## Providers found by the domain of an address
corporate_address = Увійти з корпоративною адресою
unknown_domain = Для цього домену вхід не налаштовано
