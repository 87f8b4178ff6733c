import type { Notifications } from '../answers.ts'

/** Where the choices are asked for and changed. */
export const NOTIFICATIONS = '/api/account/notifications'

/** What the parts of the page show. */
export type AboutSettings = { readonly settings: Notifications }
