import type { Database } from '../../db/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { Inventory } from '../declared.ts'
import { type Attestation, type AttestationFault, readAttestations } from './attestation.ts'
import { diffPolicies, type PolicyChange } from './change.ts'
import { isOfProfile } from './clause.ts'
import { claimsOf, compilePolicy } from './compile.ts'
import type { PolicyFacts } from './facts.ts'
import { type Hold, holdsOf } from './holds.ts'
import { noticeDaysOf } from './notice-days.ts'
import { type DataFormat, dataOutput, type Printable, policyMarkdown } from './outputs/index.ts'
import { movesBetween, type OwnPreview } from './own-preview.ts'
import { type FileField, type OwnWords, setByFile, withOwnAttestations, withOwnWords } from './own-words.ts'
import { listOwnWords, type OwnRevision, readOwnWords } from './own-words-kept.ts'
import { type CheckResult, type ProvenClause, proveClauses, readResults } from './proof.ts'
import { labelsOf } from './provider-label.ts'
import { showRisks } from './risk-figures.ts'
import { firstDayOf, type PolicySettings } from './settings.ts'
import { type Subprocessor, subprocessorsOf, type UpstreamInUse } from './subprocessor.ts'
import { type PolicyVersion, policyHash, publishPolicy, readVersions, versionInForce, weighPolicy } from './versions.ts'

/** What the desk works with: the database, and everything that the policy is compiled from, read anew each time. */
export type PolicyDeskOptions = {
  readonly database: Database
  readonly inventory: Inventory
  readonly settings: PolicySettings
  readonly gatewayRecycleSeconds: number
  readonly isEdgeOnly: boolean
  readonly attestationFolder: string | undefined
  /** Upstreams with an active route. */
  readonly listInUse: () => Promise<readonly UpstreamInUse[]>
  /** Texts of results.jsonl: that of the release, and that of this installation. */
  readonly readProof: () => readonly string[]
  readonly clock: Clock
}

/** The policy as it is printed now, the version that is announced, if one is, and providers that no call goes to yet. */
export type PolicyPage = Printable & { readonly coming: PolicyVersion | undefined; readonly held: readonly Hold[] }

/** A version with what it changed; texts of promises that are not shown now are left out. */
export type HistoryEntry = { readonly version: PolicyVersion; readonly changes: readonly PolicyChange[]; readonly isInForce: boolean }

/** Every clause with its checks; `isOfProfile` tells those that this policy is held to. */
export type ProofPage = {
  readonly facts: PolicyFacts
  readonly clauses: readonly (ProvenClause & { readonly isOfProfile: boolean })[]
  readonly faults: readonly AttestationFault[]
}

/** Those that calls can go to, and those that are held until the version that lists them takes effect. */
export type ProvidersPage = {
  readonly facts: PolicyFacts
  readonly upstreams: readonly Subprocessor[]
  readonly held: readonly Hold[]
}

/** What answers for the policy of a running system. */
export type PolicyDesk = {
  readonly page: () => Promise<PolicyPage>
  readonly history: () => Promise<readonly HistoryEntry[]>
  readonly proof: () => Promise<ProofPage>
  /** Who answers calls now, and who does not yet. */
  readonly subprocessors: () => Promise<ProvidersPage>
  readonly markdown: () => Promise<string>
  readonly data: (format: DataFormat) => Promise<string>
  /** Publishes what the policy says now, if that is new. */
  readonly publish: () => Promise<PolicyVersion | undefined>
  /** What operators wrote of it, the newest first, and what the file sets. */
  readonly own: () => Promise<OwnPage>
  /** What publishing other words would change; nothing is kept. */
  readonly preview: (words: OwnWords) => Promise<OwnPreview>
}

/** What operators wrote. */
export type OwnPage = {
  readonly revisions: readonly OwnRevision[]
  readonly setByFile: readonly FileField[]
  readonly settings: PolicySettings
  readonly attestations: readonly Attestation[]
}

/** So long what was read is used again, as anybody may ask for these pages. */
const FRESH_MS = 1_000

/** Opens the desk; nothing is read before it is asked. */
export function openPolicyDesk(options: PolicyDeskOptions): PolicyDesk {
  const { database, clock } = options
  let read: { readonly at: number; readonly basis: Promise<Basis> } | undefined
  const basis = (): Promise<Basis> => {
    const at = clock.monotonic()
    if (read === undefined || at - read.at >= FRESH_MS) read = { at, basis: readBasis(options) }
    return read.basis
  }
  const page = async (): Promise<PolicyPage> => pageOf(await basis())
  return {
    page,
    history: async () => historyOf(await basis()),
    proof: async () => {
      const { facts, proven, faults } = await basis()
      return { facts, faults, clauses: proven.map((one) => ({ ...one, isOfProfile: isOfProfile(facts.settings.profile, one.clause.id) })) }
    },
    subprocessors: async () => {
      const { facts, held } = await basis()
      return { facts, held, upstreams: facts.upstreams }
    },
    markdown: async () => policyMarkdown(await page()),
    data: async (format) => dataOutput(format, (await basis()).facts),
    own: async () => {
      const { facts } = await readBasis(options)
      return {
        ...{ revisions: await listOwnWords(database), setByFile: setByFile(options.settings) },
        ...{ settings: facts.settings, attestations: facts.attestations },
      }
    },
    preview: async (words) => {
      const [now, then] = await Promise.all([readBasis(options), readBasis(options, words)])
      const version = await weighPolicy(database, draftOf(then), clock.now())
      return { version, changes: diffPolicies(now.versions.at(-1) ?? draftOf(now), draftOf(then)), moves: movesBetween(now, then) }
    },
    publish: async () => {
      read = undefined
      return await publishPolicy(database, draftOf(await readBasis(options)), clock.now())
    },
  }
}

/** All that pages are made of. */
type Basis = {
  readonly facts: PolicyFacts
  /** The same with the providers that are held: what the next version is made of. */
  readonly comingFacts: PolicyFacts
  readonly inUse: readonly UpstreamInUse[]
  readonly held: readonly Hold[]
  readonly faults: readonly AttestationFault[]
  readonly results: ReadonlyMap<string, readonly CheckResult[]>
  readonly proven: readonly ProvenClause[]
  readonly versions: readonly PolicyVersion[]
}

/** Reads it all, with what operators wrote last or with other words in its place. */
async function readBasis(options: PolicyDeskOptions, words?: OwnWords): Promise<Basis> {
  const now = options.clock.now()
  const { database } = options
  const [inUse, versions, kept] = await Promise.all([options.listInUse(), readVersions(database), readOwnWords(database)])
  const { valid, faults } = readAttestations(options.attestationFolder, now)
  const own = words ?? kept.words
  const settings = withOwnWords(options.settings, own)
  const { inventory, gatewayRecycleSeconds, isEdgeOnly } = options
  const held = holdsOf(inUse, versions, now)
  const comingFacts = {
    settings,
    inventory,
    gatewayRecycleSeconds,
    isEdgeOnly,
    attestations: withOwnAttestations(valid, own, now),
    upstreams: subprocessorsOf(inUse, now),
    noticeDays: noticeDaysOf('policy'),
    now,
  }
  const isCalled = ({ name }: Subprocessor): boolean => held.every(({ label }) => label.name !== name)
  const facts = { ...comingFacts, upstreams: comingFacts.upstreams.filter(isCalled) }
  const results = readResults(options.readProof())
  return { facts, comingFacts, inUse, held, faults, results, versions, proven: proveClauses(results, now) }
}

/** Who gets data, by name. */
function recipientsOf({ upstreams, inventory }: PolicyFacts): readonly string[] {
  const fetches = upstreams.some(({ fetchesUrls }) => fetchesUrls)
  return [
    ...upstreams.filter(({ placement }) => placement === 'third_party').map(({ name }) => name),
    ...Object.entries(inventory.outbound)
      .filter(([name, { recipients }]) => name !== 'upstream' && recipients.length > 0 && (name !== 'named-host' || fetches))
      .map(([name]) => name),
  ]
}

const draftOf = ({ comingFacts: facts, inUse, proven, results }: Basis): Parameters<typeof publishPolicy>[1] => ({
  claims: claimsOf(facts),
  recipients: recipientsOf(facts),
  providers: labelsOf(inUse).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  profile: facts.settings.profile,
  firstDay: firstDayOf(facts.settings, facts.now),
  print: (version) => policyMarkdown({ facts, version, text: compilePolicy(facts, proven), risks: showRisks(results) }),
})

function pageOf({ facts, held, proven, results, versions }: Basis): PolicyPage {
  const current = versionInForce(versions, facts.now) ?? unpublished(facts)
  const coming = versions.findLast(({ number, effectiveAt }) => number > current.number && effectiveAt > facts.now)
  return { facts, held, version: current, coming, text: compilePolicy(facts, proven, current.claims), risks: showRisks(results) }
}

/** The policy before its first version is published. */
function unpublished(facts: PolicyFacts): PolicyVersion {
  const draft = { claims: claimsOf(facts), recipients: recipientsOf(facts) }
  const dates = { publishedAt: facts.now, effectiveAt: facts.now }
  return { ...draft, ...dates, number: 0, profile: facts.settings.profile, text: '', hash: policyHash(draft), isSignificant: false }
}

function historyOf({ versions, proven, facts }: Basis): readonly HistoryEntry[] {
  const shown = new Set(proven.filter(({ state }) => state === 'shown').map(({ clause }) => clause.id))
  const promises = new Set(
    versions.flatMap(({ claims }) => claims.filter(({ kind }) => kind === 'promise').map(({ statement }) => statement)),
  )
  const inForce = versionInForce(versions, facts.now)
  const withoutWords = ({ kind, of, clauses, isSignificant }: PolicyChange): PolicyChange => ({ kind, of, clauses, isSignificant })
  const tell = (change: PolicyChange): PolicyChange =>
    promises.has(change.of) && !change.clauses.every((id) => shown.has(id)) ? withoutWords(change) : change
  return versions
    .map((version, index) => {
      const before = versions[index - 1]
      return { version, changes: before === undefined ? [] : diffPolicies(before, version).map(tell), isInForce: version === inForce }
    })
    .toReversed()
}
