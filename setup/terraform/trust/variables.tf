variable "repository" {
  description = "The repository whose workflow runs, as owner/name. Letter case counts."
  type        = string

  validation {
    condition     = can(regex("^[\\w-]{1,39}/[\\w.-]{1,100}$", var.repository))
    error_message = "Give the repository as owner/name."
  }
}

variable "claims" {
  description = "What follows the repository in the sub of its tokens, such as ref:refs/heads/main."
  type        = list(string)

  validation {
    condition     = length(var.claims) > 0 && alltrue([for claim in var.claims : can(regex("^(environment:[^:*?]+|ref:refs/heads/[^*?]+)$", claim))])
    error_message = "Give the name of one branch, or of one environment without a colon; wildcards are not for trust."
  }
}

variable "owner_id" {
  description = "Numeric ID of the owner; null: its tokens carry none."
  type        = string

  validation {
    condition     = var.owner_id == null || can(regex("^\\d+$", var.owner_id))
    error_message = "Give the number that gh api repos/OWNER/NAME --jq .owner.id prints."
  }
}

variable "repository_id" {
  description = "Numeric ID of the repository; null: it is not tested."
  type        = string

  validation {
    condition     = var.repository_id == null || can(regex("^\\d+$", var.repository_id))
    error_message = "Give the number that gh api repos/OWNER/NAME --jq .id prints."
  }
}

variable "issuer" {
  description = "Issuer of the OIDC tokens."
  type        = string
}

variable "oidc_provider_arn" {
  description = "ARN of this account's OIDC provider for the issuer. Null: create it."
  type        = string
}
