terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81"
    }
  }
}

data "aws_partition" "current" {}

module "trust" {
  source = "./trust"

  repository        = var.repository
  owner_id          = var.owner_id
  repository_id     = var.repository_id
  issuer            = var.issuer
  oidc_provider_arn = var.oidc_provider_arn
  claims = concat(
    [var.environment != null ? "environment:${var.environment}" : "ref:refs/heads/${var.branch}"],
    var.remediation_environment != null ? ["environment:${var.remediation_environment}"] : [],
  )
}

resource "aws_iam_role" "audit" {
  name                 = var.role_name
  description          = "Read-only audit of access key rotation, assumed by GitHub Actions"
  assume_role_policy   = module.trust.policy
  max_session_duration = 3600
}

data "aws_iam_policy_document" "audit" {
  statement {
    sid       = "CredentialReport"
    actions   = ["iam:GenerateCredentialReport", "iam:GetCredentialReport"]
    resources = ["*"]
  }

  statement {
    sid = "LiveLook"
    actions = [
      "iam:ListAccessKeys",
      "iam:GetAccessKeyLastUsed",
      "iam:ListAccountAliases",
      "iam:GetAccountSummary",
    ]
    resources = ["*"]
  }

  # Whose key was switched off and on: that moves "last rotated" in the credential report.
  statement {
    sid       = "StatusChanges"
    actions   = ["cloudtrail:LookupEvents"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.owner_tag ? [1] : []
    content {
      sid       = "OwnerTag"
      actions   = ["iam:ListUserTags"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.usage ? [1] : []
    content {
      sid = "Usage"
      actions = [
        "iam:ListAttachedUserPolicies",
        "iam:ListGroupsForUser",
        "iam:ListAttachedGroupPolicies",
      ]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.remediation_environment != null ? [1] : []
    content {
      sid       = "Remediation"
      actions   = ["iam:GetUser"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.organization_role_name != null ? [1] : []
    content {
      sid       = "ListAccounts"
      actions   = ["organizations:ListAccounts"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.organization_role_name != null ? [1] : []
    content {
      sid       = "AssumeMemberRoles"
      actions   = ["sts:AssumeRole"]
      resources = ["arn:${data.aws_partition.current.partition}:iam::*:role/${var.organization_role_name}"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceOrgID"
        values   = ["$${aws:PrincipalOrgID}"]
      }
    }
  }
}

resource "aws_iam_role_policy" "audit" {
  name   = "audit"
  role   = aws_iam_role.audit.id
  policy = data.aws_iam_policy_document.audit.json
}

output "role_arn" {
  description = "The input role-to-assume"
  value       = aws_iam_role.audit.arn
}
