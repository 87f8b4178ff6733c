import { call } from '../lib/call.ts'

/** What codes of accounts that bring others look like. */
const CODE = /^[2-9A-HJKMNP-Z]{10}$/

/** The code of the account that brings somebody, behind the # of an address, which no server is told of; undefined without one. */
export function broughtBy(): string | undefined {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('from') ?? undefined
  return code !== undefined && CODE.test(code) ? code : undefined
}

/** The link by which an account brings others. */
export const bringingLink = (code: string): string => `${window.location.origin}/sign-up#from=${code}`

/** Says who brought the account that was just opened; a code that is none any more keeps nobody from going on. */
export async function sayBroughtBy(code: string | undefined, once: string): Promise<void> {
  if (code === undefined) return
  await call('/api/billing/referral', { method: 'POST', body: { code }, once }).catch(() => undefined)
}
