/** `npm run test:peers [-- word…]`: the built action and this project's files against independent implementations; only checks that a word is part of, where one is given. */

import { runChecks } from './check.ts'
import { codeChecks } from './code.ts'
import { install } from './install.ts'
import { linterChecks } from './linters.ts'
import { startMoto } from './moto.ts'

await install()
const moto = await startMoto()
const words = process.argv.slice(2)
const checks = [...linterChecks, ...codeChecks, ...moto.checks].filter(
  ({ name }) => words.length === 0 || words.some(word => name.includes(word)),
)
try {
  if (!(await runChecks(checks))) process.exitCode = 1
} finally {
  await moto.close()
}
