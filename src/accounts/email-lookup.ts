import { EMAIL_LOOKUP_PURPOSE, type EmailSealing } from './account-record.ts'
import { emailForLookup } from './email.ts'

/** What an account is found by instead of its e-mail: 32 bytes, the same for letters in both cases. */
export const emailLookupOf = (sealing: Pick<EmailSealing, 'lookup'>, email: string): Buffer =>
  sealing.lookup(emailForLookup(email), EMAIL_LOOKUP_PURPOSE)
