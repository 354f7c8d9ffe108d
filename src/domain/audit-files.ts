/** What an audit writes into `output-directory`. */
export const AUDIT_FILES = {
  result: 'result.json',
  report: 'report.html',
  keys: 'keys.csv',
  ocsf: 'findings.ocsf.json',
  sarif: 'findings.sarif',
  /** A directory, with a file for each account. */
  evidence: 'evidence',
  /** With `declarations-only`, and nothing else. */
  declarations: 'declarations.json',
} as const

/** By this `report.html` is known again. */
export const PAGE_GENERATOR = '<meta name="generator" content="AWS Access Key Rotation Audit">'
