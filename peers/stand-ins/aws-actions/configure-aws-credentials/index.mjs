import { appendFileSync } from 'node:fs'

const { env } = process
const request = `${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sts.amazonaws.com`
const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` }
const { value: token } = await (await fetch(request, { headers })).json()
const answer = await fetch(env.AWS_ENDPOINT_URL, {
  method: 'POST',
  body: new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: env['INPUT_ROLE-TO-ASSUME'],
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: token,
  }),
})
const xml = await answer.text()
if (!answer.ok) throw new Error(`AssumeRoleWithWebIdentity answered ${answer.status}: ${xml}`)
const element = name => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)[1]
const variables = {
  AWS_REGION: env['INPUT_AWS-REGION'],
  AWS_ACCESS_KEY_ID: element('AccessKeyId'),
  AWS_SECRET_ACCESS_KEY: element('SecretAccessKey'),
  AWS_SESSION_TOKEN: element('SessionToken'),
}
for (const [name, text] of Object.entries(variables)) {
  if (name !== 'AWS_REGION') console.log(`::add-mask::${text}`)
  appendFileSync(env.GITHUB_ENV, `${name}=${text}\n`)
}
