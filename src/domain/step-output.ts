import type { SourceLocation } from './declarations.ts'

/** What the step tells its runner, as plain data; `host/emit.ts` says it. Texts may hold anything but are not yet safe to print. */
export interface StepOutput {
  readonly fails: boolean
  /** By the output's name. */
  readonly outputs: Readonly<Record<string, string>>
  readonly log: readonly LogEntry[]
  /** Markdown for the job's page; empty where there is none. */
  readonly summary: string
  readonly annotations: readonly Annotation[]
  /** Lines that debug logging alone shows. */
  readonly debug?: readonly string[]
}

/** A step that passes, and says nothing. */
export const NO_OUTPUT: StepOutput = { fails: false, outputs: {}, log: [], summary: '', annotations: [] }

/** A line, or with lines below it a group that the log folds. */
export interface LogEntry {
  readonly title: string
  readonly lines: readonly string[]
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  /** Lines below the message. */
  readonly further?: readonly string[]
  readonly location: SourceLocation | null
}
