import type { PersonalDataEntry } from '../inventory.ts'
import { PURPOSES_ZH, TABLES_ZH } from './chinese/index.ts'
import type { Section } from './statement.ts'

type Language = 'en' | 'zh'

/** Titles of the parts of a policy. */
export const SECTION_TITLES: Readonly<Record<Section, string>> = {
  who: 'Who we are',
  content: 'Your prompts and answers',
  kept: 'What we keep',
  use: 'What it is used for',
  share: 'Who else gets something',
  time: 'How long it stays',
  safety: 'How it is protected',
  rights: 'What you may ask',
  changes: 'How this policy changes',
  contact: 'How to reach us',
  own: 'In the words of the operator',
}

/** The same in Simplified Chinese. */
export const SECTION_TITLES_ZH: Readonly<Record<Section, string>> = {
  who: '我们是谁',
  content: '你的提示与回答',
  kept: '我们保存什么',
  use: '用于什么',
  share: '还有谁得到数据',
  time: '保留多久',
  safety: '如何保护',
  rights: '你可以要求什么',
  changes: '本政策如何变更',
  contact: '如何联系我们',
  own: '运营者的补充说明',
}

/** What stands above the words of the operator. */
export const OWN_MEANS = {
  en: 'The operator wrote this part. No check shows what it says.',
  zh: '本部分由运营者撰写，其内容没有检查予以证明。',
} as const

/** Legal grounds in words. Source: Regulation (EU) 2016/679, article 6(1) (2016-04). */
export const BASES: Readonly<Record<PersonalDataEntry['basis'], string>> = {
  contract: 'needed for the contract with you',
  'legal-obligation': 'a law asks for it',
  'legitimate-interest': 'our interest in a safe service',
  none: 'no personal data',
}

/** The same in Simplified Chinese. */
export const BASES_ZH: typeof BASES = {
  contract: '履行与你的合同所需',
  'legal-obligation': '法律要求',
  'legitimate-interest': '我们对服务安全的利益',
  none: '不含个人数据',
}

/** What erasure does, in words. */
export const ERASURES: Readonly<Record<PersonalDataEntry['erase'], string>> = {
  delete: 'deleted',
  overwrite: 'made unreadable',
  keep: 'stays, without a name to it',
}

/** The same in Simplified Chinese. */
export const ERASURES_ZH: typeof ERASURES = { delete: '删除', overwrite: '使其无法读取', keep: '保留，但不再指认任何人' }

/** How long something stays, in words; spans of time are their own. */
export const retentionWords = (retention: string, language: Language = 'en'): string =>
  language === 'zh' ? (RETENTIONS_ZH[retention] ?? retention) : (RETENTIONS[retention] ?? retention)

const RETENTIONS_ZH: Readonly<Record<string, string>> = {
  account: '与账户同存',
  key: '与密钥同存',
  call: '调用进行期间',
  minutes: '调用结束后数分钟内',
  catalogue: '使用期间',
  '24 hours': '24 小时',
  '7 days': '7 天',
  '90 days': '90 天',
  '10 years': '10 年',
}

const RETENTIONS: Readonly<Record<string, string>> = {
  account: 'as long as the account',
  key: 'as long as the key',
  call: 'while the call runs',
  minutes: 'until minutes after the call',
  catalogue: 'as long as it is in use',
}

/** What a table holds, for a heading; one that has no words yet by its own name. */
export const tableWords = (table: string, language: Language = 'en'): string =>
  (language === 'zh' ? TABLES_ZH : TABLES)[table] ?? table.replaceAll('_', ' ')

/** What something is kept for, in a language; the words of the inventory where another has none. */
export const purposeWords = (purpose: string, language: Language = 'en'): string =>
  language === 'zh' ? (PURPOSES_ZH[purpose] ?? purpose) : purpose

const TABLES: Readonly<Record<string, string>> = {
  account: 'Your account',
  api_key: 'Your keys',
  usage_event: 'Notes of calls',
  usage_key_day: 'Sums of what a key used on a day',
  usage_day: 'Sums of a day',
  transfer: 'Movements of money',
  balance: 'Your balance',
  ledger_account: 'Accounts of the books',
  account_debt: 'Debts',
  account_freeze: 'Frozen accounts',
  slice: 'Money set aside by a node',
  account_invitation: 'Invitations into your account',
  key_group: 'Your groups of keys',
  spend_window: 'What was spent in a window of time',
  spend_slice: 'Limits a node may spend from',
  open_call: 'Calls that are running',
  rail_entry: 'Payments as their rail lists them',
  reconciliation_item: 'Differences found in the books',
  erasure: 'Marks of who was erased',
  purged_usage: 'Sums of calls that are gone',
  purged_call: 'Hashes of calls that are gone',
  idempotency: 'Answers to repeated requests',
  policy_seen: 'Versions of this policy you saw',
  policy_notice: 'Letters about this policy',
  upstream: "The house's own keys at providers",
}
