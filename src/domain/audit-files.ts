/** What an audit writes into `output-directory`. */
export const AUDIT_FILES = {
  result: 'result.json',
  keys: 'keys.csv',
  ocsf: 'findings.ocsf.json',
  sarif: 'findings.sarif',
  /** A directory, with a file for each account. */
  evidence: 'evidence',
  /** With `declarations-only`, and nothing else. */
  declarations: 'declarations.json',
} as const
