import type { Account } from '../answers.ts'

/** What every question about an account is asked with. */
export type AboutAccount = { readonly account: Account; readonly onClose: () => void }
