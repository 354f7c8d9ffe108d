/** Builders of credential reports, as AWS writes them. */

export const NOW = new Date('2026-11-24T00:00:00Z')

export const HEADER = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed'],
  ...['password_next_rotation', 'mfa_active'],
  ...[1, 2].flatMap(n =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      name => `access_key_${n}_${name}`,
    ),
  ),
  ...['cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated'],
] as const

export type Cells = Partial<Record<string, string>>

/** One slot of a row: an active key made `created`, never used, unless told otherwise. */
export function slot(n: 1 | 2, created: string, more: { active?: string; used?: string } = {}): Cells {
  const { active = 'true', used = 'N/A' } = more
  return {
    [`access_key_${n}_active`]: active,
    [`access_key_${n}_last_rotated`]: created,
    [`access_key_${n}_last_used_date`]: used,
    [`access_key_${n}_last_used_region`]: used === 'N/A' ? 'N/A' : 'us-east-1',
    [`access_key_${n}_last_used_service`]: used === 'N/A' ? 'N/A' : 's3',
  }
}

export function row(user: string, ...cells: readonly Cells[]): Cells {
  const arn = user === '<root_account>' ? 'root' : `user/${user}`
  return Object.assign(
    { user, arn: `arn:aws:iam::123456789012:${arn}` },
    ...([1, 2] as const).map(n => slot(n, 'N/A', { active: 'false' })),
    ...cells,
  )
}

/** The report over these rows; columns that a row does not name say `N/A`. */
export function csv(rows: readonly Cells[], header: readonly string[] = HEADER): string {
  return [header, ...rows.map(cells => header.map(name => quote(cells[name] ?? 'N/A')))]
    .map(fields => fields.join(','))
    .join('\n')
}

/** The instant so many seconds before `NOW`. */
export function ago(seconds: number): string {
  return `${new Date(NOW.getTime() - seconds * 1000).toISOString().slice(0, 19)}Z`
}

export function daysAgo(days: number): string {
  return ago(days * 86_400)
}

function quote(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
