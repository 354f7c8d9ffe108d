# The role remediation-role: may deactivate and delete access keys, and nothing else. The twin of setup/remediation.yaml.
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
data "aws_caller_identity" "current" {}

locals {
  issuer       = trimprefix(var.issuer, "https://")
  audience     = data.aws_partition.current.partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com"
  provider_arn = var.oidc_provider_arn != null ? var.oidc_provider_arn : aws_iam_openid_connect_provider.github[0].arn

  name   = split("/", var.repository)
  owners = concat([var.repository], var.owner_id != null && var.repository_id != null ? ["${local.name[0]}@${var.owner_id}/${local.name[1]}@${var.repository_id}"] : [])

  conditions = merge(
    {
      "${local.issuer}:aud" = [local.audience]
      "${local.issuer}:sub" = [for owner in local.owners : "repo:${owner}:environment:${var.environment}"]
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

resource "aws_iam_role" "remediation" {
  name                 = var.role_name
  description          = "Deactivates and deletes stale access keys, assumed by GitHub Actions"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

data "aws_iam_policy_document" "remediation" {
  statement {
    sid       = "ChangeAccessKeys"
    actions   = ["iam:UpdateAccessKey", "iam:DeleteAccessKey"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:user${var.user_path}*"]
  }
}

resource "aws_iam_role_policy" "remediation" {
  name   = "remediation"
  role   = aws_iam_role.remediation.id
  policy = data.aws_iam_policy_document.remediation.json
}

output "role_arn" {
  description = "The input remediation-role of the remediation job"
  value       = aws_iam_role.remediation.arn
}
