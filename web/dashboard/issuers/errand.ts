import { readTab, writeTab } from '../../lib/kept.ts'

/** What this tab went to an issuer for, and where it goes on to; `step` is what nothing that comes back is taken without. */
export type Errand = {
  readonly issuer: string
  readonly aim: 'sign-in' | 'sign-up' | 'link'
  readonly step: string
  readonly next: string
}

/** What the issuer sent a browser back with. */
export type Returned = { readonly code: string; readonly state: string; readonly iss?: string }

/** Sends this tab to an issuer; false where the tab can keep nothing, as then nothing would be taken that comes back. */
export function leaveFor(errand: Errand, url: string): boolean {
  if (!writeTab('farebox.errand', JSON.stringify(errand))) return false
  window.location.assign(url)
  return true
}

/** With what a tab came back: from an errand of its own, refused, or with something that it never asked for. */
export type Arrival =
  | { readonly kind: 'returned'; readonly errand: Errand; readonly returned: Returned }
  | { readonly kind: 'refused'; readonly errand: Errand }
  | { readonly kind: 'unasked' }

/** Reads what this page was opened with, once: takes it out of the address and the history, and forgets the errand. */
export function readArrival(issuer: string): Arrival {
  const fields = new URLSearchParams(window.location.search)
  const errand = errandOf(readTab('farebox.errand'))
  writeTab('farebox.errand', undefined)
  window.history.replaceState(window.history.state, '', window.location.pathname)
  if (errand?.issuer !== issuer) return { kind: 'unasked' }
  const [code, state, iss] = [fields.get('code'), fields.get('state'), fields.get('iss')]
  if (code === null || state === null) return { kind: 'refused', errand }
  return { kind: 'returned', errand, returned: { code, state, ...(iss === null ? {} : { iss }) } }
}

function errandOf(text: string | undefined): Errand | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Errand)
  } catch {
    return undefined
  }
}
