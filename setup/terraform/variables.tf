variable "repository" {
  description = "The repository whose workflow runs the audit, as owner/name. Letter case counts."
  type        = string
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

variable "remediation_environment" {
  description = "Jobs that name this GitHub environment may assume the role as well: those of remediation, which look at users live (iam:GetUser). The Environment of setup/remediation.yaml, protected as it says. Null: no remediation."
  type        = string
  default     = null
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
  default     = "access-key-rotation-audit"

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "Give the name of an IAM role, without path."
  }
}

variable "usage" {
  description = "Allow reading which keys are those of administrators (input usage)."
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

  validation {
    condition     = var.organization_role_name == null || (can(regex("^[\\w+=,.@-]{1,64}$", var.organization_role_name)) && can(regex("[Aa]udit", var.organization_role_name)) && !can(regex("(?i)admin", var.organization_role_name)))
    error_message = "The name has audit in it and not admin, so that no role that may do more is opened by mistake."
  }
}
