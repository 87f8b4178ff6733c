/** People who pay: their accounts, sealed e-mail addresses, status and limits. Never touches money and never shows an address unasked. */
export { ACCOUNT_STATUSES, type Account, type AccountStatus, type AccountTerms, type EmailSealing } from './account-record.ts'
export { accountReaders } from './cell-readers.ts'
export { type AccountChange, changeAccount } from './change-account.ts'
export { changeEmail } from './change-email.ts'
export { createAccount, type NewAccount } from './create-account.ts'
export { EMAIL_EXPECTED, isEmail } from './email.ts'
export { emailLookupOf } from './email-lookup.ts'
export { findAccounts } from './find-accounts.ts'
export { forgetAccount, listHolders } from './forget-account.ts'
export { keyOldAccounts } from './key-old-accounts.ts'
export { ACCOUNT_DATA } from './personal-data.ts'
export { type AccountPage, findAccountByEmail, getAccount, listAccounts } from './read-accounts.ts'
export {
  readStatus,
  readSuspension,
  type SuspensionNote,
  suspendAccount,
  unsuspendAccount,
} from './suspend-account.ts'
