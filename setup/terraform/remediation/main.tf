# The role remediation-role: may deactivate and delete access keys, and nothing else. The twin of setup/remediation.yaml.
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
data "aws_caller_identity" "current" {}

module "trust" {
  source = "../trust"

  repository        = var.repository
  owner_id          = var.owner_id
  repository_id     = var.repository_id
  issuer            = var.issuer
  oidc_provider_arn = var.oidc_provider_arn
  claims            = ["environment:${var.environment}"]
}

resource "aws_iam_role" "remediation" {
  name                 = var.role_name
  description          = "Deactivates and deletes stale access keys, assumed by GitHub Actions"
  assume_role_policy   = module.trust.policy
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
