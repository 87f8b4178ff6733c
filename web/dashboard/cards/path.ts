/** Where saved cards are asked for, and where a page for another one and the portal are opened. */
export const [CARDS, CARD_PAGE, PORTAL] = ['/api/billing/cards', '/api/billing/cards/page', '/api/billing/portal'] as const
/** Where it is asked how the account tops itself up. */
export const AUTO_TOP_UP = '/api/billing/auto-top-up'
/** Where it is asked whether the saved card pays renewals. */
export const CARD_RENEWALS = '/api/billing/card-renewals'
