import type { Inventory } from '../declared.ts'
import type { Attestation } from './attestation.ts'
import type { PolicySettings } from './settings.ts'
import type { Subprocessor } from './subprocessor.ts'

/** Everything that a policy is compiled from, besides the results of checks. */
export type PolicyFacts = {
  readonly settings: PolicySettings
  readonly inventory: Inventory
  /** Upstreams with an active route, ours and others'. */
  readonly upstreams: readonly Subprocessor[]
  /** Those that hold now. */
  readonly attestations: readonly Attestation[]
  /** For so many seconds a gateway takes calls; it ends, with all its memory, when the last of them is answered. */
  readonly gatewayRecycleSeconds: number
  /** Whether customers reach us by way of the trusted proxies alone. */
  readonly isEdgeOnly: boolean
  /** Days from the announcement of a significant change to its effect. */
  readonly noticeDays: number
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

/** What the system has, read off its inventory. */
export type Features = {
  readonly hasPasswords: boolean
  readonly hasAddresses: boolean
  readonly hasBrowserFacts: boolean
  readonly hasCards: boolean
  readonly hasCoins: boolean
  readonly hasMail: boolean
  readonly hasWebhooks: boolean
  readonly hasMessenger: boolean
  /** Services that say who somebody is, as people know them. */
  readonly issuers: readonly string[]
  readonly hasAggregates: boolean
  readonly cookies: readonly string[]
}

/** What an inventory says that there is: a feature that keeps nothing and calls nobody is none that a policy need speak of. */
export function featuresOf({ columns, outbound, cookies }: Inventory): Features {
  const hasColumn = (pattern: RegExp): boolean => columns.some(({ column, subject }) => subject === 'customer' && pattern.test(column))
  const reaches = (recipient: string): boolean => Object.values(outbound).some((place) => place.recipients.some((one) => one === recipient))
  return {
    hasPasswords: hasColumn(/password/),
    hasAddresses: hasColumn(/(?:^|_)(?:ip|address)_(?:tag|hash)$|^ip$/),
    hasBrowserFacts: hasColumn(/browser|user_agent/),
    hasCards: reaches('payment-processor'),
    hasCoins: reaches('chain'),
    hasMail: reaches('mail-carrier'),
    hasWebhooks: reaches('own-host'),
    hasMessenger: reaches('messenger'),
    issuers: Object.values(outbound).flatMap(({ recipients, name }) => (recipients.includes('issuer') ? [name ?? 'another service'] : [])),
    hasAggregates: columns.some(({ table }) => /aggregate|usage_cell/.test(table)),
    cookies: Object.keys(cookies).filter((name) => cookies[name]?.subject !== 'operator'),
  }
}

const DAYS = /^(\d+) days$/

/** The most days that a row about a call is kept, by the inventory; 0 when it keeps none. */
export const usageDaysOf = ({ columns }: Inventory): number =>
  Math.max(0, ...columns.filter(({ table }) => table === 'usage_event').map(({ retention }) => Number(DAYS.exec(retention)?.[1] ?? 0)))

/** The most days until the personal data of a deleted account is unreadable. */
export const ACCOUNT_ENDS_DAYS = 30

/** Others' upstreams by name, as a sentence lists them. */
export const namesOf = (upstreams: readonly Subprocessor[]): string =>
  listed(
    upstreams
      .filter(({ placement }) => placement === 'third_party')
      .map(({ name, country }) => `${name} (${country ?? 'country unknown'})`),
  )

/** "a, b and c" */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
