import { readFile, stat } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import * as v from 'valibot'
import { parsedReportOf, readableReport } from '../domain/credential-report.ts'
import { sha256 } from '../domain/digest.ts'
import { UserError } from '../domain/errors.ts'
import {
  type Account,
  EVIDENCE_VERSION,
  type Gathered,
  gatheredSchema,
  type Shard,
} from '../domain/evidence.ts'
import { compareText } from '../domain/order.ts'
import { PARTITIONS, type Partition } from '../domain/partitions.ts'
import { formatInstant, isAfter } from '../domain/time.ts'
import { refuseContradictions } from './contradictions.ts'
import { accountsDigest, shardSize } from './organization.ts'
import type { SavedSource } from './request.ts'
import { decodeText, jsonAnswer, readSavedReport } from './saved-report.ts'

/**
 * Saved evidence, one account after the other: evidence of earlier runs and bare credential reports.
 * Throws a UserError before the first one where any file is unusable, too old, given twice, or evidence of an account is missing.
 */
export async function* readSaved(source: SavedSource, now: Date): AsyncGenerator<Gathered> {
  const paths = await findFiles(source)
  // Evidence is read twice and held once: only what identifies each file is kept until all are known to be good. Bare
  // reports, which are few, are parsed to be known.
  const labels: Label[] = []
  const bare = new Map<string, Gathered>()
  for (const path of paths) {
    const gathered = await readSavedFile(path, source)
    labels.push({ path: relative(source.workspace, path), ...labelOf(gathered) })
    if (gathered.kind === 'evidence' && gathered.gatheredAt === null) bare.set(path, gathered)
  }
  refuseTwice(labels)
  refuseIncompleteLists(labels)
  refuseFuture(labels, now)
  if (source.maxAgeHours !== null) refuseOld(labels, source.maxAgeHours, now)
  for (const path of paths) yield bare.get(path) ?? (await readSavedFile(path, source))
}

interface Label {
  /** Relative to the workspace. */
  readonly path: string
  readonly account: Account
  readonly age: Age
  readonly startedAt: string | undefined
  readonly shard: Gathered['shard']
}

/** What tells how old evidence is: when it was gathered, or its report generated, or else the newest date in the report. */
interface Age {
  readonly by: 'gathered' | 'generated' | 'newest'
  readonly at: string | null
}

function labelOf(gathered: Gathered): Omit<Label, 'path'> {
  const startedAt = gathered.kind === 'evidence' ? gathered.startedAt : undefined
  return { account: gathered.account, age: ageOf(gathered), startedAt, shard: gathered.shard }
}

function ageOf(gathered: Gathered): Age {
  if (gathered.kind === 'failed-account') return { by: 'gathered', at: gathered.at }
  const { gatheredAt, report } = gathered
  if (gatheredAt !== null) return { by: 'gathered', at: gatheredAt }
  if (report.generatedAt !== null) return { by: 'generated', at: report.generatedAt }
  return { by: 'newest', at: readableReport(report)?.newestDate ?? null }
}

/** What tells how old a file of saved evidence is. Throws as `readSaved` does of what it cannot read. */
export async function ageOfFile(path: string): Promise<Age> {
  return ageOf(await parseSavedFile(path))
}

/** Absolute paths, sorted. */
async function findFiles({ patterns, workspace }: SavedSource): Promise<string[]> {
  const ignore = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1))
  const found = new Set<string>()
  for (const pattern of patterns.filter(each => !each.startsWith('!'))) {
    const matches = (await isFile(resolve(workspace, pattern)))
      ? [resolve(workspace, pattern)]
      : await expand(pattern, ignore, workspace)
    if (matches.length === 0)
      throw new UserError(
        'evidence-files names files that do not exist.',
        'Check the path or glob, which is relative to the checkout, and that the step which downloads the evidence came before this one and found it.',
        pattern,
      )
    for (const match of matches) found.add(resolve(match))
  }
  if (found.size === 0)
    throw new UserError(
      'evidence-files matches no file, so there is nothing to audit.',
      'Name at least one file, or a glob that matches one.',
    )
  return [...found].sort()
}

async function expand(pattern: string, ignore: readonly string[], workspace: string): Promise<string[]> {
  const { glob } = await import('tinyglobby')
  return glob(asGlob(pattern), { cwd: workspace, ignore: ignore.map(asGlob), absolute: true, dot: true })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}

/** Windows paths become globs. */
function asGlob(pattern: string): string {
  return process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern
}

async function readSavedFile(path: string, { workspace }: SavedSource): Promise<Gathered> {
  try {
    return await parseSavedFile(path)
  } catch (error) {
    const name = relative(workspace, path)
    if (!(error instanceof UserError))
      throw new UserError(
        'A file of evidence-files could not be read.',
        FETCH_AGAIN,
        `${name}: ${messageOf(error)}`,
      )
    const detail = error.detail ? `${name}: ${error.detail}` : name
    throw new UserError(error.message, error.remedy, detail, { cause: error })
  }
}

async function parseSavedFile(path: string): Promise<Gathered> {
  const { size } = await stat(path)
  if (size > MAX_BYTES)
    throw new UserError(`A file of evidence-files is larger than ${MAX_BYTES / 2 ** 20} MiB.`, NOT_EVIDENCE)
  const bytes = await readFile(path)
  const text = decodeText(bytes).text.trim()
  if (text === '') throw new UserError('A file of evidence-files is empty.', FETCH_AGAIN)
  // By what it is, whatever its name; AWS's answer is JSON, too.
  return /^[[{]/.test(text) && jsonAnswer(text) === null ? savedEvidence(text) : bareReport(bytes)
}

/** A credential report: its account stands in its ARNs. */
function bareReport(bytes: Buffer): Gathered {
  const { content, parsed, generatedAt } = readSavedReport(bytes)
  const report = { content: content.toString('base64'), sha256: sha256(content), generatedAt }
  const { rows } = parsedReportOf(report, parsed)
  const owners = new Set(rows.map(({ arn }) => /^arn:[a-z-]+:iam::\d{12}:/.exec(arn)?.[0] ?? ''))
  const [owner = '', ...others] = owners
  const [, partition = '', , , id = ''] = owner.split(':')
  if (others.length > 0 || !Object.hasOwn(PARTITIONS, partition))
    throw new UserError(
      'A credential report of evidence-files does not say of which account it is: its ARNs name no account, or several.',
      'Give each account its own report, as AWS sends it.',
    )
  return {
    kind: 'evidence',
    version: EVIDENCE_VERSION,
    account: { id, partition: partition as Partition, name: null, alias: null },
    role: null,
    gatheredAt: null,
    report,
    observations: [],
    refusals: [],
  }
}

/** Evidence that an earlier run wrote, valid to the last field. */
function savedEvidence(text: string): Gathered {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError('A file of evidence-files is not JSON.', NOT_EVIDENCE, messageOf(error))
  }
  const { kind, version } = (value ?? {}) as { kind?: unknown; version?: unknown }
  if (kind !== 'evidence' && kind !== 'failed-account')
    throw new UserError('A JSON file of evidence-files is not evidence of this action.', NOT_EVIDENCE)
  if (version !== EVIDENCE_VERSION)
    throw new UserError(
      `A file of evidence-files has another version of the evidence format than this action reads (${EVIDENCE_VERSION}).`,
      'Use the same version of this action in the job that gathers and in the job that evaluates, and gather again.',
      `version ${JSON.stringify(version)?.slice(0, 50)}`,
    )
  const parsed = v.safeParse(gatheredSchema, value, { abortEarly: true })
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new UserError(
      'A file of evidence-files is damaged: a field is not what this action writes.',
      FETCH_AGAIN,
      `${v.getDotPath(issue) ?? '(root)'}: ${issue.message}`.slice(0, 500),
    )
  }
  const gathered = parsed.output
  if (
    gathered.kind === 'evidence' &&
    sha256(Buffer.from(gathered.report.content, 'base64')) !== gathered.report.sha256
  )
    throw new UserError(
      'A file of evidence-files was changed: its credential report does not match its SHA-256.',
      FETCH_AGAIN,
    )
  if (gathered.kind === 'evidence') refuseContradictions(gathered)
  return gathered
}

function refuseTwice(labels: readonly Label[]): void {
  const seen = new Map<string, Label>()
  for (const label of labels) {
    const key = `${label.account.partition} ${label.account.id}`
    const other = seen.get(key)
    if (other)
      throw new UserError(
        'evidence-files has evidence of the same account twice.',
        'Give one file for each account: with shards, each shard of one run once; of several nights, one night.',
        `account ${label.account.id}: ${other.path} and ${label.path}`,
      )
    seen.set(key, label)
  }
}

/** Evidence says of which list of accounts it is: of each such list, every account must be there, and no other. */
function refuseIncompleteLists(labels: readonly Label[]): void {
  const parts = labels.flatMap(({ shard, path, account }) => (shard ? [{ shard, path, account }] : []))
  const lists = Map.groupBy(parts, ({ shard }) => `${shard.accountsDigest} ${shard.count}`)
  const [whole, other] = [...lists.values()].map(list => list[0])
  try {
    for (const list of lists.values()) refuseIncomplete(list)
  } catch (error) {
    if (!whole || !other) throw error
    throw new UserError(
      'evidence-files has evidence of different audits, and not all of one: they do not agree on the list of accounts or on the number of shards.',
      'Use the evidence of one run. If an account joined or left the organization between shards, run all of them again.',
      `${whole.path} and ${other.path}`,
      { cause: error },
    )
  }
}

function refuseIncomplete(list: readonly (Pick<Label, 'account'> & { readonly shard: Shard })[]): void {
  const [first] = list
  if (!first) return
  const whole = first.shard
  for (let index = 1; index <= whole.count; index++) {
    const expected = shardSize({ ...whole, index })
    const present = list.filter(({ shard }) => shard.index === index).length
    const of = whole.count === 1 ? 'an account' : `shard ${index}/${whole.count}`
    if (present !== expected)
      throw new UserError(
        `evidence-files ${present < expected ? 'lacks' : 'has too much'} evidence of ${of}: ${present} of its ${expected} accounts are there.`,
        `Run the job that gathers it again, and check that its evidence was uploaded and downloaded whole.`,
      )
  }
  if (accountsDigest(list.map(({ account }) => account.id)) !== whole.accountsDigest)
    throw new UserError(
      'evidence-files has evidence whose accounts are not those of the audit that it belongs to.',
      'Use the evidence of one run, unchanged.',
    )
}

/** Keys would be younger than they are. */
function refuseFuture(labels: readonly Label[], now: Date): void {
  for (const { path, age, startedAt } of labels) {
    const earliest = startedAt ?? age.at
    if (earliest !== null && isAfter(earliest, now))
      throw new UserError(
        `The evidence is of ${earliest}, after the instant of the evaluation, ${formatInstant(now)}: its keys would be judged younger than they are.`,
        'Set as-of to that instant or later. Without as-of, look at the clock of this runner, and of the one that gathered it.',
        path,
      )
  }
}

function refuseOld(labels: readonly Label[], maxAgeHours: number, now: Date): void {
  const [oldest] = labels.toSorted((a, b) => compareText(a.age.at ?? '', b.age.at ?? ''))
  if (oldest === undefined) return
  const { path } = oldest
  const { by, at } = oldest.age
  if (at === null)
    throw new UserError(
      'A credential report of evidence-files says neither when it was generated nor any date.',
      TELL_AGE,
      path,
    )
  const age = (now.getTime() - Date.parse(at)) / 3_600_000
  if (age <= maxAgeHours) return
  const hours = Math.floor(age)
  const byAge: Record<Age['by'], readonly [string, string]> = {
    gathered: [
      `The evidence is ${hours} hours old, gathered at ${at}`,
      'The workflow that gathers it has stopped or fails: look at its last runs, and run it again. GitHub pauses schedules after 60 days without activity in a public repository.',
    ],
    generated: [
      `The credential report is ${hours} hours old, generated at ${at}`,
      'Give a fresh one, or set as-of to evaluate it as of then.',
    ],
    newest: [
      `The credential report does not say when it was generated, and its newest date is ${hours} hours ago, ${at}`,
      TELL_AGE,
    ],
  }
  const [message, remedy] = byAge[by]
  throw new UserError(`${message}; max-evidence-age-hours allows ${maxAgeHours}.`, remedy, path)
}

const TELL_AGE =
  "Give a fresh one as the CLI's JSON, which says when it was generated: `aws iam generate-credential-report`, then `aws iam get-credential-report --output json > report.json`. Or set as-of to evaluate it as of that instant."

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300)
}

const MAX_BYTES = 64 * 2 ** 20

const NOT_EVIDENCE =
  'Name only evidence files that this action wrote (evidence/ACCOUNT.json in output-directory) and credential reports in evidence-files.'

const FETCH_AGAIN = 'Gather or download it again, and give it unchanged.'
