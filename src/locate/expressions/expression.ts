export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
  /** `a[*].b`: the keys in `then` are applied to each element. */
  | { readonly kind: 'splat'; readonly of: Expression; readonly then: readonly Expression[] }
  /** `expanded`: the last argument is followed by `...`. */
  | {
      readonly kind: 'call'
      readonly name: string
      readonly arguments: readonly Expression[]
      readonly expanded: boolean
    }
  | {
      readonly kind: 'conditional'
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | {
      readonly kind: 'for'
      readonly names: readonly string[]
      readonly over: Expression
      /** null for a list. */
      readonly key: Expression | null
      readonly value: Expression
      readonly when: Expression | null
    }
  | {
      readonly kind: 'operation'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'negation'; readonly operator: '!' | '-'; readonly of: Expression }
  /** Heredocs, template directives, grouping: read, but not evaluated. */
  | { readonly kind: 'unknown' }

/** The expressions that one is made of. */
export function childrenOf(expression: Expression): readonly Expression[] {
  const parts: readonly unknown[] = Object.values(expression).flatMap(part => [part].flat(2))
  return parts.filter((part): part is Expression => typeof part === 'object' && part !== null)
}

/** The resources that an expression names, `aws_iam_user.ci`. */
export function resourcesIn(expression: Expression | undefined): string[] {
  if (expression === undefined) return []
  if (expression.kind === 'index') {
    const { of, key } = expression
    if (of.kind === 'variable' && key.kind === 'literal') return [`${of.name}.${key.value}`]
  }
  return childrenOf(expression).flatMap(resourcesIn)
}
