# Who may assume a role: the jobs of one repository whose OIDC token makes one of the claims.
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

  conditions = merge(
    {
      "${local.issuer}:aud" = [local.audience]
      "${local.issuer}:sub" = [for pair in setproduct(local.owners, var.claims) : "repo:${pair[0]}:${pair[1]}"]
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

output "policy" {
  description = "The trust policy, as JSON"
  value       = data.aws_iam_policy_document.trust.json
}
