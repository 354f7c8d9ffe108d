import type { AuditResult, KeyResult } from '../../../src/domain/audit-result.ts'
import { DAY_MS, formatInstant } from '../../../src/domain/time.ts'
import { type PlannedIssue, planIssues } from '../../../src/publish/issues/plan.ts'
import type { ExistingIssue, PlanRequest } from '../../../src/publish/issues/request.ts'
import { parseBody, withoutMarker } from '../../../src/publish/issues/state.ts'
import { AS_OF, hiding, key, result, run, SECRET } from '../build.ts'

/** An issue tracker that carries plans out in memory, so that nights can follow each other. */
export interface Tracker {
  issues: ExistingIssue[]
  comments: string[]
}

export function tracker(issues: readonly ExistingIssue[] = []): Tracker {
  return { issues: [...issues], comments: [] }
}

export interface NightOptions extends Partial<PlanRequest> {
  /** Whether names are hidden: by number, or under a secret where there are several issues. */
  readonly redacted?: boolean
  readonly assignable?: readonly string[]
}

/** One night over these keys; returns what was planned, which the tracker then shows as done. */
export function night(
  at: Tracker,
  what: AuditResult | readonly KeyResult[],
  { assignable = [], redacted = false, ...over }: NightOptions = {},
): readonly PlannedIssue[] {
  const { per = 'repository', secret = per === 'repository' ? null : SECRET } = over
  const request: PlanRequest = {
    result: 'version' in what ? what : result(what),
    hidden: redacted ? hiding(secret) : null,
    secret: redacted ? secret : null,
    per,
    labels: ['aws-access-keys'],
    assignees: [],
    changes: [],
    run: run(),
    repository: 'octo-org/octo-repo',
    mention: false,
    pulls: new Map(),
    config: { path: '.github/access-key-rotation.yml', exists: true },
    ...over,
  }
  const planned = planIssues(request, at.issues, login => assignable.includes(login))
  at.comments = planned.flatMap(each =>
    each.action === 'update' && each.comment !== null ? [each.comment] : [],
  )
  for (const each of planned) carryOut(at, each)
  return planned
}

export function actionsOf(planned: readonly PlannedIssue[]): readonly string[] {
  return planned.map(each =>
    each.action === 'update'
      ? `update${each.open ? '' : ' and close'}${each.comment ? ' with comment' : ''}`
      : each.action,
  )
}

/** The issue with some of it changed by people. */
export function edited(issue: ExistingIssue, over: Partial<Omit<ExistingIssue, 'parsed'>>): ExistingIssue {
  const body = over.body ?? issue.body
  const parsed = parseBody(body)
  if (!parsed) throw new Error('no marker left')
  return { ...issue, ...over, body, parsed }
}

export function only(at: Tracker): ExistingIssue {
  const [issue] = at.issues
  if (!issue || at.issues.length > 1) throw new Error(`${at.issues.length} issues`)
  return issue
}

/** `days` after the usual instant. */
export function later(days: number): string {
  return formatInstant(new Date(Date.parse(AS_OF) + days * DAY_MS))
}

/** The key as tonight's report tells it without a live look: no access key ID. */
export function unverified(over: Parameters<typeof key>[0]): KeyResult {
  const seen = key({ ...over, accessKeyId: null, verified: 'report' })
  return { ...seen, id: `${seen.userArn} ${seen.createdAt}` }
}

function carryOut(at: Tracker, planned: PlannedIssue): void {
  switch (planned.action) {
    case 'create': {
      const number = at.issues.reduce((highest, issue) => Math.max(highest, issue.number), 0) + 1
      const { title, body, assignees } = planned
      const parsed = parseBody(body)
      if (!parsed) throw new Error('an issue without marker')
      at.issues.push({
        number,
        url: `https://github.com/o/r/issues/${number}`,
        title,
        body,
        parsed,
        state: 'open',
        assignees,
      })
      return
    }
    case 'update': {
      const { title, body, assignees, open } = planned
      replace(at, edited(planned.issue, { title, body, assignees, state: open ? 'open' : 'closed' }))
      return
    }
    case 'close-duplicate':
      withoutMarker(planned.issue.body)
      at.issues = at.issues.filter(issue => issue !== planned.issue)
      return
    default:
  }
}

function replace(at: Tracker, changed: ExistingIssue): void {
  at.issues = at.issues.map(issue => (issue.number === changed.number ? changed : issue))
}
