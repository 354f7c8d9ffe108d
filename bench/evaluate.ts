/** Parsing and evaluating one account's largest possible report, as a ratio to `JSON.parse` of the same data. */
import { renderReport } from '../sandbox/aws/report.ts'
import { evidenceOf } from '../sandbox/evidence.ts'
import { madeOrganization, memberId } from '../sandbox/made-organization.ts'
import { EMPTY_CONFIG } from '../src/config/config.ts'
import { parseReport } from '../src/domain/credential-report.ts'
import { NO_DECLARATIONS } from '../src/domain/declarations.ts'
import { evaluateAccount } from '../src/evaluate/evaluate.ts'
import { collectGarbage, median, milliseconds, type Row, ratio, timed } from './measure.ts'

/** AWS's limit on users in an account. */
const USERS = 5000

export async function benchEvaluate(rounds = 21): Promise<Row[]> {
  const rows: Row[] = []
  for (const staleShare of [0, 0.6]) {
    const report = makeReport(staleShare)
    const json = JSON.stringify(asObjects(report.toString('utf8')))
    const policy = { maxAgeDays: 90, warnDays: 14, failOn: 'stale', verifyKeys: 'findings' } as const
    const now = new Date()
    const times = { json: [] as number[], parse: [] as number[], evaluate: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const measure = async (of: number[], work: () => unknown) => {
        // What the one before it left is not this one's to collect.
        collectGarbage()
        of.push(await timed(work))
      }
      await measure(times.json, () => JSON.parse(json))
      await measure(times.parse, () => parseReport(report.toString('utf8')))
      // New each time: a report is parsed once for each piece of evidence.
      const evidence = evidenceOf(report, null)
      await measure(times.evaluate, () =>
        evaluateAccount(evidence, NO_DECLARATIONS, EMPTY_CONFIG, policy, now),
      )
    }
    const [ofJson, ofParse, ofBoth] = [median(times.json), median(times.parse), median(times.evaluate)]
    const stale = `${staleShare * USERS} stale`
    rows.push(
      {
        what: `JSON.parse of ${USERS} users, ${2 * USERS} keys, ${stale}`,
        figure: milliseconds(ofJson),
        aim: '',
      },
      { what: 'parse the report alone', figure: milliseconds(ofParse), aim: '' },
      { what: 'parse and evaluate', figure: milliseconds(ofBoth), aim: '' },
      { what: '… as a ratio', figure: ratio(ofBoth / ofJson), aim: '5' },
    )
  }
  return rows
}

function makeReport(staleShare: number): Buffer {
  const { accounts } = madeOrganization({ accounts: 1, users: USERS, keysPerUser: 2, staleShare })
  const account = accounts.get(memberId(0))
  if (account === undefined) throw new Error('no account was made')
  return renderReport(account)
}

/** Each row as an object by column name, as a JSON API would send it. */
function asObjects(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = csv.split('\n').map(line => line.split(','))
  return rows.map(cells => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}
