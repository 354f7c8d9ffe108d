/** The reader of an issue: finds a key's steps in the rendered page, and types the commands that they show. */

import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import * as iam from '@aws-sdk/client-iam'
import { IAMClient } from '@aws-sdk/client-iam'
import type { Element } from 'hast'
import { split } from 'shlex'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { elements, rendered, textOf } from '../publish/rendered.ts'

export interface StepRead {
  /** The access key ID in the row, or empty. */
  readonly key: string
  /** `Create second key` */
  readonly title: string
  /** Its paragraphs. */
  readonly text: string
  /** Lines of shell, comments left out. */
  readonly commands: readonly string[]
  /** What to write into the declaring file, or empty. */
  readonly change: string
  /** The command or sentence after "Undo:", or empty. */
  readonly undo: string
}

/** The steps that the issue shows for this user, of all their keys, in order: the row's own, then those with a title. */
export function stepsIn(markdown: string, user: string): readonly StepRead[] {
  return elements(rendered(markdown), 'details').flatMap(details => {
    const [summary] = elements(details, 'summary')
    const [name, key = ''] = summary ? elements(summary, 'code').map(textOf) : []
    if (!summary || name !== user) return []
    const titleOf = (element: Element) => textOf(elements(element, 'strong')[0] ?? element)
    const steps = [{ key, title: titleOf(summary), text: '', commands: [] as string[], change: '', undo: '' }]
    let isUndo = false
    for (const child of details.children) {
      if (child.type !== 'element' || child === summary) continue
      const step = steps.at(-1) ?? steps[0]
      const text = textOf(child)
      if (child.tagName === 'p') {
        const [strong] = elements(child, 'strong')
        if (strong && !text.startsWith('Better')) steps.push({ ...EMPTY, key, title: titleOf(child), text })
        else if (step) step.text += text
        isUndo = text.startsWith('Undo:')
        if (isUndo && step) step.undo = text.slice('Undo:'.length).trim()
      } else if (step && child.tagName === 'pre') {
        const shell = elements(child, 'code').some(
          code => String(code.properties.className) === 'language-sh',
        )
        const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
        if (isUndo) step.undo = lines.join('\n')
        else if (shell) step.commands = [...step.commands, ...lines]
        else step.change = text
      }
    }
    return steps
  })
}

const EMPTY = { text: '', commands: [] as string[], change: '', undo: '' }

/** Runs `aws iam …` and `aws cloudtrail …` lines as the AWS CLI would, with an operator's credentials; returns what each answered. */
export async function carryOut(commands: readonly string[], sandbox: Sandbox): Promise<unknown[]> {
  const env = sandbox.credentials('123456789012', 'operator')
  const settings = {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    },
  }
  const client = new IAMClient(settings)
  const answers: unknown[] = []
  for (const line of commands) {
    const [program, service, operation = '', ...options] = split(line)
    const attributes = /^AttributeKey=AccessKeyId,AttributeValue=(\w+)$/.exec(options[1] ?? '')
    if (`${program} ${service} ${operation}` === 'aws cloudtrail lookup-events' && attributes) {
      const lookup = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: attributes[1] }]
      answers.push(
        await new CloudTrailClient(settings).send(new LookupEventsCommand({ LookupAttributes: lookup })),
      )
      continue
    }
    if (program !== 'aws' || service !== 'iam') throw new Error(`not a command of IAM: ${line}`)
    const Command = (iam as unknown as Record<string, new (input: unknown) => never>)[
      `${pascal(operation)}Command`
    ]
    if (!Command) throw new Error(`aws iam has no ${operation}`)
    answers.push(await client.send(new Command(parameters(options))))
  }
  client.destroy()
  return answers
}

/** `--user-name x`, `--user-name=-x` → `{ UserName: 'x' }`. A value that begins with a dash is taken for an option. */
function parameters(options: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (let index = 0; index < options.length; index++) {
    const [, name, attached] = /^--([a-z-]+)(?:=(.*))?$/s.exec(options[index] ?? '') ?? []
    if (!name) throw new Error(`unknown option ${options[index]}`)
    const value = attached ?? options[++index]
    if (value === undefined || (attached === undefined && value.startsWith('-')))
      throw new Error(`--${name}: expected one argument`)
    found[pascal(name)] = value
  }
  return found
}

function pascal(name: string): string {
  return name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase())
}
