# one line, and what hands it on
resource "aws_iam_access_key" "a" { user = "svc-a" } # end

resource "aws_iam_access_key" "b" {
  count   = 1
  user    = "svc-b" # who
  pgp_key = "keybase:x"

  lifecycle {
    create_before_destroy = true
  }
}
resource "aws_iam_access_key" "c" {
  for_each = toset(["c", "d"])
  user     = "svc-${each.key}"
  status   = "Active"
}

output "a" {
  value     = aws_iam_access_key.a.secret
  sensitive = true
}
resource "aws_ssm_parameter" "b" {
  name  = "/svc/b"
  value = aws_iam_access_key.b[0].secret
}
moved {
  from = aws_iam_access_key.old
  to   = aws_iam_access_key.a
}
