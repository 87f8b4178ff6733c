import { isoDate, utcDayOf } from '../../lib/index.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'
import type { Profile } from './clause.ts'

/** Ways to reach the operator. */
export const CONTACT_KINDS = ['email', 'web', 'post', 'messenger'] as const
export type ContactKind = (typeof CONTACT_KINDS)[number]

/** One way to reach the operator, such as an e-mail address. */
export type Contact = { readonly kind: ContactKind; readonly value: string }

/** The same in English and Simplified Chinese. */
export type BothWords = { readonly en: string; readonly zh: string }

/** A paragraph of the operator's own; `id` tells it from others in all versions. */
export type OwnParagraph = BothWords & { readonly id: number }

/** What farebox.yaml says of the policy, as it is written there; all of it may be absent. */
export type WrittenPolicy = {
  readonly profile?: Profile | undefined
  readonly operator?: string | undefined
  readonly service?: string | undefined
  readonly contact?: readonly Contact[] | undefined
  readonly effective_date?: string | undefined
}

/** What the policy is printed with. `operator` and `contacts` are absent only where nobody but the machine's owner can call. */
export type PolicySettings = {
  readonly profile: Profile
  readonly operator: string | undefined
  readonly service: string
  readonly contacts: readonly Contact[]
  /** The UTC day on which the first version takes effect, such as 2026-12-01; absent: the day it is published. */
  readonly effectiveDate: string | undefined
  /** Whether others can reach the service, so that it has to say who runs it and how to write to them. */
  readonly isPublic: boolean
  /** What the operator is called in Simplified Chinese; absent: as in English. */
  readonly operatorZh?: string | undefined
  /** Where the operator is: a code of two letters. */
  readonly country?: string | undefined
  /** The law that applies, in words. */
  readonly law?: BothWords | undefined
  readonly paragraphs?: readonly OwnParagraph[] | undefined
}

/** Whether others can reach the service, and where. */
export type PolicyPlace = { readonly isPublic: boolean; readonly publicUrl: string }

/** The settings of the file with their defaults. */
export const policySettingsOf = (written: WrittenPolicy | undefined, { isPublic, publicUrl }: PolicyPlace): PolicySettings => ({
  profile: written?.profile ?? 'strict',
  operator: written?.operator,
  service: written?.service ?? new URL(publicUrl).host,
  contacts: written?.contact ?? [],
  effectiveDate: written?.effective_date,
  isPublic,
})

/** Throws ConfigRefusedError when others can reach the service and nobody says who runs it or how to write to them, in the file or in the console. */
export function requireWho({ operator, contacts, isPublic }: PolicySettings, file: string): void {
  if (!isPublic) return
  const told = (path: string, expected: string, mend: string): Problem => ({
    ...{ file, line: 0, column: 0, path, expected, got: 'nothing, on a listener that others can reach', mend },
  })
  const problems = [
    ...((operator ?? '') === ''
      ? [told('policy.operator', 'who runs the service', 'write it like operator: "Example Ltd, 1 High Street, Dublin"')]
      : []),
    ...(contacts.length === 0
      ? [told('policy.contact', 'a way to write to the operator', 'write it like contact: [{ kind: email, value: privacy@example.com }]')]
      : []),
  ]
  if (problems.length > 0) throw new ConfigRefusedError(problems)
}

/** The first day of a policy: the one that was set, else that of a time. */
export const firstDayOf = (settings: PolicySettings, now: number): string => settings.effectiveDate ?? isoDate(utcDayOf(now))
