### Every text of the pages and of the messages that the pools have no text of their own for.

## Every page
language_name = हिन्दी
language = भाषा
title_error = त्रुटि: { $title }
show_password = पासवर्ड दिखाएँ
hide_password = पासवर्ड छिपाएँ
copy = कॉपी करें
copied = कॉपी हो गया

## Sign-in
title_sign_in = { sign_in }
sign_in = साइन इन करें
next = आगे
continue = जारी रखें
back_to_sign_in = साइन इन पर वापस जाएँ
name_username = यूज़रनेम
name_email = { attribute_email }
name_phone_number = { attribute_phone_number }
name_email_or_phone_number = ईमेल या फ़ोन नंबर
password = पासवर्ड
sign_in_with_username = अपने यूज़रनेम और पासवर्ड से साइन इन करें
sign_in_with_email = अपने ईमेल और पासवर्ड से साइन इन करें
sign_in_with_phone_number = अपने फ़ोन नंबर और पासवर्ड से साइन इन करें
sign_in_with_email_or_phone_number = अपने ईमेल या फ़ोन नंबर और पासवर्ड से साइन इन करें
forgot_link = पासवर्ड भूल गए?
need_account = खाता नहीं है?
go_on_as = { $name } के रूप में जारी रखें
asked_by = { $host } पर एक प्रोग्राम, जो ख़ुद को { $name } कहता है, आपसे साइन इन करने को कह रहा है। किसी ने इसकी जाँच नहीं की है: तभी आगे बढ़ें जब आप इसे जानते हों।
or = या
continue_with = { $provider } से जारी रखें
social_lead = किसी दूसरी सेवा के खाते से साइन इन करें
corporate_lead = अपने संगठन के खाते से साइन इन करें
social_note = हम आपसे पूछे बिना आपके खातों में कुछ भी पोस्ट नहीं करेंगे
noscript_passkey = इस चरण के लिए JavaScript चाहिए। इसे चालू करें, या वापस जाकर साइन इन का दूसरा तरीक़ा चुनें।

## Choosing how to go on
choose_first = साइन इन का तरीक़ा चुनें
choose_mfa = दूसरा प्रमाण चुनें
choose_password = { password }
choose_passkey = पासकी
choose_email = ईमेल से कोड
choose_sms = SMS से कोड
choose_app = ऑथेंटिकेटर ऐप
choose_other = दूसरा तरीक़ा
another_way = दूसरा तरीक़ा आज़माएँ

## Codes
code = कोड
code_title = अपना कोड डालें
code_sent_by_email = हमने { $destination } पर ईमेल से एक कोड भेजा है। उसे नीचे डालें।
code_sent_by_sms = हमने { $destination } पर SMS से एक कोड भेजा है। उसे नीचे डालें।
enter_app_code = अपने ऑथेंटिकेटर ऐप का कोड डालें।
backup_hint = इसके बदले आप अपना कोई बैकअप कोड भी डाल सकते हैं।
missing_code = कोड डालें।
wrong_code = कोड ग़लत है। फिर से कोशिश करें।

## Passkeys
passkey_title = पासकी से साइन इन करें
passkey_lead = आपका डिवाइस आपका फ़िंगरप्रिंट, चेहरा या स्क्रीन लॉक माँगेगा।
passkey_use = पासकी इस्तेमाल करें
passkey_failed = पासकी काम नहीं आई। फिर से कोशिश करें, या दूसरे तरीक़े से साइन इन करें।
passkey_add_title = { passkey_add }
passkey_add_lead = पासकी से आप फ़िंगरप्रिंट, चेहरे या स्क्रीन लॉक के ज़रिए, बिना पासवर्ड के, { $name } के रूप में साइन इन करते हैं।
passkey_add = पासकी जोड़ें
passkey_not_now = अभी नहीं

## New passwords
new_password_title = { change_password }
new_password_lead = अपने खाते के लिए नया पासवर्ड चुनें।
new_password = नया पासवर्ड
repeat_password = पासवर्ड दोहराएँ
confirm_password = { repeat_password }
change_password = पासवर्ड बदलें
show_rules = पासवर्ड में ये होने चाहिए:
rule_lower = एक छोटा अक्षर (a–z)
rule_upper = एक बड़ा अक्षर (A–Z)
rule_number = एक अंक
rule_symbol = एक विशेष वर्ण
rule_met = पूरा:
rule_unmet = अभी बाक़ी:
rule_length = { $length ->
    [one] कम से कम { $length } वर्ण
   *[other] कम से कम { $length } वर्ण
}
classic_rule = पासवर्ड में चाहिए:
passwords_differ = दोनों पासवर्ड एक जैसे नहीं हैं।

## Setting up a second factor
set_up_title = दूसरा प्रमाण सेट अप करें
set_up_lead = आपके खाते को दूसरे प्रमाण की ज़रूरत है। चुनें कि कौन सा सेट अप करना है।
set_up_app_title = ऑथेंटिकेटर ऐप सेट अप करें
set_up_app_lead = अपने ऑथेंटिकेटर ऐप से कोड स्कैन करें, फिर ऐप में दिखने वाला कोड डालें।
set_up_app_alt = गुप्त कुंजी वाला QR कोड
show_secret = गुप्त कुंजी दिखाएँ
open_in_app = इस डिवाइस के ऐप में खोलें
device_name = डिवाइस का नाम (वैकल्पिक)
set_up_email = मुझे ईमेल से कोड भेजें
set_up_app = ऑथेंटिकेटर ऐप इस्तेमाल करें

## Custom challenges
custom_title = एक और चरण
answer = उत्तर

## Sign-up
sign_up = साइन अप करें
sign_up_title = { sign_up }
sign_up_lead = नया खाता बनाएँ
have_account = पहले से खाता है?
password_optional = पासवर्ड (वैकल्पिक)
terms = साइन अप करके आप हमारी { $terms } और { $privacy } से सहमत होते हैं।
terms_of_use = उपयोग की शर्तें
privacy_policy = निजता नीति
sign_up_closed = यहाँ साइन अप खुला नहीं है। एडमिन से खाता माँगें।

## Confirmation
confirm_title = अपने खाते की पुष्टि करें
confirm_button = खाते की पुष्टि करें
confirm_lead = साइन अप के समय मिला कोड डालें, या नया कोड माँगें।
confirm_sent_by_email = { code_sent_by_email }
confirm_sent_by_sms = { code_sent_by_sms }
verification_code = { code }
resend_lead = कोड नहीं मिला?
resend = फिर से भेजें
resend_wait = आप { $time } में नया कोड माँग सकेंगे।
code_sent_again = नया कोड भेज दिया गया है।
confirmed_sign_in = आपके खाते की पुष्टि हो गई है। अब आप साइन इन कर सकते हैं।
administrator_confirms = आपका खाता बन गया है। साइन इन करने से पहले एडमिन को उसकी पुष्टि करनी होगी।

## Forgotten passwords
forgot_title = पासवर्ड भूल गए?
forgot_lead = जिससे आप साइन इन करते हैं वह डालें, हम पासवर्ड बदलने के लिए एक कोड भेजेंगे।
forgot_button = मेरा पासवर्ड रीसेट करें
reset_title = अपना पासवर्ड रीसेट करें
reset_sent_by_email = { code_sent_by_email }
reset_sent_by_sms = { code_sent_by_sms }
reset_required = साइन इन करने से पहले आपको पासवर्ड रीसेट करना होगा।
password_changed = आपका पासवर्ड बदल गया है। अब आप उससे साइन इन कर सकते हैं।
recovery_closed = यहाँ पासवर्ड रीसेट नहीं हो सकते। एडमिन से नया पासवर्ड माँगें।

## What goes wrong
wrong_credentials = यूज़रनेम या पासवर्ड ग़लत है।
missing_answer = सभी फ़ील्ड भरें।
too_many_requests = बहुत ज़्यादा कोशिशें हुईं। थोड़ा रुककर फिर से कोशिश करें।
journey_ended = यह साइन इन ख़त्म हो गया है या इसमें बहुत समय लगा। फिर से शुरू करें।
known_password = यह पासवर्ड चोरी हुई सूचियों में है। दूसरा चुनें।
username_exists = इस नाम का खाता पहले से है। साइन इन करें, या दूसरा नाम चुनें।
password_refused = पासवर्ड सभी नियमों को पूरा नहीं करता। दूसरा चुनें।
expired_code = यह कोड इस्तेमाल हो चुका है या इसकी समय-सीमा बीत गई है। नया कोड माँगें।
not_accepted = यह स्वीकार नहीं हुआ। आपने जो डाला है उसे जाँचें और फिर से कोशिश करें।
error_title = कुछ गड़बड़ हो गई
error_lead = माँगे गए पेज में कोई त्रुटि आई।
broken = सर्वर यह नहीं कर सका। थोड़ी देर में फिर से कोशिश करें।
pages_unavailable = साइन इन पेज उपलब्ध नहीं हैं। एडमिन से संपर्क करें।
option_unavailable = साइन इन का यह विकल्प उपलब्ध नहीं है। दूसरा आज़माएँ।
missing_parameter_classic = पते में { $name } पैरामीटर नहीं है।
missing_parameter_managed = { missing_parameter_classic }
reason_redirect_mismatch = ऐप ने ऐसे पते पर लौटने को कहा जिसके साथ वह पंजीकृत नहीं है।
reason_unauthorized_client = ऐप को इस तरीक़े से लोगों को साइन इन कराने की अनुमति नहीं है।
reason_unknown_client = यह ऐप यहाँ ज्ञात नहीं है।
reason_invalid_relay_state = { reason_invalid_state }
reason_no_answer_of_provider = { error_lead }
federation_expired = { journey_ended }
reason_invalid_state = साइन इन इस ब्राउज़र में शुरू नहीं हुआ था, या उसमें बहुत समय लगा।
reason_logout_uri = ऐप ने साइन आउट के बाद ऐसे पते पर जाने को कहा जिसके साथ वह पंजीकृत नहीं है।

## Links in mails
link_confirmed = आपके पंजीकरण की पुष्टि हो गई है!
link_confirmed_text = आप यह पेज बंद करके साइन इन कर सकते हैं।
link_back = { continue }
link_incomplete = यह लिंक अधूरा है
link_incomplete_text = इसे ईमेल से फिर से खोलें, या पूरा कॉपी करें।
link_used = यह लिंक अब काम नहीं करता
link_used_text = इसका इस्तेमाल हो चुका है, इसकी समय-सीमा बीत गई है, या नया लिंक भेजा गया है। जहाँ आपने साइन अप किया था वहाँ से नया माँगें।

## Attributes
attribute_address = पता
attribute_birthdate = जन्म तिथि
attribute_email = ईमेल
attribute_family_name = उपनाम
attribute_gender = लिंग
attribute_given_name = पहला नाम
attribute_locale = भाषा और क्षेत्र
attribute_middle_name = मध्य नाम
attribute_name = नाम
attribute_nickname = घरेलू नाम
attribute_phone_number = फ़ोन नंबर
attribute_picture = तस्वीर
attribute_preferred_username = पसंदीदा यूज़रनेम
attribute_profile = प्रोफ़ाइल
attribute_updated_at = अपडेट का समय
attribute_website = वेबसाइट
attribute_zoneinfo = समय क्षेत्र

## Messages: { $code }, { $username } and { $link } stand where they belong
mail_code_subject = आपका सत्यापन कोड
mail_code_text = आपका सत्यापन कोड { $code } है
mail_link_subject = आपका सत्यापन लिंक
mail_link_text = अपने ईमेल की पुष्टि के लिए नीचे दिए लिंक पर क्लिक करें। { $link }
mail_link_button = ईमेल की पुष्टि करें
mail_invitation_subject = आपका अस्थायी पासवर्ड
mail_invitation_text = आपका यूज़रनेम { $username } है और अस्थायी पासवर्ड { $code } है
mail_sign_in_subject = आपका साइन इन कोड
mail_sign_in_text = आपका साइन इन कोड { $code } है
mail_note = अगर आपने यह नहीं माँगा था, तो इस संदेश को अनदेखा करें। कोड किसी को न दें।

## Devices without a browser
device_title = डिवाइस पर साइन इन करें
device_lead = अपने डिवाइस पर दिख रहा कोड दर्ज करें।
device_code = डिवाइस कोड
device_unknown_code = इस कोड के साथ कोई डिवाइस प्रतीक्षा नहीं कर रहा है। शायद इसकी समय सीमा समाप्त हो गई है: डिवाइस पर नया कोड दिखाएँ।
device_confirm_title = क्या यह आपका डिवाइस है?
device_confirm_lead = { $app } उस डिवाइस पर साइन इन करना चाहता है जिस पर यह कोड दिख रहा है:
device_account = इसमें { $name } के रूप में साइन इन होगा।
device_warning = तभी आगे बढ़ें जब यह डिवाइस आपके सामने हो और साइन इन आपने ख़ुद वहाँ शुरू किया हो।
device_allow = हाँ, साइन इन करें
device_refuse = नहीं, यह मेरा डिवाइस नहीं है
device_done = आपके डिवाइस पर साइन इन हो गया है
device_done_text = आप यह पेज बंद करके अपने डिवाइस पर आगे बढ़ सकते हैं।
device_refused = डिवाइस को मना कर दिया गया
device_refused_text = वह आपके खाते में नहीं जा सकता। आप यह पेज बंद कर सकते हैं।

## Providers found by the domain of an address
corporate_address = अपने कॉर्पोरेट पते से साइन इन करें
unknown_domain = इस डोमेन के लिए कोई साइन-इन सेट नहीं है
