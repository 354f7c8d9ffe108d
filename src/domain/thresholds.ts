/** After how many days of what the procedure takes its next step. */
export const THRESHOLDS = {
  /** No recorded use for so long is idle (CIS 1.12). A key never used counts from its creation. */
  idle: 45,
  /** … or for so long, and not since the newer key's first day, once a newer active key has been used. */
  idleBesideNewerKey: 14,
  /**
   * So long an inactive key is not missed before it is deleted, which cannot be undone: a job that runs each quarter has
   * run once by then. One that runs each year has not, so the steps ask.
   */
  confirm: 90,
}
