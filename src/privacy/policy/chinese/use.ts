import type { ChineseStatements } from './chinese.ts'

/** What data is used for. */
export const USE_ZH: ChineseStatements = {
  'use-service': { topic: '提供服务', text: () => '我们用你的数据来答复你的调用，并维持服务运行。' },
  'use-billing': { topic: '计费', text: () => '我们用 token 数量和价格计算每次调用的费用、维护你的余额并说明账单。' },
  'use-health': { topic: '服务状况', text: () => '我们用时间、状态码和数量来判断服务是否正常。' },
  'use-abuse': { topic: '滥用与欺诈', text: () => '我们用调用数量来执行限额，并制止滥用和欺诈。' },
  'abuse-by-counts': { topic: '如何发现滥用', text: () => '制止滥用只依据数量和时间，不看你写了什么。' },
  'use-notices': {
    topic: '通知',
    text: () => '我们会就安全、与你有关的变更、即将下线的模型以及对你的答复写信给你。这些信件属于服务的一部分。',
  },
  statistics: { topic: '统计', text: () => '统计数字由许多账户的总和得出，无法从中辨认任何一个账户。' },
  'closed-purposes': {
    topic: '其他用途',
    text: () =>
      '你的数据用于答复你的调用、计算费用并维护余额、了解服务是否正常、执行限额并制止滥用。它还用于就你的账户通知你、对许多账户求和、保存和出示法律要求的内容、落实你的权利并删除过期数据。不用于其他任何目的。',
  },
  'exact-money': { topic: '精确的余额', text: () => '入账和扣费精确到十亿分之一美元，你的余额就是它们的总和。' },
  speed: { topic: '速度', text: () => '调用加密传输；我们增加的耗时经过测量，并随版本公布。' },
  'key-by-key': { topic: '按密钥计量', text: () => '每个密钥的用量计在该密钥上；所有密钥合计的花费不会超过账户余额。' },
}
