import type { Config } from './config/config.ts'
import type { Policy } from './domain/audit-result.ts'
import type { NameMentions } from './domain/declarations.ts'
import type { Gathered } from './domain/evidence.ts'
import { type AccountLook, type KeyLook, withLooks } from './domain/observations.ts'
import { type AccountEvaluation, evaluateAccount, undeclaredUsers } from './evaluate/evaluate.ts'
import type { Located } from './locate/locate.ts'

/** The evaluation of each account, as it is gathered. */
interface Evaluations {
  add(account: Gathered): Promise<AccountEvaluation>
  /** All, in the order in which they were added, once every name was looked for. */
  settled(): Promise<readonly AccountEvaluation[]>
  /** Those under the base commit's configuration. */
  readonly base: readonly AccountEvaluation[]
  /** IDs of inactive keys that an account's report does not have as inactive. */
  reportedActive(): readonly string[]
  /** Evaluates accounts once more, by newer looks at their users' keys; gives their evidence with those. */
  lookAgain(looks: readonly AccountLook[]): readonly Gathered[]
}

interface EvaluationContext {
  readonly locating: Promise<Located>
  readonly config: Config
  readonly baseConfig: Config | null
  readonly policy: Policy
  readonly now: Date
  /** Whether evidence is held, for `lookAgain`; an organization's is large. */
  readonly holdsEvidence: boolean
}

export function openEvaluations(context: EvaluationContext): Evaluations {
  const { locating, config, baseConfig, policy, now } = context
  const evaluations: AccountEvaluation[] = []
  const searches: Promise<void>[] = []
  const base: AccountEvaluation[] = []
  const held = new Map<string, (looks: readonly KeyLook[]) => Gathered>()
  return {
    base,
    async add(account) {
      const { declarations, mentionsOf } = await locating
      let mentions: NameMentions | undefined
      const evaluate = (by: Config, gathered = account) =>
        evaluateAccount(gathered, declarations, by, policy, now, mentions)
      const evaluation = evaluate(config)
      const index = evaluations.push(evaluation) - 1
      if (baseConfig) base.push(evaluate(baseConfig))
      // Only the names of keys that no code declares are looked for, while other accounts are gathered.
      const search = mentionsOf(undeclaredUsers(evaluation)).then(found => {
        mentions = found
        if (found.size > 0) evaluations[index] = evaluate(config)
      })
      searches.push(search)
      if (context.holdsEvidence)
        held.set(account.account.id, looks => {
          const after = withLooks(account, looks)
          evaluations[index] = evaluate(config, after)
          return after
        })
      return evaluation
    },
    async settled() {
      await Promise.all(searches)
      return evaluations
    },
    reportedActive: () => evaluations.flatMap(each => each.reportedActive),
    lookAgain: looks =>
      [...Map.groupBy(looks, ({ account }) => account)].flatMap(
        ([account, seen]) => held.get(account)?.(seen.map(({ look }) => look)) ?? [],
      ),
  }
}
