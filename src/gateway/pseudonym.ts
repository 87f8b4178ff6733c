import { createHmac } from 'node:crypto'

const LENGTH = 22

/**
 * What an upstream is told in place of the name of a customer's user: the same for the same user, so that abuse can be told apart there,
 * another at every upstream and for every account, and not to be guessed back by anyone who lacks the account's id, which no upstream is told.
 */
export const pseudonymOf = (who: { readonly accountId: string; readonly upstreamId: string; readonly name: string }): string =>
  createHmac('sha256', who.accountId).update(`${who.upstreamId}\0${who.name}`).digest('base64url').slice(0, LENGTH)
