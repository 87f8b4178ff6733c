import type { Database } from '../db/index.ts'
import type { Ids } from '../lib/index.ts'
import type { ReasonSealing } from './reason.ts'

/** What moves money by hand: the books, whose role is farebox_ledger, where ids come from, and what seals reasons. */
export type Books = { readonly database: Database; readonly ids: Ids; readonly subjects: ReasonSealing }
