import { featuresOf } from '../facts.ts'
import type { ChineseStatements } from './chinese.ts'

/** Who else gets something. */
export const SHARE_ZH: ChineseStatements = {
  forwarded: {
    topic: '模型提供商',
    text: ({ upstreams }) => {
      const others = upstreams.filter(({ placement }) => placement === 'third_party')
      if (others.length === 0) return '所有模型都在运营者的机器上运行，没有其他公司会得到你的提示。'
      const names = others.map(({ name, country }) => `${name}（${country ?? '国家未知'}）`).join('、')
      return `为了得到回答，你的提示经加密连接发给你所请求模型的提供商：${names}。他们会读到文字，这无法避免。`
    },
  },
  'upstream-terms': {
    topic: '提供商自己的规则',
    text: () =>
      '每家提供商对文字保留多久、是否用于训练有自己的规则。提供商列表写明已知的情况，附链接和核对日期；超过 180 天未核对的视为未知。',
  },
  authorised: {
    topic: '转售提供商的许可',
    text: ({ attestations }) => {
      const found = attestations.find(({ clause }) => clause === 'S1.22')
      return found && `我们可以将调用转发给 ${found.subject}：${found.issuer} 的文件对此作了说明，有效期至 ${found.expires}。`
    },
    needs: '目前没有证明文件显示该许可',
  },
  'route-told': {
    topic: '由哪家提供商作答',
    text: () => '每个回答都在响应头中写明由哪家提供商作答、在哪个国家，以及该提供商保留文字多久。',
  },
  'choose-routes': { topic: '排除提供商', text: () => '可以规定一个密钥能使用哪些提供商、不能使用哪些。' },
  'one-call': {
    topic: '调用的副本',
    text: () => '一次调用每次只发给一家提供商。失败时才尝试公开列表中的下一家；不会因其他原因发送副本。',
  },
  'local-only': {
    topic: '自有机器上的模型',
    text: ({ upstreams }) =>
      upstreams.length > 0 && upstreams.every(({ placement }) => placement === 'local')
        ? '你的提示留在我们自己的机器上，因为这里的所有模型都在其上运行。'
        : undefined,
    needs: '有些路由通向其他公司',
  },
  'not-sold': {
    topic: '出售数据与广告',
    text: () => '我们不出售、不出租、不交换个人数据。除此处列出的公司外没有人得到数据；没有广告，也没有跟踪。',
  },
  vendors: { topic: '供应商', text: ({ inventory }) => vendorsOf(featuresOf(inventory)) },
  law: {
    topic: '机关',
    text: () => '法律可能要求我们向机关提供数据。我们能提供的只有下面清单所列的内容；没有的东西，我们无法提供。',
  },
}

function vendorsOf({ hasCards, hasCoins, hasMail, hasWebhooks, hasMessenger }: ReturnType<typeof featuresOf>): string {
  const parts = [
    ...(hasCards ? ['支付公司得到金额、币种和你账户的一个编号。'] : []),
    ...(hasCoins ? ['为查看加密货币付款，我们向公链查询。'] : []),
    ...(hasMail ? ['为我们递送邮件的公司得到你的电子邮件地址和信件。'] : []),
    ...(hasMessenger ? ['如果你绑定 Telegram 会话，Telegram 这家独立公司会得到我们写给它的内容。'] : []),
    ...(hasWebhooks ? ['如果你填写了 webhook 地址，该地址会得到与你账户有关的编号、数字和时间。'] : []),
  ]
  return parts.length === 0 ? '未连接支付公司和邮件公司，因此没有任何一家得到数据。' : parts.join('')
}
