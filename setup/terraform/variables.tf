variable "repository" {
  description = "The repository whose workflow runs the audit, as owner/name. Letter case counts."
  type        = string

  validation {
    condition     = can(regex("^[\\w-]{1,39}/[\\w.-]{1,100}$", var.repository))
    error_message = "Give the repository as owner/name."
  }
}

variable "branch" {
  description = "The branch whose workflow runs may assume the role; ignored where environment is given."
  type        = string
  default     = "main"
}

variable "environment" {
  description = "Only jobs that name this GitHub environment may assume the role. Null: any job on the branch."
  type        = string
  default     = null
}

variable "owner_id" {
  description = "Numeric ID of the owner, for repositories whose tokens carry immutable IDs in sub (created, renamed or transferred after 2026-07-15, or opted in)."
  type        = string
  default     = null
}

variable "repository_id" {
  description = "Numeric ID of the repository. With owner_id it stands in sub; it is also tested as a claim of its own."
  type        = string
  default     = null
}

variable "issuer" {
  description = "Issuer of the OIDC tokens; on GitHub Enterprise Server https://HOSTNAME/_services/token."
  type        = string
  default     = "https://token.actions.githubusercontent.com"
}

variable "oidc_provider_arn" {
  description = "ARN of this account's OIDC provider for the issuer. Null: create it."
  type        = string
  default     = null
}

variable "role_name" {
  description = "Name of the role."
  type        = string
  default     = "access-key-rotation-audit"
}

variable "usage" {
  description = "Allow looking up in CloudTrail who still uses a key (input usage)."
  type        = bool
  default     = false
}

variable "owner_tag" {
  description = "Allow reading the tags of IAM users (owners.tag of the configuration file)."
  type        = bool
  default     = false
}

variable "organization_role_name" {
  description = "Makes this the hub role of an organization audit: it may list the accounts and assume the role of this name in each of them."
  type        = string
  default     = null
}
