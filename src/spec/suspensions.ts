/** Why an account can be suspended, each in the words that its owner reads. */
export const SUSPENSIONS = {
  payment: 'a payment was taken back or disputed',
  abuse: 'it was used against the terms of use',
  security: 'its keys may be in the hands of others',
  terms: 'the terms of use ask for it',
  request: 'its owner asked for it',
} as const
export type Suspension = keyof typeof SUSPENSIONS
/** The reasons by name. */
export const SUSPENSION_REASONS = Object.keys(SUSPENSIONS) as readonly Suspension[]

/** What to say where no reason was noted. */
export const SUSPENDED_UNSAID = 'support can say why'
