import type { Answer, Call } from '../answer.ts'

export interface Exchange {
  readonly call: Call
  readonly action: string
  readonly answer: Answer
}

export function violationsOf(_exchanges: readonly Exchange[]): string[] {
  return []
}
