import { createHash } from 'node:crypto'
import { EVIDENCE_VERSION, type Evidence } from '../src/domain/evidence.ts'

/** Evidence of a made-up account that holds this credential report, made at an instant; `more` replaces what else it says. */
export function evidenceOf(
  report: string | Buffer,
  generatedAt: string | null,
  more: Partial<Evidence> = {},
): Evidence {
  const bytes = Buffer.from(report)
  return {
    kind: 'evidence',
    version: EVIDENCE_VERSION,
    account: { id: '123456789012', partition: 'aws', name: null, alias: null },
    role: null,
    gatheredAt: null,
    report: {
      content: bytes.toString('base64'),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      generatedAt,
    },
    observations: [],
    refusals: [],
    ...more,
  }
}
