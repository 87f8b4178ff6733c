import { domainToASCII } from 'node:url'
import { publicUrlOf } from '../outbound/index.ts'

/** The label that a record of ours stands under. Source: https://datatracker.ietf.org/doc/draft-ietf-dnsop-domain-verification-techniques/ §5 (2026-11-27). */
const RECORD_LABEL = '_farebox-challenge'

/** A mail domain in the one way it is compared in: in ASCII, in small letters; undefined for what is none on the public internet. */
export function domainOf(text: string): string | undefined {
  const ascii = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  if (ascii.length > 200 || ascii.includes('_') || /[/:?#@]/.test(text)) return undefined
  return publicUrlOf(`https://${ascii}`)?.name === ascii ? ascii : undefined
}

/** The domain of an e-mail. */
export const emailDomainOf = (email: string): string | undefined => domainOf(email.slice(email.lastIndexOf('@') + 1))

/** The name whose TXT record shows whose a domain is. */
export const recordNameOf = (domain: string): string => `${RECORD_LABEL}.${domain}`
