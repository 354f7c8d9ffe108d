terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81" # the first in which thumbprint_list may be left out
    }
  }
}

data "aws_partition" "current" {}

locals {
  issuer       = trimprefix(var.issuer, "https://")
  audience     = data.aws_partition.current.partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com"
  provider_arn = var.oidc_provider_arn != null ? var.oidc_provider_arn : aws_iam_openid_connect_provider.github[0].arn

  name   = split("/", var.repository)
  owners = concat([var.repository], var.owner_id != null && var.repository_id != null ? ["${local.name[0]}@${var.owner_id}/${local.name[1]}@${var.repository_id}"] : [])
  claims = concat(
    [var.environment != null ? "environment:${var.environment}" : "ref:refs/heads/${var.branch}"],
    var.remediation_environment != null ? ["environment:${var.remediation_environment}"] : [],
  )

  conditions = merge(
    {
      "${local.issuer}:aud" = [local.audience]
      "${local.issuer}:sub" = [for pair in setproduct(local.owners, local.claims) : "repo:${pair[0]}:${pair[1]}"]
    },
    var.repository_id != null ? { "${local.issuer}:repository_id" = [var.repository_id] } : {},
  )
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = [local.audience]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    dynamic "condition" {
      for_each = local.conditions
      content {
        test     = "StringEquals"
        variable = condition.key
        values   = condition.value
      }
    }
  }
}

resource "aws_iam_role" "audit" {
  name                 = var.role_name
  description          = "Read-only audit of access key rotation, assumed by GitHub Actions"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
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
