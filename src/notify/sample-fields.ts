import { type Language, MAIL_TEMPLATES, type MailTemplate } from '../spec/index.ts'

type FieldName = (typeof MAIL_TEMPLATES)[MailTemplate][number]
type Sample = string | Readonly<Record<Language, string>>

/** What each field holds where a letter is shown to whoever writes it; a field without a sample does not compile. */
const SAMPLES: Readonly<Record<FieldName, Sample>> = {
  kind: { en: 'a copy of what we keep of you', zh: '导出我们保存的关于您的数据' },
  link: 'https://example.com/a-link-that-works-once',
  hours: '24',
  days: '30',
  gone_by: '2027-01-31',
  span: { en: '7 days', zh: '7 天' },
  amount: '25.00',
  effective: '2027-02-01',
  before: '1',
  after: '1.1',
  providers: {
    en: 'acme (api.acme.example): United States, keeps texts: 30 days, does not train on them',
    zh: 'acme（api.acme.example）：美国，文本保留：30 days，不用于训练',
  },
  model: 'acme/large-2',
  threshold: '5.00',
  plan: { en: 'Steady', zh: '稳定版' },
  price: '12.00',
  until: '2027-02-28',
  pool: { en: 'Night shift', zh: '夜班' },
  block: '22:00–06:00',
  asked: '2027-01-12',
  hint: 'fb-…a1B2',
  key: 'fb-…a1B2',
  reason: { en: 'it may be in the hands of others', zh: '可能已落入他人之手' },
  browser: 'Firefox 140',
  from: 'ada@example.com',
  team: { en: 'Night shift', zh: '夜班组' },
  role: { en: 'developer', zh: '开发者' },
  window: { en: 'a day', zh: '一天' },
  title: { en: 'Slow answers from some models', zh: '部分模型响应缓慢' },
  words: {
    en: 'Answers of some models begin late. Calls that fail are not charged. We write again within the hour.',
    zh: '部分模型的响应开始得较晚。失败的调用不会计费。我们会在一小时内再次通报。',
  },
  concerns: '1 × incidents, 2 × support requests',
  passkeys: '2',
  apps: '1',
  links: '0',
  managing: '1 (mk_Ab1X…x4Yz 2026-11-21)',
  calling: '2 (fbx_3kQ2…9tLm 2026-11-20, fbx_7hB1…2cDe 2026-09-03)',
  domain: 'example.com',
  endpoint: '0193f2c4-0000-7000-8000-000000000000',
}

/** The fields of a letter, filled as if it were about somebody. */
export const sampleFields = (template: MailTemplate, language: Language): Readonly<Record<string, string>> =>
  Object.fromEntries(
    MAIL_TEMPLATES[template].map((name) => {
      const sample = SAMPLES[name]
      return [name, typeof sample === 'string' ? sample : sample[language]]
    }),
  )
