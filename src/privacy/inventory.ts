/**
 * What kind of thing something holds; `none` is no personal data and is listed all the same, so that nothing is forgotten. `content`, the
 * words of calls, is in no column: it only passes.
 */
export const DATA_CATEGORIES = [
  'content',
  'contact',
  'credential',
  'identifier',
  'preference',
  'usage',
  'money',
  'free-text',
  'secret',
  'none',
] as const
export type DataCategory = (typeof DATA_CATEGORIES)[number]

/** Who may get something besides the house: the upstream that answers a call, the customer, those that carry mail, messages or payments, the host of an address in a call, one that the customer has events sent to, and a service that says who somebody is. */
export const RECIPIENTS = [
  'upstream',
  'customer',
  'mail-carrier',
  'payment-processor',
  'chain',
  'named-host',
  'own-host',
  'messenger',
  'issuer',
] as const
export type Recipient = (typeof RECIPIENTS)[number]
/**
 * One way to find the rows of a person: the column that holds the id of the account, or a value that `through` finds among that person's rows
 * of another table.
 */
export type OwnerPath = { readonly column: string; readonly through?: { readonly table: string; readonly column: string } }

/** One column of a table: what it holds of whom, why, how long, and what erasure and export do with it. */
export type PersonalDataEntry = {
  readonly table: string
  readonly column: string
  readonly category: DataCategory
  /** Whose data it is; `nobody` for what belongs to the house or to no person. */
  readonly subject: 'customer' | 'operator' | 'nobody'
  /** What it is kept for, in a few plain words. */
  readonly purpose: string
  /** Legal ground. Source: Regulation (EU) 2016/679, article 6(1) (2016-04). */
  readonly basis: 'contract' | 'legal-obligation' | 'legitimate-interest' | 'none'
  /** When it goes: with its account, its key or its call, minutes after its call, after so many days or hours, or never as it is the books or the catalogue. */
  readonly retention: 'account' | 'key' | '24 hours' | '7 days' | '90 days' | '10 years' | 'call' | 'minutes' | 'catalogue'
  /** What erasing a person does to it: delete the row, overwrite the column, or keep it because the law or the books ask for it. */
  readonly erase: 'delete' | 'overwrite' | 'keep'
  /** Whether the person finds it in an export of their data. */
  readonly export: boolean
  /** Who gets it besides the house; absent for nobody. */
  readonly recipients?: readonly Recipient[]
  /** The clauses of the reference policies that speak of it; absent only where it is nobody's. */
  readonly clauses?: readonly string[]
  /**
   * How the rows of a person are found, any of these ways; every table with a column whose subject is a customer has it. `unknown`: nothing
   * links a row to a person any more, so it cannot be shown or erased and goes when its time is over.
   */
  readonly owner?: readonly OwnerPath[] | 'unknown'
}

/** What the columns of one table have in common. */
export type TableData = Omit<PersonalDataEntry, 'column'>

/** The entries of several columns that differ in their name alone. */
export const columnsOf = (shared: TableData, columns: readonly string[]): readonly PersonalDataEntry[] =>
  columns.map((column) => ({ ...shared, column }))
