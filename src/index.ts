import { main } from './main.ts'

await main()
// What was asked and never answered, such as an OIDC token, would keep the process alive for minutes.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
