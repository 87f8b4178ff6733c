/** The audit log: every access of operators to what belongs to people, appended, chained and signed. Never holds what was read. */
export { type Checkpoint, type CheckpointSigning, listCheckpoints, signAuditDay } from './checkpoint.ts'
export {
  DISCLOSURE_KINDS,
  DISCLOSURE_OUTCOMES,
  type Disclosure,
  listDisclosures,
  noteDisclosure,
} from './disclosures.ts'
export { type AuditEntry, CHAIN_START, type ChainedEntry, hashEntry } from './entry.ts'
export { AUDIT_DATA } from './personal-data.ts'
export { type AuditPage, listAudit } from './read.ts'
export { type Access, recordAccess } from './record.ts'
export { type AccessMonth, readTransparency, type Transparency } from './transparency.ts'
export { type AuditEvidence, verifyAudit } from './verify.ts'
