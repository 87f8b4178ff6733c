import type { PersonalDataEntry, Recipient } from './inventory.ts'

/** How long something lives that is no column: with the answer it is in, with the process, with the installation, or as the host's log is kept. */
export type DeclaredRetention = 'answer' | 'process' | 'installation' | 'host log' | 'call' | '1 hour'

/** What a name outside the database holds of whom: a log field, a label, a header, a cookie, a file, a place that is called. */
export type DeclaredEntry = Pick<PersonalDataEntry, 'category' | 'subject' | 'purpose' | 'basis'> & {
  /** What people know it as, where it is a company of several. */
  readonly name?: string
  readonly retention: DeclaredRetention
  /** How it goes when a person is erased: it is no longer there, it names an id that leads nowhere then, or it holds nothing of anybody. */
  readonly erase: 'gone' | 'unlinked' | 'nothing'
  readonly export: boolean
  /** Who gets it besides the house; empty for nobody. */
  readonly recipients: readonly Recipient[]
  /** The clauses of the reference policies that speak of it. */
  readonly clauses: readonly string[]
}

/** Names that leave a process in some way, each with its entry. */
export type Declared = Readonly<Record<string, DeclaredEntry>>

/** Entries of names that share all but their purpose; an object in the place of a purpose changes what is different. */
export const declare = (
  shared: Omit<DeclaredEntry, 'purpose'>,
  names: Readonly<Record<string, string | (Partial<DeclaredEntry> & { readonly purpose: string })>>,
): Declared =>
  Object.fromEntries(
    Object.entries(names).map(([name, told]) => [name, { ...shared, ...(typeof told === 'string' ? { purpose: told } : told) }]),
  )

/** Everything that is kept, written or sent, as the policy is made of it. */
export type Inventory = {
  readonly columns: readonly PersonalDataEntry[]
  readonly logFields: Declared
  readonly metricLabels: Declared
  readonly answerHeaders: Declared
  readonly upstreamHeaders: Declared
  readonly fetchHeaders: Declared
  readonly cookies: Declared
  /** What pages keep in local storage. */
  readonly browserKeys: Declared
  readonly files: Declared
  /** What nodes share in Valkey. */
  readonly sharedKeys: Declared
  /** What mails are filled with, beside the address that they go to. */
  readonly mailFields: Declared
  /** Places that are called, by what for. */
  readonly outbound: Declared
}
