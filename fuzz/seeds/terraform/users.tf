locals {
  team  = "ci"
  names = toset(["ann", "bob", "${local.team}-deployer"])
}
variable "prefix" { default = "x" }
resource "aws_iam_user" "ci" {
  name = "${local.team}-deployer"
  path = "/ci/"
}
resource "aws_iam_user" "each" {
  for_each = local.names
  name     = format("%s-%s", var.prefix, each.key)
}
resource "aws_iam_user" "counted" {
  count = 3
  name  = "user-${count.index}"
}
resource "aws_iam_access_key" "ci" {
  user   = aws_iam_user.ci.name
  status = "Inactive"
}
data "aws_iam_user" "known" { user_name = "ci-deployer" }
output "names" { value = [for user in aws_iam_user.each : user.name if user.name != "ann"] }
