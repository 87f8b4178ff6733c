import type { Language, Topic } from '../spec/index.ts'

/** What each topic is called where people choose. */
export const TOPIC_NAMES: Readonly<Record<Language, Readonly<Record<Topic, string>>>> = {
  en: {
    balance: 'a low balance',
    budgets: 'budgets that are nearly spent',
    keys: 'keys',
    models: 'models that end',
    incidents: 'incidents',
    announcements: 'news',
    gifts: 'credit that ends',
  },
  zh: {
    balance: '余额不足',
    budgets: '预算即将用完',
    keys: '密钥',
    models: '模型停用',
    incidents: '故障',
    announcements: '新闻公告',
    gifts: '赠送额度到期',
  },
}

/** What the link says that ends letters about a topic. */
export const FOOTER_WORDS: Readonly<Record<Language, string>> = {
  en: 'Get no more mails like this',
  zh: '不再接收此类邮件',
}
