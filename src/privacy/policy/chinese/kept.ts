import { featuresOf } from '../facts.ts'
import type { ChineseStatements } from './chinese.ts'

/** What is kept of whom. */
export const KEPT_ZH: ChineseStatements = {
  account: { topic: '账户数据', text: () => '关于你的账户，我们保存你填写的电子邮件地址（如有）、账户是否有效、限额、套餐以及开户日期。' },
  password: {
    topic: '密码',
    text: ({ inventory }) =>
      featuresOf(inventory).hasPasswords
        ? '如果你用密码登录，我们保存的是它的单向哈希，不是密码本身。'
        : '这里没有密码：调用者由密钥识别，因此我们不持有你的密码。',
  },
  'payment-later': { topic: '注册时的支付信息', text: () => '开户不需要任何支付信息。' },
  'key-facts': {
    topic: '密钥的信息',
    text: () => '关于每个密钥，我们保存你起的名称、首尾几个字符的提示、可调用的内容与频率，以及起止时间。',
  },
  'usage-row': {
    topic: '每次调用记录什么',
    text: () => '每次调用我们记录：时间、所属账户和密钥、作答的模型和路由、各类 token 的数量、用时、结束方式以及费用。',
  },
  'key-id': { topic: '调用记录中的密钥', text: () => '调用记录用一个随机编号指代密钥。记录中没有密钥本身，也无法由此推算出来。' },
  'log-lines': {
    topic: '日志',
    text: ({ inventory }) =>
      `我们的日志只能包含 ${Object.keys(inventory.logFields).length + 1} 种值：时间、代码、数量和短编号等，没有可以写入任意文字的位置。`,
  },
  addresses: {
    topic: '网络地址',
    text: ({ inventory }) =>
      featuresOf(inventory).hasAddresses
        ? '你的网络地址用于执行限额和制止滥用。记录下来的只是一个代码，其密钥在 7 天后销毁。'
        : '你的网络地址只在内存中用于执行限额，不作记录。',
  },
  browser: {
    topic: '浏览器数据',
    text: ({ inventory }) =>
      featuresOf(inventory).hasBrowserFacts
        ? '关于你登录所用的浏览器，我们随该次登录保存其类别和主版本号。'
        : '我们不记录关于你浏览器的任何信息。',
  },
  books: { topic: '账本', text: () => '账本记录你余额的每一次变动：时间、金额、方向；如果由人工调整，还有原因。' },
  'coin-payments': {
    topic: '加密货币支付',
    text: ({ inventory }) =>
      featuresOf(inventory).hasCoins
        ? '如果你用加密货币支付，我们保存付款的哈希和来源地址，以免同一笔付款计算两次。'
        : '这里不接受加密货币，因此不保存钱包地址和此类付款的哈希。',
  },
  payments: { topic: '支付方式', text: ({ inventory }) => paymentsOf(featuresOf(inventory)) },
  'no-cards': { topic: '银行卡号', text: () => '银行卡号不会到达我们的机器，我们也没有任何地方可以保存它。' },
  'needed-only': { topic: '每项数据的必要性', text: () => '我们保存的每一项都有其必要，下面的清单逐项写明。' },
  cookies: {
    topic: 'Cookie 的使用',
    text: ({ inventory }) => {
      const names = featuresOf(inventory).cookies
      return names.length === 0
        ? '我们不设置 Cookie。'
        : `我们设置 ${names.length} 个 Cookie（${names.join('、')}），用来保持登录；登录之前一个也不设置。`
    },
  },
  'cookies-off': {
    topic: '不用 Cookie',
    text: ({ inventory }) =>
      featuresOf(inventory).cookies.length === 0
        ? '如果你的浏览器拒绝 Cookie，这里没有任何变化。'
        : '如果你的浏览器拒绝 Cookie，就无法在这里登录；用密钥调用不受影响。',
  },
  'browser-keys': {
    topic: '页面在浏览器中保存什么',
    text: ({ inventory }) =>
      Object.keys(inventory.browserKeys).length === 0
        ? '页面不在你的浏览器中保存任何东西。'
        : '你选择语言或主题后，浏览器会记住该选择；它不涉及你的身份，也不会发送给我们。',
  },
}

function paymentsOf({ hasCards, hasCoins }: { readonly hasCards: boolean; readonly hasCoins: boolean }): string {
  const ways = [...(hasCards ? ['在支付公司的页面上用银行卡'] : []), ...(hasCoins ? ['用加密货币'] : [])]
  return ways.length === 0 ? '余额由运营者手动添加；未连接任何支付公司。' : `你可以${ways.join('或')}付款。`
}
