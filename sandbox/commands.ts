/** Workflow commands as GitHub's runner finds them in a step's output (actions/runner: ActionCommand.cs, ActionCommandManager.cs). */

export interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice'
  /** At most 4,096 characters. */
  readonly message: string
  readonly title: string | null
  readonly file: string | null
  readonly line: number | null
  readonly endLine: number | null
}

interface Command {
  /** Lower case. */
  readonly name: string
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

const ANNOTATIONS = ['error', 'warning', 'notice'] as const
const COMMANDS = new Set([
  ...ANNOTATIONS,
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'group',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
])

const KEPT_OF_A_KIND = 10
const MESSAGE_LIMIT = 4096

/** What a step's output told the runner. Feed it line by line, in order. */
export class StepOutput {
  readonly #lines: string[] = []
  #inGroup = false
  #compiled = { count: 0, pattern: /(?!)/g }
  #stopToken: string | null = null
  readonly masks: string[]
  readonly annotations: Annotation[] = []
  /** Those after the tenth of a kind: shown nowhere but in the log. */
  readonly dropped: Annotation[] = []
  /** Commands that the runner refuses or has retired: `set-output`, `set-env`, … */
  readonly retired: string[] = []

  constructor(masks: readonly string[]) {
    this.masks = [...masks]
  }

  /** The log as a person sees it: commands carried out, groups marked, secrets masked. */
  get log(): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }

  line(text: string): void {
    const command = parseCommand(text, this.#stopToken)
    if (command === null) {
      this.#show(text)
      return
    }
    if (this.#stopToken !== null) {
      if (command.name === this.#stopToken) this.#stopToken = null
      this.#show(text)
      return
    }
    switch (command.name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(asAnnotation(command.name, command))
        return
      case 'group':
        this.#inGroup = false
        this.#show(`▸ ${command.data}`)
        this.#inGroup = true
        return
      case 'endgroup':
        this.#inGroup = false
        return
      case 'add-mask':
        // The value as a whole, and each of its lines.
        this.masks.push(...[command.data, ...command.data.split(/\r?\n/)].filter(each => each.trim() !== ''))
        return
      case 'stop-commands':
        this.#stopToken = command.data.toLowerCase()
        return
      case 'debug':
        return
      default:
        this.retired.push(command.name)
    }
  }

  annotate(annotation: Annotation): void {
    const label = annotation.kind.charAt(0).toUpperCase() + annotation.kind.slice(1)
    for (const [index, text] of annotation.message.split('\n').entries()) {
      this.#show(index === 0 ? `${label}: ${text}` : text)
    }
    const masked = { ...annotation, message: this.mask(annotation.message).slice(0, MESSAGE_LIMIT) }
    const alike = this.annotations.filter(each => each.kind === annotation.kind)
    const list = alike.length < KEPT_OF_A_KIND ? this.annotations : this.dropped
    list.push(masked)
  }

  mask(text: string): string {
    return this.masks.length === 0 ? text : text.replace(this.#secrets(), '***')
  }

  /** Made anew for each mask: an organization has more than a thousand, and more lines. */
  #secrets(): RegExp {
    if (this.#compiled.count !== this.masks.length) {
      const longestFirst = this.masks.toSorted((a, b) => b.length - a.length)
      this.#compiled = {
        count: this.masks.length,
        pattern: new RegExp(longestFirst.map(RegExp.escape).join('|'), 'g'),
      }
    }
    return this.#compiled.pattern
  }

  #show(text: string): void {
    this.#lines.push(this.mask(this.#inGroup ? `  ${text}` : text))
  }
}

/** Splits a stream as .NET's ReadLine does: LF, CRLF, and a CR alone too. */
export function lineSplitter(onLine: (line: string) => void): { push(text: string): void; end(): void } {
  let rest = ''
  return {
    push(text) {
      rest += text
      // A CR at the very end may be half of a CRLF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    },
    end() {
      if (rest !== '') onLine(rest.replace(/\r$/, ''))
      rest = ''
    },
  }
}

/** `::name key=value::data` after leading blanks, else the older `##[name key=value]data` anywhere in the line. */
function parseCommand(line: string, stopToken: string | null): Command | null {
  return parseColons(line.trimStart(), stopToken) ?? parseBrackets(line, stopToken)
}

function parseColons(line: string, stopToken: string | null): Command | null {
  if (!line.startsWith('::')) return null
  const end = line.indexOf('::', 2)
  if (end < 0) return null
  return asCommand(line.slice(2, end), ',', line.slice(end + 2), stopToken, {
    data: [
      ['%0D', '\r'],
      ['%0A', '\n'],
      ['%25', '%'],
    ],
    property: [
      ['%0D', '\r'],
      ['%0A', '\n'],
      ['%3A', ':'],
      ['%2C', ','],
      ['%25', '%'],
    ],
  })
}

function parseBrackets(line: string, stopToken: string | null): Command | null {
  const start = line.indexOf('##[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return null
  const escapes: Escapes = [
    ['%3B', ';'],
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%5D', ']'],
    ['%25', '%'],
  ]
  const both = { data: escapes, property: escapes }
  return asCommand(line.slice(start + 3, end), ';', line.slice(end + 1), stopToken, both)
}

type Escapes = readonly (readonly [escaped: string, plain: string])[]

function asCommand(
  info: string,
  separator: string,
  data: string,
  stopToken: string | null,
  escapes: { data: Escapes; property: Escapes },
): Command | null {
  const space = info.indexOf(' ')
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase()
  if (!COMMANDS.has(name) && name !== stopToken) return null
  const properties = new Map<string, string>()
  for (const pair of space < 0
    ? []
    : info
        .slice(space + 1)
        .trim()
        .split(separator)) {
    const equals = pair.indexOf('=')
    if (equals > 0 && equals < pair.length - 1) {
      properties.set(pair.slice(0, equals).toLowerCase(), unescaped(pair.slice(equals + 1), escapes.property))
    }
  }
  return { name, properties, data: unescaped(data, escapes.data) }
}

function unescaped(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text)
}

function asAnnotation(kind: Annotation['kind'], { properties, data }: Command): Annotation {
  const number = (name: string): number | null => {
    const value = Number(properties.get(name))
    return Number.isInteger(value) && value > 0 ? value : null
  }
  return {
    kind,
    message: data,
    title: properties.get('title') ?? null,
    file: properties.get('file') ?? null,
    line: number('line'),
    endLine: number('endline'),
  }
}
