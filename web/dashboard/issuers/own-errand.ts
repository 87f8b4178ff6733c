import type { Errand } from '../../lib/errand.ts'

/** What a tab of the dashboard goes to an issuer for, and where it goes on to. */
export type OwnErrand = Errand & { readonly aim: 'sign-in' | 'sign-up' | 'link'; readonly next: string }
