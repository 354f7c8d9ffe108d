import type { getOctokit } from '@actions/github'
import { UserError } from '../domain/errors.ts'
import { isUnanswered, OutOfTime, statusOf } from './errors.ts'

export type GitHub = ReturnType<typeof getOctokit>

type Plugin = Parameters<typeof getOctokit>[2]

/** In seconds: the longest wait for a rate limit, all waits of one client together, and what one counts at least. */
export const LONGEST_WAIT = 120
export const WAIT_BUDGET = 300
const SHORTEST_WAIT = 30

/** GitHub itself ends a request after ten seconds (docs.github.com, Troubleshooting the REST API, Timeouts). */
export const REQUEST_TIMEOUT_MS = 15_000
/** After the first attempt; waiting one second, then four. */
export const RETRIES = 2
/** In minutes: after a request that nobody answered, none is tried for so long. */
export const PAUSE_MINUTES = 5

interface Options {
  readonly apiUrl?: string | undefined
  /** No request, no retry and no wait goes on beyond it. */
  readonly deadline?: Date
  /** Told of waits. */
  readonly log?: (line: string) => void
}

/**
 * Octokit with retries, GitHub's pacing for writes, and bounded waits for rate limits.
 * Loaded here and not above: a run that asks GitHub nothing evaluates none of it. @throws UserError without a token
 */
export async function createGitHub(
  token: string,
  { apiUrl, deadline = NEVER, log = quiet }: Options = {},
): Promise<GitHub> {
  if (token === '') {
    throw new UserError('There is no GitHub token', 'Leave out the input `github-token`, or give it a token.')
  }
  const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
    loadToolkit(),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
  ])
  const wait = waitWithin(WAIT_BUDGET, deadline, log)
  const options = {
    ...(apiUrl ? { baseUrl: apiUrl } : {}),
    // Octokit's own warnings quote what GitHub sent to standard error, unescaped.
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { retries: RETRIES, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      id: `${pacingIds++}`,
      onRateLimit: (seconds: number) => wait('rate limit', seconds),
      onSecondaryRateLimit: (seconds: number) => wait('secondary rate limit', seconds),
    },
  }
  const time = timeUntil(deadline)
  // The first plugin stands next to the wire: what it throws, the later ones may retry.
  return getOctokit(
    token,
    options,
    onlyWholeAnswers,
    boundedAttempts(time),
    retry,
    throttling,
    onlyInTime(time),
  )
}

/** The toolkit reads the event file while it loads, and throws where that is broken; `readRun` reads it with more patience. */
async function loadToolkit() {
  const path = process.env['GITHUB_EVENT_PATH']
  delete process.env['GITHUB_EVENT_PATH']
  try {
    return await import('@actions/github')
  } finally {
    if (path !== undefined) process.env['GITHUB_EVENT_PATH'] = path
  }
}

/** One pace per client: the throttling plugin keeps its queues by ID for the whole process. */
let pacingIds = 0

function quiet(): void {}

const NEVER = new Date(8.64e15)
/** The longest that a timer takes. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Aborts at the deadline. */
function timeUntil(deadline: Date): AbortSignal {
  return AbortSignal.timeout(Math.min(Math.max(0, deadline.getTime() - Date.now()), LONGEST_TIMER))
}

function waitWithin(budget: number, deadline: Date, log: (line: string) => void) {
  let left = budget
  return (limit: string, seconds: number): boolean => {
    if (seconds > LONGEST_WAIT || seconds > left) return false
    if (Date.now() + seconds * 1000 > deadline.getTime()) return false
    // Where clocks differ GitHub seems to ask for no wait at all: such tries must end, too.
    left -= Math.max(SHORTEST_WAIT, seconds)
    log(`GitHub's ${limit} is reached; waiting ${seconds} s as GitHub asks`)
    return true
  }
}

/**
 * Octokit turns a body that was cut off into a string, and pagination turns that, as any conflict, into an empty list: an
 * existing issue would look absent. Every answer that we ask for is JSON, so a string is a fault of transport, worth a retry.
 */
export const onlyWholeAnswers: Plugin = octokit => {
  octokit.hook.wrap('request', async (request, options) => {
    const faulty = (what: string, response: unknown) =>
      Object.assign(new Error(`The answer to ${options.method} ${options.url} was ${what}`), {
        ...{ status: 502, request: options, response },
      })
    const answer = await Promise.resolve(request(options)).catch((error: { response?: unknown }) => {
      if (options.method === 'GET' && statusOf(error) === 409) throw faulty('a conflict', error.response)
      throw error
    })
    if (typeof answer.data === 'string' && answer.status !== 204 && answer.status !== 205)
      throw faulty('cut off or is no JSON', answer)
    return answer
  })
  return {}
}

/** A POST is not repeated unless its caller calls it `repeatable`: the lost answer may have been a success, and the repetition a duplicate. */
const boundedAttempts =
  (time: AbortSignal): Plugin =>
  octokit => {
    octokit.hook.before('request', options => {
      options.request = {
        ...options.request,
        signal: AbortSignal.any([AbortSignal.timeout(REQUEST_TIMEOUT_MS), time]),
        // A number above 0 would repeat refusals, too: the retry plugin takes it as said of this very error.
        ...(options.method === 'POST' && !options.request?.['repeatable'] ? { retries: 0 } : {}),
      }
    })
    return {}
  }

/**
 * Retries and waits end with the time, too. After a request that nobody answered the next would but wait as long: it is
 * not tried, unless it is marked `lastWord`, as one is that takes back what the failed one may have done.
 */
const onlyInTime =
  (time: AbortSignal): Plugin =>
  octokit => {
    let unanswered: { readonly until: number; readonly error: unknown } | null = null
    octokit.hook.wrap('request', async (request, options) => {
      if (unanswered !== null && Date.now() < unanswered.until && !options.request?.['lastWord'])
        throw unanswered.error
      try {
        return await within(time, async () => request(options))
      } catch (error) {
        if (isUnanswered(error)) unanswered = { until: Date.now() + PAUSE_MINUTES * 60_000, error }
        throw error
      }
    })
    return {}
  }

/** What `work` gives, unless the time ends before. @throws OutOfTime */
async function within<T>(time: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (time.aborted) throw new OutOfTime()
  const { promise: end, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new OutOfTime())
  time.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(), end])
  } finally {
    time.removeEventListener('abort', stop)
  }
}

/** `octo-org/octo-repo` as Octokit's parameters. */
export function ownerAndRepo(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}
