import type { ChineseStatements } from './chinese.ts'

/** What people may ask, wherever they live. */
export const RIGHTS_ZH: ChineseStatements = {
  access: { topic: '查看你的数据', text: () => '你可以查看我们持有的关于你的全部内容。' },
  correct: { topic: '更正你的数据', text: () => '你可以要求更正有误的内容。' },
  export: { topic: '数据副本', text: () => '你可以取得一份副本，包括你的用量，格式可供其他程序读取。' },
  delete: { topic: '删除账户', text: () => '你可以随时要求删除账户。无论住在哪里，人人享有同样的权利。' },
  'opt-out': { topic: '非必要的信件', text: () => '你可以拒收服务并不需要的信件。在你主动要求之前，一封也不会收到。' },
  'no-content-held': {
    topic: '答复中的内容',
    text: () => '其中没有提示或回答，因为我们一份也没有：没有可供查看、复制或删除的内容。',
  },
  'legal-keep': {
    topic: '必须保留的内容',
    text: () =>
      '法律可能要求我们在你离开后保留少量内容，例如账本中的金额。在你确认之前，会显示保留什么、为什么以及到何时；到期当天即删除。',
  },
  'request-clock': { topic: '何时得到答复', text: () => '要行使这些权利，请写信到下面的地址。你会在 30 天内得到答复。' },
}
