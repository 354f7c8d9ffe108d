# comment
resource "aws_iam_user" "heredoc" {
  name = <<-EOT
    ci
  EOT
  tags = { "a" : 1, b = [1, 2,], (c) = !true ? -1 : 2 }
}
/* block */ resource "aws_iam_user" "__proto__" { name = lookup({ toString = "ci-deployer" }, "toString", null) }
module "user" {
  source = "terraform-aws-modules/iam/aws//modules/iam-user"
  name   = join("-", ["ci", "deployer"])
}
resource "aws_iam_access_key" "splat" { user = aws_iam_user.counted[*].name[0] }
x = "%{ if true }a%{ endif }$${b}\u0041"
