/** What is said where names are hidden: why, and how somebody with access to AWS finds which key a name is. */
import type { Hidden } from '../report.ts'
import { type Content, codeBlock, details, link, type Markdown, md } from './markdown.ts'

const GUIDE =
  'https://github.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit/blob/main/docs/recipes.md#which-key-is-it'

export function hiddenNames({ reason, by }: Hidden): Markdown {
  const how: Content =
    by === 'secret'
      ? 'Each key has a name of eight letters that stays; who has the secret and can read IAM finds which key it is.'
      : 'Keys have numbers; who can read IAM finds a key by the second of its creation.'
  return md`Names are hidden here because ${reason}. ${how} ${link('How to find a key', GUIDE)}.`
}

/** The command that finds them, folded. */
export function whichKey({ by }: Hidden): Markdown {
  return details('Which key is it?', codeBlock(by === 'secret' ? BY_SECRET : BY_DATE, 'sh'))
}

const EACH_USER = `for user in $(aws iam list-users --query 'Users[].UserName' --output text); do
  aws iam list-access-keys --user-name "$user" --output text`

export const BY_DATE = `${EACH_USER} \\
    --query 'AccessKeyMetadata[].[CreateDate,UserName,AccessKeyId]'
done | sort`

export const BY_SECRET = `${EACH_USER} \\
    --query 'AccessKeyMetadata[].[AccessKeyId,UserName]'
done | while read -r key user; do
  name=$(printf 'key:%s' "$key" | openssl dgst -sha256 -hmac "$REDACTION_SECRET" -r | cut -c1-8)
  echo "$name $user $key"
done`
