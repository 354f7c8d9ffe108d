import { appendFileSync } from 'node:fs'

const { env } = process
for (const name of ['CLIENT-ID', 'PRIVATE-KEY', 'OWNER', 'REPOSITORIES'])
  if (!env[`INPUT_${name}`]) throw new Error(`${name.toLowerCase()} must be set`)
if (env['INPUT_PERMISSION-ACTIONS'] !== 'read') throw new Error('no other permission is stood in for')
const token = 'ghs_StandInInstallationToken0123456789abcd'
console.log(`::add-mask::${token}`)
appendFileSync(env.GITHUB_OUTPUT, `token=${token}\n`)
