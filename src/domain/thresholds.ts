/** After how many days of what the procedure takes its next step. */
export const THRESHOLDS = {
  /** No recorded use for so long is idle (CIS 1.12). A key never used counts from its creation. */
  idle: 45,
  /** … or for so long, and not since the newer key's first day, once a newer active key has been used. */
  idleBesideNewerKey: 14,
  /** An inactive key that nobody missed for so long can be deleted. */
  confirm: 14,
}
