import type { Config, ConfigProblem, RemediationLimits } from './config.ts'
import { validate } from './schema.ts'
import { readYaml, type YamlTree } from './yaml.ts'

export type ConfigOutcome =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly ConfigProblem[] }
  /** Every problem of the file, in the order of its lines. */
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] }

/** Room for some 4,000 exemptions. */
const MAX_CHARACTERS = 262_144

/**
 * Reads the text of a configuration file; never throws.
 * `path` is the file's, relative to the checkout; an exemption may reach a year ahead of `now`.
 */
export function parseConfig(text: string, path: string, now: Date): ConfigOutcome {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file is larger than ${MAX_CHARACTERS / 1024} KiB: merge rules by globs`
    return { kind: 'broken', problems: [{ line: 1, message }] }
  }
  const tree = readYaml(text)
  // What a file with broken syntax says is a guess.
  const { file, problems } = tree.readable ? validate(tree, now) : { file: null, problems: [] }
  const all = inOrder([...tree.problems, ...problems])
  if (file === null || all.length > 0) return { kind: 'broken', problems: all }

  const exemptions = file.exemptions.map((rule, index) => ({
    user: rule.user,
    account: rule.account ?? null,
    accessKeyId: rule['access-key-id'] ?? null,
    reason: rule.reason,
    ticket: rule.ticket ?? null,
    expires: rule.expires,
    line: tree.lineOf(['exemptions', index]),
  }))
  const acceptUnverified = file['accept-unverified'].map((rule, index) => ({
    ...rule,
    account: rule.account ?? null,
    ticket: rule.ticket ?? null,
    line: tree.lineOf(['accept-unverified', index]),
  }))
  const config: Config = {
    path,
    exemptions,
    acceptUnverified,
    owners: {
      tag: file.owners.tag ?? null,
      users: file.owners.users.map((rule, index) => ({
        ...rule,
        line: tree.lineOf(['owners', 'users', index]),
      })),
      mention: file.owners.mention,
    },
    remediation: {
      deactivateAfterIdleDays: file.remediation['deactivate-after-idle-days'] ?? null,
      deleteAfterInactiveDays: file.remediation['delete-after-inactive-days'] ?? null,
      maxChanges: file.remediation['max-changes'],
      madeByHand: file.remediation['made-by-hand'],
    },
    infrastructure: file.infrastructure,
  }
  return { kind: 'config', config, warnings: warningsOf(config.remediation, tree) }
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const unique = new Map(problems.map(problem => [`${problem.line} ${problem.message}`, problem]))
  return [...unique.values()].toSorted((a, b) => a.line - b.line)
}

function warningsOf(
  { deleteAfterInactiveDays }: RemediationLimits,
  tree: YamlTree,
): readonly ConfigProblem[] {
  if (deleteAfterInactiveDays === null || deleteAfterInactiveDays >= QUARTER_DAYS) return []
  const line = tree.lineOf(['remediation', 'delete-after-inactive-days'])
  return [
    {
      line,
      message: `deletes keys after ${deleteAfterInactiveDays} days: a job that runs each quarter loses its secret before its next run, and a deleted key cannot be brought back; ${QUARTER_DAYS} days are the least that spare it`,
    },
  ]
}

const QUARTER_DAYS = 90
