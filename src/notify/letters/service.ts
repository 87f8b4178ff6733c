import type { LetterEntry } from './letter.ts'

/** Letters about the service. */
export const SERVICE_LETTERS = {
  'support-answered': {
    class: 'critical',
    en: {
      subject: 'Your request to support was answered',
      paragraphs: [
        'What you asked on {asked} has an answer. What you asked and what we say is in no mail.',
        'Read it with a key of your account at /api/support/requests.',
      ],
    },
    zh: {
      subject: '客服已回复您的请求',
      paragraphs: [
        '您于 {asked} 提出的请求已有回复。您的问题和我们的回复都不会写在邮件中。',
        '请使用您账户的密钥在 /api/support/requests 查看。',
      ],
    },
  },
  'model-deprecated': {
    class: 'optional',
    topic: 'models',
    en: {
      subject: '{model} ends on {effective}',
      paragraphs: [
        'You called {model} in the last months. After {effective} calls to it are refused.',
        'The price list has the models that stay.',
      ],
      action: { label: 'See the price list', link: '{link}' },
    },
    zh: {
      subject: '{model} 将于 {effective} 停用',
      paragraphs: ['您最近几个月调用过 {model}。{effective} 之后，对它的调用会被拒绝。', '价格表中列有继续提供的模型。'],
      action: { label: '查看价格表', link: '{link}' },
    },
  },
  incident: {
    class: 'optional',
    topic: 'incidents',
    en: { subject: 'Incident: {title}', paragraphs: ['{words}'] },
    zh: { subject: '故障通知：{title}', paragraphs: ['{words}'] },
  },
  announcement: {
    class: 'optional',
    topic: 'announcements',
    en: { subject: '{title}', paragraphs: ['{words}'] },
    zh: { subject: '{title}', paragraphs: ['{words}'] },
  },
  'webhook-off': {
    class: 'critical',
    en: {
      subject: 'A webhook of yours was switched off',
      paragraphs: [
        'The endpoint {endpoint} has answered no delivery for three days, so it is called no more.',
        'When it works again, switch it on again: PATCH /api/webhooks/{endpoint} with "active": true.',
      ],
    },
    zh: {
      subject: '您的一个 Webhook 已停用',
      paragraphs: [
        '端点 {endpoint} 已连续三天未成功接收任何通知，因此我们不再调用它。',
        '恢复正常后请重新启用：PATCH /api/webhooks/{endpoint}，内容为 "active": true。',
      ],
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
