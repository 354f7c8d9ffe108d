import type { Config, RemediationLimits } from './config.ts'
import { validate } from './schema.ts'
import { type ConfigProblem, readYaml, type YamlTree } from './yaml.ts'

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

  const atLines = <Rule>(rules: readonly Rule[], ...list: readonly string[]) =>
    rules.map((rule, index) => ({ ...rule, line: tree.lineOf([...list, index]) }))
  const { owners, remediation, infrastructure } = file
  const config: Config = {
    path,
    exemptions: atLines(file.exemptions, 'exemptions'),
    acceptUnverified: atLines(file['accept-unverified'], 'accept-unverified'),
    owners: { ...owners, users: atLines(owners.users, 'owners', 'users') },
    remediation,
    infrastructure,
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
