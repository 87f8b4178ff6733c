import type { Errand } from '../../lib/errand.ts'

/** What a tab of the dashboard goes to an issuer for, where it goes on to, and for which account it acts from then on. */
export type OwnErrand = Errand & { readonly aim: 'sign-in' | 'sign-up' | 'link' | 'proof'; readonly next: string; readonly acting?: string }

/** Whether an issuer is that of a team. */
export const isTeams = (issuer: string): boolean => issuer.startsWith('team-')
