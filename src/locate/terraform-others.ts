import type { NamePattern, PossibleDeclaration } from '../domain/declarations.ts'
import { childrenOf, type Expression } from './hcl-syntax.ts'
import { textsGiven } from './outside-modules.ts'
import { possibleKey } from './possible.ts'
import { type Budget, evaluate } from './terraform-evaluate.ts'
import type { Resource } from './terraform-module.ts'
import { instances } from './terraform-names.ts'
import type { Names, Value } from './terraform-values.ts'

/**
 * Keys that a resource of another provider, a command or a stack may make: of the users that it names or is given, of
 * any where its kind makes keys and nothing in it tells whose.
 */
export function otherMakers(
  resource: Resource,
  names: Names,
  budget: Budget,
  prefix: string,
): PossibleDeclaration[] {
  const { path, line, labels, start, end, text } = resource
  const [type = ''] = labels
  const code = text.slice(start, end)
  const isMaker = /access_key/.test(type) || /create-access-key|AWS::IAM::AccessKey/.test(code)
  if (!isMaker && !/aws_iam_user|module\./.test(code)) return []
  const reason = isMaker ? `${type} makes keys` : `${type} is given the user, and what it makes is not known`
  const rotates = /expiring/.test(type) ? { rotates: `${type} rotates it by its age` } : {}
  const address = `${prefix}${type}.${resource.name}`
  return patterns(resource, isMaker, names, budget).map(users =>
    possibleKey({ tool: 'terraform', path, line, address, users, reason, ...rotates }),
  )
}

function patterns(resource: Resource, isMaker: boolean, names: Names, budget: Budget): NamePattern[] {
  const given = instances(resource, names, budget).known.flatMap(instance =>
    bodiesOf(resource).flatMap(({ attributes }) => {
      const wanted = [...attributes].filter(([, expression]) => isMaker || refersToUser(expression))
      const values = wanted.map(([name, expression]): [string, Value] => [
        name,
        evaluate(expression, instance.names, budget),
      ])
      return textsGiven(new Map(values)).flatMap(wordsOf)
    }),
  )
  return given.length === 0 && isMaker ? [[null]] : given
}

/** The words of a command, in which what is not known is part of the word that it stands in. */
function wordsOf(text: NamePattern): NamePattern[] {
  const words = text
    .map(part => part ?? GAP)
    .join('')
    .split(NO_NAME)
  return words
    .filter(word => word.replaceAll(GAP, '') !== '')
    .map(word => word.split(SPLIT).flatMap(part => (part === '' ? [] : [part === GAP ? null : part])))
}

const GAP = '\0'
const SPLIT = /(\0)/
const NO_NAME = /[^\w+=,.@${}:\0-]+/

function bodiesOf(body: Pick<Resource, 'attributes' | 'blocks'>): Pick<Resource, 'attributes'>[] {
  return [body, ...body.blocks.flatMap(bodiesOf)]
}

/** Whether an expression takes something from a user resource. */
export function refersToUser(expression: Expression | undefined): boolean {
  if (expression === undefined) return false
  if (expression.kind === 'variable') return expression.name === 'aws_iam_user'
  return childrenOf(expression).some(refersToUser)
}
