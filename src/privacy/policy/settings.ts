import { isoDate, utcDayOf } from '../../lib/index.ts'
import { ConfigRefusedError, type Problem } from '../../spec/index.ts'
import type { Profile } from './clause.ts'

/** Ways to reach the operator. */
export const CONTACT_KINDS = ['email', 'web', 'post', 'messenger'] as const
export type ContactKind = (typeof CONTACT_KINDS)[number]

/** One way to reach the operator, such as an e-mail address. */
export type Contact = { readonly kind: ContactKind; readonly value: string }

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
}

/** Where the settings were written, and whether others can reach the service. */
export type PolicyPlace = { readonly file: string; readonly isPublic: boolean; readonly publicUrl: string }

/** The settings with their defaults. Throws ConfigRefusedError when others can reach the service and nobody says who runs it or how to write to them. */
export function policySettingsOf(written: WrittenPolicy | undefined, place: PolicyPlace): PolicySettings {
  const problems = place.isPublic ? missingOf(written, place.file) : []
  if (problems.length > 0) throw new ConfigRefusedError(problems)
  return {
    profile: written?.profile ?? 'strict',
    operator: written?.operator,
    service: written?.service ?? new URL(place.publicUrl).host,
    contacts: written?.contact ?? [],
    effectiveDate: written?.effective_date,
  }
}

function missingOf(written: WrittenPolicy | undefined, file: string): readonly Problem[] {
  const told = (path: string, expected: string, mend: string): Problem => ({
    ...{ file, line: 0, column: 0, path, expected, got: 'nothing, on a listener that others can reach', mend },
  })
  return [
    ...((written?.operator ?? '') === ''
      ? [told('policy.operator', 'who runs the service', 'write it like operator: "Example Ltd, 1 High Street, Dublin"')]
      : []),
    ...((written?.contact ?? []).length === 0
      ? [told('policy.contact', 'a way to write to the operator', 'write it like contact: [{ kind: email, value: privacy@example.com }]')]
      : []),
  ]
}

/** The first day of a policy: the one that was set, else that of a time. */
export const firstDayOf = (settings: PolicySettings, now: number): string => settings.effectiveDate ?? isoDate(utcDayOf(now))
