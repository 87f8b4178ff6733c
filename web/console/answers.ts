import type { z } from 'zod'
import type * as contract from '../../src/api/contract/index.ts'

/** What the server answers, by the schemas that it answers with. */
export type Account = z.output<typeof contract.accountShown>
export type AccountPage = { readonly data: readonly Account[]; readonly next: string | null }
