/** `npm run test:peers [-- peer…]`: the built action and this project's files against independent implementations; all of them, or those named: `moto`, `act`, `cfn-lint`. */

import { actChecks } from './act.ts'
import { runChecks } from './check.ts'
import { codeChecks } from './code.ts'
import { install } from './install.ts'
import { linterChecks } from './linters.ts'
import { startMoto } from './moto.ts'
import { policyChecks } from './policies.ts'
import { setupChecks } from './setup.ts'

try {
  await install()
} catch (error) {
  console.error(`FAILED the peers could not be installed: ${error instanceof Error ? error.message : error}`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const moto = await startMoto()
const peers = process.argv.slice(2)
const checks = [
  ...linterChecks,
  ...codeChecks,
  ...policyChecks,
  ...actChecks,
  ...moto.checks,
  ...setupChecks(moto),
].filter(({ name }) => peers.length === 0 || peers.includes(name.split(/[ :]/, 1)[0] ?? ''))
try {
  if (!(await runChecks(checks))) process.exitCode = 1
} finally {
  await moto.close()
}
