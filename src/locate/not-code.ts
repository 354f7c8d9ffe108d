/** Whether a path is documentation or a lock file: what they name, nobody declares there. */
export function isProse(path: string): boolean {
  return DOCUMENTATION.test(path) || LOCK_FILE.test(path)
}

const DOCUMENTATION =
  /\.(md|mdx|markdown|rst|adoc|asciidoc|tex|org)$|(^|\/)(readme|changelog|changes|license|licence|notice|authors|contributors|codeowners)(\.\w+)?$/i
const LOCK_FILE =
  /(^|\/)(package-lock|npm-shrinkwrap)\.json$|(^|\/)pnpm-lock\.yaml$|(^|\/)go\.sum$|\.lock(\.hcl|b)?$/

/** Whether a text is what an audit, this one or the report's own download, has written: it says what AWS has, not code. */
export function isAuditOutput(text: string): boolean {
  const head = text.slice(0, HEAD)
  return OUTPUTS.some(output => output.test(head))
}

const HEAD = 4096
const OUTPUTS = [
  // The credential report, as CSV and within evidence.
  /^\uFEFF?"?user"?,"?arn"?,"?user_creation_time"?,/,
  /"kind":\s*"(evidence|failed-account)"/,
  // keys.csv
  /^\uFEFF?account,[\w,]*\buser_arn,access_key_id,/,
  // result.json
  /"\$schema":\s*"[^"]*\/aws-access-key-rotation-audit\/[^"]*result\.v\d+\.json"/,
  // SARIF and OCSF of any scanner
  /"\$schema":\s*"[^"]*sarif[^"]*"|"runs":\s*\[\s*\{[\s\S]*?"tool":\s*\{/,
  /"class_uid":\s*2\d{3}\b|"vendor_name":\s*"AWS Access Key Rotation Audit"/,
]
