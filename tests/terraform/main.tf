# Every resource of Cognito user pools that the AWS provider 3.39.0 knows, with most of their arguments.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "saml_metadata" {
  type = string
}

variable "changed" {
  description = "Whether to apply the second state of what can change in place."
  type        = bool
  default     = false
}

provider "aws" {
  region                      = "eu-west-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    cognitoidp = var.endpoint
  }
}

resource "aws_cognito_user_pool" "main" {
  name                     = "terraform"
  alias_attributes         = ["email", "preferred_username"]
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"

  username_configuration {
    case_sensitive = false
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 2
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = false
    invite_message_template {
      email_subject = "Welcome"
      email_message = "Your user name is {username}, your password {####}"
      sms_message   = "{username}: {####}"
    }
  }

  device_configuration {
    challenge_required_on_new_device      = true
    device_only_remembered_on_user_prompt = true
  }

  email_configuration {
    email_sending_account = "COGNITO_DEFAULT"
  }

  lambda_config {
    pre_sign_up          = "arn:aws:lambda:eu-west-1:123456789012:function:check-domain"
    pre_token_generation = "arn:aws:lambda:eu-west-1:123456789012:function:add-claims"
  }

  password_policy {
    minimum_length                   = var.changed ? 14 : 12
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 3
  }

  schema {
    name                = "tenant"
    attribute_data_type = "String"
    mutable             = true
    required            = false
    string_attribute_constraints {
      min_length = 1
      max_length = 64
    }
  }

  schema {
    name                = "level"
    attribute_data_type = "Number"
    mutable             = true
    required            = false
    number_attribute_constraints {
      min_value = 0
      max_value = 9
    }
  }

  software_token_mfa_configuration {
    enabled = true
  }

  user_pool_add_ons {
    advanced_security_mode = var.changed ? "ENFORCED" : "AUDIT"
  }

  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
    email_subject        = "Confirm"
    email_message        = "Your code is {####}"
    sms_message          = "{####}"
  }

  tags = {
    team = var.changed ? "b" : "a"
  }
}

# With the user name being an address or a number, and SMS as second factor.
resource "aws_cognito_user_pool" "phones" {
  name                       = "terraform-phones"
  username_attributes        = ["email", "phone_number"]
  auto_verified_attributes   = ["phone_number"]
  mfa_configuration          = "ON"
  sms_authentication_message = "Your code is {####}"

  # Cognito shows its default to those who leave this out, and the provider then wants to take it away.
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_phone_number"
      priority = 1
    }
  }

  sms_configuration {
    external_id    = "terraform"
    sns_caller_arn = "arn:aws:iam::123456789012:role/sms"
  }
}

resource "aws_cognito_resource_server" "api" {
  user_pool_id = aws_cognito_user_pool.main.id
  identifier   = "https://api.example.com"
  name         = "api"

  scope {
    scope_name        = "read"
    scope_description = "Read everything"
  }
  scope {
    scope_name        = "write"
    scope_description = var.changed ? "Write everything" : "Write"
  }
}

resource "aws_cognito_identity_provider" "google" {
  user_pool_id  = aws_cognito_user_pool.main.id
  provider_name = "Google"
  provider_type = "Google"

  provider_details = {
    client_id        = "google-client"
    client_secret    = "google-secret"
    authorize_scopes = "openid email"
  }

  attribute_mapping = {
    email    = "email"
    username = "sub"
  }

  # Cognito adds the addresses of Google to the details, and the provider then wants to take them away again.
  lifecycle {
    ignore_changes = [provider_details]
  }
}

resource "aws_cognito_identity_provider" "saml" {
  user_pool_id    = aws_cognito_user_pool.main.id
  provider_name   = "corporate"
  provider_type   = "SAML"
  idp_identifiers = ["corp.example.com"]

  provider_details = {
    MetadataFile          = var.saml_metadata
    SLORedirectBindingURI = "https://idp.example.com/slo"
    SSORedirectBindingURI = "https://idp.example.com/sso"
  }

  attribute_mapping = {
    email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
  }
}

resource "aws_cognito_user_pool_client" "web" {
  user_pool_id = aws_cognito_user_pool.main.id
  name         = "web"

  access_token_validity                = 30
  id_token_validity                    = 30
  refresh_token_validity               = var.changed ? 20 : 10
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_scopes                 = concat(["openid", "email"], aws_cognito_resource_server.api.scope_identifiers)
  callback_urls                        = ["https://app.example.com/callback", "http://localhost:3000/callback"]
  default_redirect_uri                 = "https://app.example.com/callback"
  explicit_auth_flows                  = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  generate_secret                      = true
  logout_urls                          = ["https://app.example.com/bye"]
  prevent_user_existence_errors        = "ENABLED"
  read_attributes                      = ["email", "custom:tenant"]
  supported_identity_providers         = ["COGNITO", aws_cognito_identity_provider.google.provider_name]
  write_attributes                     = ["email", "custom:tenant"]

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

resource "aws_cognito_user_group" "staff" {
  user_pool_id = aws_cognito_user_pool.main.id
  name         = "staff"
  description  = var.changed ? "Everybody who works here" : "Staff"
  precedence   = 5
  role_arn     = "arn:aws:iam::123456789012:role/staff"
}

resource "aws_cognito_user_pool_domain" "login" {
  user_pool_id = aws_cognito_user_pool.main.id
  domain       = "terraform-login"
}

resource "aws_cognito_user_pool_ui_customization" "web" {
  user_pool_id = aws_cognito_user_pool_domain.login.user_pool_id
  client_id    = aws_cognito_user_pool_client.web.id
  css          = ".label-customizable { font-weight: ${var.changed ? 700 : 400}; }"
}

data "aws_cognito_user_pools" "named" {
  name       = "terraform"
  depends_on = [aws_cognito_user_pool.main]
}

output "pool" {
  value = aws_cognito_user_pool.main.id
}

output "phones" {
  value = aws_cognito_user_pool.phones.id
}

output "found" {
  value = data.aws_cognito_user_pools.named.ids
}
