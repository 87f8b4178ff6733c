/** Where webhooks are listed and made; each is below it, under its id. */
export const WEBHOOKS = '/api/webhooks'
