/** The privacy policy, compiled from what the system is: sentences, proof, versions, outputs; never prints a promise that is not shown. */
export { ATTESTED_CLAUSES, type Attestation, type AttestationFault, type Attestations, readAttestations } from './attestation.ts'
export { CHANGE_KINDS, type Comparable, diffPolicies, isSignificant, type PolicyChange } from './change.ts'
export { PURPOSES_ZH, RISKS_ZH, STATEMENTS_ZH, TABLES_ZH } from './chinese/index.ts'
export { CLAIMING_WORDS, CLAIMING_WORDS_ZH, claimingWordsIn } from './claiming-words.ts'
export { type Clause, checksOf, isOfProfile, PROFILES, type Profile } from './clause.ts'
export { CLAUSES } from './clauses.ts'
export { comingProviders, providersLine } from './coming-providers.ts'
export { type Claim, claimsOf, compilePolicy, type PolicyText, type Sentence, topicOf, WITHHELD_STATES, type Withheld } from './compile.ts'
export {
  type HistoryEntry,
  type OwnPage,
  openPolicyDesk,
  type PolicyDesk,
  type PolicyDeskOptions,
  type PolicyPage,
  type ProofPage,
  type ProvidersPage,
} from './desk.ts'
export { featuresOf, type PolicyFacts } from './facts.ts'
export { type Hold, holdsOf, type Listing, millisToNextVersion, readListings } from './holds.ts'
export { type KeptItem, keptItems } from './kept-list.ts'
export { noticeDaysOf } from './notice-days.ts'
export {
  countNotices,
  type NoticeCounts,
  type PolicyLetter,
  type PolicyMailer,
  putOffUntold,
  queueNotices,
  sendNotices,
} from './notices.ts'
export { DATA_FORMATS, type DataFormat, dataOutput, type Printable, policyMarkdown } from './outputs/index.ts'
export type { Move, OwnPreview } from './own-preview.ts'
export { NO_OWN_WORDS, type OwnWords, setByFile, withOwnWords } from './own-words.ts'
export { keepOwnWords, knownDocuments, type OwnRevision, readOwnWords } from './own-words-kept.ts'
export { passwordHashingOf } from './password-hashing.ts'
export { POLICY_DATA } from './personal-data.ts'
export { type CheckResult, CLAUSE_STATES, type ClauseState, type ProvenClause, proveClauses, readResults } from './proof.ts'
export { LABEL_PARTS, type LabelPart, labelOf, labelsOf, type ProviderLabel, worseParts } from './provider-label.ts'
export { type RiskShown, showRisks } from './risk-figures.ts'
export { RISKS, type Risk, risksPage } from './risks.ts'
export { noteSaid, noteUse, type SeenVersion, versionsSeenBy } from './seen.ts'
export { CONTACT_KINDS, type Contact, type PolicySettings, policySettingsOf, requireWho, type WrittenPolicy } from './settings.ts'
export { SECTIONS, type Section, STATEMENT_KINDS, type Statement, type StatementKind } from './statement.ts'
export { STATEMENTS } from './statements/index.ts'
export { EVIDENCE_DAYS, type Subprocessor, subprocessorsOf, type UpstreamInUse } from './subprocessor.ts'
export { type PolicyVersion, policyHash, publishPolicy, readVersions, versionInForce } from './versions.ts'
export {
  BASES,
  BASES_ZH,
  ERASURES,
  ERASURES_ZH,
  OWN_MEANS,
  purposeWords,
  retentionWords,
  SECTION_TITLES,
  SECTION_TITLES_ZH,
  tableWords,
} from './words.ts'
