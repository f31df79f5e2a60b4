"""What is said: for each language and kind of message a subject and the words, which are those of mail and SMS alike.

A language more is an entry more here. Words for an SMS have 140 characters at most.
"""

MESSAGES = {
    "en": {
        "confirm": ("Confirm your account", "Your confirmation code is {code}."),
        "reset": ("Set a new password", "Your code for setting a new password is {code}."),
        "verify": ("Confirm your contact details", "Your verification code is {code}."),
        "sign_in": ("Your sign-in code", "Your sign-in code is {code}."),
        "invite": ("Your new account", "Your user name is {user}, your temporary password is {code}"),
    },
    "de": {
        "confirm": ("Konto bestätigen", "Ihr Bestätigungscode lautet {code}."),
        "reset": ("Neues Passwort festlegen", "Ihr Code für ein neues Passwort lautet {code}."),
        "verify": ("Kontaktdaten bestätigen", "Ihr Prüfcode lautet {code}."),
        "sign_in": ("Ihr Anmeldecode", "Ihr Anmeldecode lautet {code}."),
        "invite": ("Ihr neues Konto", "Ihr Benutzername lautet {user}, Ihr vorläufiges Passwort {code}"),
    },
    "fr": {
        "confirm": ("Confirmez votre compte", "Votre code de confirmation est {code}."),
        "reset": ("Choisissez un nouveau mot de passe", "Votre code pour choisir un nouveau mot de passe est {code}."),
        "verify": ("Confirmez vos coordonnées", "Votre code de vérification est {code}."),
        "sign_in": ("Votre code de connexion", "Votre code de connexion est {code}."),
        "invite": ("Votre nouveau compte", "Votre nom d’utilisateur est {user}, votre mot de passe provisoire est {code}"),
    },
    "es": {
        "confirm": ("Confirme su cuenta", "Su código de confirmación es {code}."),
        "reset": ("Elija una contraseña nueva", "Su código para elegir una contraseña nueva es {code}."),
        "verify": ("Confirme sus datos de contacto", "Su código de verificación es {code}."),
        "sign_in": ("Su código de acceso", "Su código de acceso es {code}."),
        "invite": ("Su cuenta nueva", "Su nombre de usuario es {user}, su contraseña temporal es {code}"),
    },
    "pt": {
        "confirm": ("Confirme a sua conta", "O seu código de confirmação é {code}."),
        "reset": ("Defina uma nova senha", "O seu código para definir uma nova senha é {code}."),
        "verify": ("Confirme os seus dados de contato", "O seu código de verificação é {code}."),
        "sign_in": ("O seu código de acesso", "O seu código de acesso é {code}."),
        "invite": ("A sua nova conta", "O seu nome de usuário é {user}, a sua senha provisória é {code}"),
    },
    "ja": {
        "confirm": ("アカウントの確認", "確認コードは {code} です。"),
        "reset": ("パスワードの再設定", "パスワード再設定用のコードは {code} です。"),
        "verify": ("連絡先の確認", "認証コードは {code} です。"),
        "sign_in": ("サインインコード", "サインインコードは {code} です。"),
        "invite": ("アカウントのご案内", "ユーザー名は {user} 、仮パスワードは {code} です。"),
    },
}

# What a mail says below, for those who did not ask for it.
IGNORE = {
    "en": "If you did not ask for this, you can ignore this message.",
    "de": "Wenn Sie das nicht angefordert haben, können Sie diese Nachricht ignorieren.",
    "fr": "Si vous n’êtes pas à l’origine de cette demande, vous pouvez ignorer ce message.",
    "es": "Si no lo ha solicitado, puede ignorar este mensaje.",
    "pt": "Se não fez este pedido, pode ignorar esta mensagem.",
    "ja": "お心当たりのない場合は、このメッセージを破棄してください。",
}
