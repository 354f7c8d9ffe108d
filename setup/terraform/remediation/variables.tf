variable "repository" {
  description = "The repository whose workflow runs the remediation, as owner/name. Letter case counts."
  type        = string
}

variable "environment" {
  description = "The GitHub environment that the job names, the remediation_environment of setup/terraform. Protect it with required reviewers, and with a rule that admits the default branch only."
  type        = string
  default     = "access-key-remediation"
}

variable "owner_id" {
  description = "Numeric ID of the owner, which new and renamed repositories have in the sub of their tokens. Null on GitHub Enterprise Server, whose tokens carry none."
  type        = string
  default     = null
}

variable "repository_id" {
  description = "Numeric ID of the repository. It is tested as a claim of its own, and a repository that takes over the name does not have it. With owner_id sub may have both formats, the one with IDs and the one without."
  type        = string
  default     = null
}

variable "issuer" {
  description = "Issuer of the OIDC tokens; on GitHub Enterprise Server https://HOSTNAME/_services/token."
  type        = string
  default     = "https://token.actions.githubusercontent.com"
}

variable "oidc_provider_arn" {
  description = "ARN of this account's OIDC provider for the issuer, of which there can be one alone. Null: create it."
  type        = string
  default     = null
}

variable "role_name" {
  description = "Name of the role."
  type        = string
  default     = "access-key-rotation-remediation"

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "Give the name of an IAM role, without path."
  }
}

variable "user_path" {
  description = "Only users below this path can have their keys changed, such as /ci/. / is every user."
  type        = string
  default     = "/"

  validation {
    condition     = can(regex("^/([\\w+=,.@-]+/)*$", var.user_path))
    error_message = "Give a path of IAM users that begins and ends with a slash, without wildcards."
  }
}
