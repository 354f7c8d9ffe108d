import type { YamlTree } from './yaml.ts'

/** The configuration file `.github/access-key-rotation.yml`: exemptions, owners, limits of remediation. */
export interface Config {
  /** Path relative to the checkout, or null where there is no file. */
  readonly path: string | null
  readonly exemptions: readonly ExemptionRule[]
  readonly owners: {
    /** IAM user tag that names the owner, or null. */
    readonly tag: string | null
    readonly users: readonly OwnerRule[]
  }
  readonly remediation: RemediationLimits
  /** Globs of the files that may declare users and keys. */
  readonly infrastructure: readonly string[]
}

export interface ExemptionRule {
  /** Glob over user name or path (`/ci/deployer`). */
  readonly user: string
  readonly account: string | null
  readonly accessKeyId: string | null
  readonly reason: string
  readonly ticket: string | null
  /** The last day on which it holds, UTC: `2027-01-31`. */
  readonly expires: string
  /** Line of the file, from 1. */
  readonly line: number
}

export interface OwnerRule {
  /** Glob over user name or path. */
  readonly user: string
  /** A login or `org/team`. */
  readonly owner: string
  readonly line: number
}

export interface RemediationLimits {
  /** null: off. */
  readonly deactivateAfterIdleDays: number | null
  readonly deleteAfterInactiveDays: number | null
  readonly maxChanges: number
}

/** Where to look where the file does not say: what a file holds decides, not its name. */
export const DEFAULT_INFRASTRUCTURE: readonly string[] = [
  '**/*.{tf,tofu}',
  '**/*.{tf,tofu}.json',
  '**/*.{yml,yaml,json,template}',
]

/** No configuration file. */
export const EMPTY_CONFIG: Config = {
  path: null,
  exemptions: [],
  owners: { tag: null, users: [] },
  remediation: { deactivateAfterIdleDays: null, deleteAfterInactiveDays: null, maxChanges: 10 },
  infrastructure: DEFAULT_INFRASTRUCTURE,
}

export type ConfigOutcome =
  | { readonly kind: 'config'; readonly config: Config; readonly warnings: readonly ConfigProblem[] }
  /** Every problem of the file, in the order of its lines. */
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] }

/** One line of the file and what is wrong there; the message holds text of the file. */
export interface ConfigProblem {
  readonly line: number
  readonly message: string
}

/** Room for some 4,000 exemptions. */
const MAX_CHARACTERS = 262_144

/**
 * Reads the text of a configuration file; never throws.
 * `path` is the file's, relative to the checkout; an exemption may reach a year ahead of `now`.
 */
export async function parseConfig(text: string, path: string, now: Date): Promise<ConfigOutcome> {
  if (text.length > MAX_CHARACTERS) {
    const message = `the file is larger than ${MAX_CHARACTERS / 1024} KiB: merge rules by globs`
    return { kind: 'broken', problems: [{ line: 1, message }] }
  }
  // A run without a file pays for neither.
  const [{ readYaml }, { validate }] = await Promise.all([import('./yaml.ts'), import('./schema.ts')])
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
  const config: Config = {
    path,
    exemptions,
    owners: {
      tag: file.owners.tag ?? null,
      users: file.owners.users.map((rule, index) => ({
        ...rule,
        line: tree.lineOf(['owners', 'users', index]),
      })),
    },
    remediation: {
      deactivateAfterIdleDays: file.remediation['deactivate-after-idle-days'] ?? null,
      deleteAfterInactiveDays: file.remediation['delete-after-inactive-days'] ?? null,
      maxChanges: file.remediation['max-changes'],
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
