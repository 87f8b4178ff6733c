import { columnsOf, type PersonalDataEntry } from '../privacy/index.ts'

const theirs = {
  subject: 'customer',
  basis: 'contract',
  erase: 'delete',
  clauses: ['S0.13', 'S1.13'],
  owner: [{ column: 'account_id' }],
} as const
const chat = { ...theirs, table: 'telegram_chat', retention: 'account', export: true } as const
const code = { ...theirs, table: 'telegram_code', retention: '24 hours', export: false } as const

/** What is kept of chats that accounts are written to. */
export const TELEGRAM_DATA: readonly PersonalDataEntry[] = [
  { ...chat, column: 'account_id', category: 'identifier', purpose: 'to know whose chat it is' },
  { ...chat, column: 'chat_sealed', category: 'contact', purpose: 'the chat that alerts go to, sealed', recipients: ['messenger'] },
  {
    ...chat,
    column: 'chat_lookup',
    category: 'identifier',
    purpose: 'to find a chat that asks to be forgotten, as a keyed hash',
    export: false,
  },
  { ...chat, column: 'made_by', category: 'identifier', purpose: 'to end the chat when who bound it is no member any more', export: false },
  { ...chat, column: 'bound_at', category: 'usage', purpose: 'to show since when a chat is bound' },
  ...columnsOf({ ...code, category: 'credential', purpose: 'to bind a chat to its account once, by the hash of a code' }, [
    'code_hash',
    'account_id',
    'expires_at',
    'made_by',
  ]),
  ...columnsOf(
    {
      ...{
        table: 'telegram_cursor',
        category: 'none',
        subject: 'nobody',
        basis: 'none',
        retention: 'catalogue',
        erase: 'keep',
        export: false,
      },
      purpose: 'to know up to where the bot has read, and which node reads',
    },
    ['is_only', 'next_update', 'reader', 'reader_until'],
  ),
]
