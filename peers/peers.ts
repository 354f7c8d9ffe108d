/** `npm run test:peers [-- peer…]`: the built action and this project's files against independent implementations; all of them, or those named: `moto`, `act`, `cfn-lint`. */

import { actChecks } from './act.ts'
import { runChecks } from './check.ts'
import { codeChecks } from './code.ts'
import { install } from './install.ts'
import { linterChecks } from './linters.ts'
import { startMoto } from './moto.ts'

await install()
const moto = await startMoto()
const peers = process.argv.slice(2)
const checks = [...linterChecks, ...codeChecks, ...actChecks, ...moto.checks].filter(
  ({ name }) => peers.length === 0 || peers.some(peer => name.startsWith(peer)),
)
try {
  if (!(await runChecks(checks))) process.exitCode = 1
} finally {
  await moto.close()
}
