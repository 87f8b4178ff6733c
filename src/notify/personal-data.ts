import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const chosen = {
  table: 'notification_setting',
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.13', 'S1.13', 'S1.26'],
  owner: [{ column: 'account_id' }],
} as const

const announced = {
  table: 'announcement',
  category: 'none',
  subject: 'nobody',
  basis: 'none',
  retention: 'catalogue',
  erase: 'keep',
  export: false,
} as const

/** What is kept of how people want to be written to, and what the house told everybody. */
export const NOTIFY_DATA: readonly PersonalDataEntry[] = [
  { ...chosen, column: 'account_id', category: 'identifier', purpose: 'to know whose choice it is' },
  ...columnsOf({ ...chosen, category: 'preference', purpose: 'to write to people in their language and only about what they want' }, [
    'language',
    'refused',
    'wanted',
    'chat_refused',
    'chat_wanted',
    'spend_alarm',
  ]),
  ...columnsOf({ ...chosen, category: 'usage', purpose: 'to show once what was announced, and what happened' }, [
    'news_seen_at',
    'alerts_seen_at',
  ]),
  ...columnsOf({ ...announced, purpose: 'to tell customers what changes' }, [
    'id',
    'topic',
    'model',
    'effective_at',
    'title_en',
    'title_zh',
    'words_en',
    'words_zh',
    'created_at',
    'publish_at',
    'published_at',
    'withdrawn_at',
  ]),
]
