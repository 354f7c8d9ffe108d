/** The demo's checkout: a small git repository that declares some of the account's users. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HARD_CODED_ID } from './demo-world.ts'
import { daysAgo } from './world.ts'

/** Lays it in a temporary directory; returns its path and commit. */
export function layCheckout(): { path: string; sha: string } {
  const path = mkdtempSync(join(tmpdir(), 'demo-checkout-'))
  for (const [name, text] of Object.entries(files())) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Octo Cat', '-c', 'user.email=octocat@example.com', ...args], {
      cwd: path,
      encoding: 'utf8',
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=Demo')
  return { path, sha: git('rev-parse', 'HEAD') }
}

/** Path → text. */
export function files(): Record<string, string> {
  const expires = daysAgo(-68).slice(0, 10)
  return {
    '.github/access-key-rotation.yml': `exemptions:
  - user: vendor-*
    reason: rotated by the vendor each quarter
    ticket: SEC-1234
    expires: ${expires}
owners:
  tag: owner
  users:
    - { user: ci-*, owner: octo-org/platform }
remediation:
  deactivate-after-idle-days: 90
  delete-after-inactive-days: 90
`,
    '.github/CODEOWNERS': 'iam/ @mona\n',
    '.github/workflows/deploy.yml': `on: { push: { branches: [main] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@v6
        with:
          aws-region: us-east-1
          aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
`,
    'iam/ci.tf': `resource "aws_iam_user" "deployer" {
  name = "ci-deployer"
  path = "/ci/"
}

resource "aws_iam_access_key" "deployer" {
  user = aws_iam_user.deployer.name
}

resource "aws_iam_access_key" "deployer_next" {
  user = aws_iam_user.deployer.name
}
`,
    'iam/users.tf': `locals {
  services = ["packer", "idle-reports"]
}

resource "aws_iam_user" "service" {
  for_each = toset(local.services)
  name     = each.value
}

resource "aws_iam_access_key" "service" {
  for_each = toset(local.services)
  user     = aws_iam_user.service[each.key].name
}

resource "aws_iam_user" "rotating" {
  name = "rotating"
}
`,
    'scripts/notify.sh': `#!/bin/sh
export AWS_ACCESS_KEY_ID=${HARD_CODED_ID}
aws sns publish --topic-arn "$TOPIC" --message "$1"
`,
    'README.md': '# Infrastructure of the demo\n',
  }
}
