import type { Config } from './config/config.ts'
import type { Policy } from './domain/audit-result.ts'
import type { NameMentions } from './domain/declarations.ts'
import type { Gathered } from './domain/evidence.ts'
import { type AccountLook, type KeyLook, withLooks } from './domain/observations.ts'
import { type AccountEvaluation, evaluateAccount, undeclaredUsers } from './evaluate/evaluate.ts'
import type { Located } from './locate/locate.ts'

interface EvaluationContext {
  readonly locating: Promise<Located>
  readonly config: Config
  readonly baseConfig: Config | null
  readonly policy: Policy
  readonly now: Date
  /** Whether evidence is held, for `lookAgain`; an organization's is large. */
  readonly holdsEvidence: boolean
}

/** The evaluation of each account, as it is gathered. */
export function openEvaluations(context: EvaluationContext) {
  const { locating, config, baseConfig, policy, now } = context
  const evaluations: AccountEvaluation[] = []
  const searches: Promise<void>[] = []
  const base: AccountEvaluation[] = []
  const held = new Map<string, (looks: readonly KeyLook[]) => Gathered>()
  return {
    /** Those under the base commit's configuration. */
    base: base as readonly AccountEvaluation[],
    async add(account: Gathered): Promise<AccountEvaluation> {
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
    /** All, in the order in which they were added, once every name was looked for. */
    async settled(): Promise<readonly AccountEvaluation[]> {
      await Promise.all(searches)
      return evaluations
    },
    /** IDs of inactive keys that an account's report does not have as inactive. */
    reportedActive: () => evaluations.flatMap(each => each.reportedActive),
    /** Evaluates accounts once more, by newer looks at their users' keys; gives their evidence with those. */
    lookAgain: (looks: readonly AccountLook[]): readonly Gathered[] =>
      [...Map.groupBy(looks, ({ account }) => account)].flatMap(
        ([account, seen]) => held.get(account)?.(seen.map(({ look }) => look)) ?? [],
      ),
  }
}
