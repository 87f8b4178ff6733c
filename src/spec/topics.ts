/** What letters that need not be sent are about; people choose by these words. A new one comes last: links in mails count them. */
export const TOPICS = ['balance', 'budgets', 'keys', 'models', 'incidents', 'announcements', 'gifts'] as const
export type Topic = (typeof TOPICS)[number]

/** Topics that nobody gets who did not ask for them; the others concern the account itself and are sent until somebody says no. */
export const ASKED_FOR: readonly Topic[] = ['announcements']
