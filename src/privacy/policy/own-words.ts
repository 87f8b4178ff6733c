import { type Attestation, holdsAt } from './attestation.ts'
import type { BothWords, Contact, OwnParagraph, PolicySettings } from './settings.ts'

/** What operators write of the policy in the console; null and empty is nothing. Dates are UTC days. */
export type OwnWords = {
  readonly operator: string | null
  readonly operator_zh: string | null
  readonly contacts: readonly Contact[]
  readonly country: string | null
  readonly law: BothWords | null
  readonly paragraphs: readonly OwnParagraph[]
  readonly attestations: readonly OwnAttestation[]
}

/** What somebody else attests, with the document that shows it by its SHA-256. */
export type OwnAttestation = Omit<Attestation, 'file'>

/** Nothing. */
export const NO_OWN_WORDS: OwnWords = {
  ...{ operator: null, operator_zh: null, contacts: [], country: null, law: null, paragraphs: [], attestations: [] },
}

/** Fields that the file can set as well. */
export type FileField = 'operator' | 'contacts'

/** Fields that the file sets: these are the file's, and what the console has of them does not count. */
export const setByFile = ({ operator, contacts }: PolicySettings): readonly FileField[] => [
  ...(operator === undefined ? [] : (['operator'] as const)),
  ...(contacts.length === 0 ? [] : (['contacts'] as const)),
]

/** The settings with what operators wrote: field by field the file's where it sets one, else theirs. */
export const withOwnWords = (settings: PolicySettings, own: OwnWords): PolicySettings => ({
  ...settings,
  operator: settings.operator ?? own.operator ?? undefined,
  contacts: settings.contacts.length === 0 ? own.contacts : settings.contacts,
  ...{ operatorZh: own.operator_zh ?? undefined, country: own.country ?? undefined, law: own.law ?? undefined },
  paragraphs: own.paragraphs,
})

/** The attestations that hold: those of files, and of the console those for clauses that no file attests. */
export function withOwnAttestations(files: readonly Attestation[], { attestations }: OwnWords, now: number): readonly Attestation[] {
  const attested = new Set(files.map(({ clause }) => clause))
  return [
    ...files,
    ...attestations.filter((one) => !attested.has(one.clause) && holdsAt(one, now)).map((one) => ({ ...one, file: 'console' })),
  ]
}
