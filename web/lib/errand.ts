import { readTab, writeTab } from './kept.ts'

/** What a tab went to an issuer for; `step` is what nothing that comes back is taken without. */
export type Errand = { readonly issuer: string; readonly step: string }

/** What the issuer sent a browser back with. */
export type Returned = { readonly code: string; readonly state: string; readonly iss?: string }

/** Sends this tab to an issuer; false where the tab can keep nothing, as then nothing would be taken that comes back. */
export function leaveFor(errand: Errand, url: string): boolean {
  if (!writeTab('farebox.errand', JSON.stringify(errand))) return false
  window.location.assign(url)
  return true
}

/** With what a tab came back: from an errand of its own, refused, or with something that it never asked for. */
export type Arrival<Kept extends Errand> =
  | { readonly kind: 'returned'; readonly errand: Kept; readonly returned: Returned }
  | { readonly kind: 'refused'; readonly errand: Kept }
  | { readonly kind: 'unasked' }

/** Reads what this page was opened with, once: takes it out of the address and the history, and forgets the errand. */
export function readArrival<Kept extends Errand>(issuer: string): Arrival<Kept> {
  const fields = new URLSearchParams(window.location.search)
  const errand = errandOf<Kept>(readTab('farebox.errand'))
  writeTab('farebox.errand', undefined)
  window.history.replaceState(window.history.state, '', window.location.pathname)
  if (errand?.issuer !== issuer) return { kind: 'unasked' }
  const [code, state, iss] = [fields.get('code'), fields.get('state'), fields.get('iss')]
  if (code === null || state === null) return { kind: 'refused', errand }
  return { kind: 'returned', errand, returned: { code, state, ...(iss === null ? {} : { iss }) } }
}

function errandOf<Kept extends Errand>(text: string | undefined): Kept | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Kept)
  } catch {
    return undefined
  }
}
