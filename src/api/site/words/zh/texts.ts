import type { TEXTS as EN } from '../en/texts.ts'
import type { Widened } from '../widened.ts'

/** Terms and refunds, where the operator has no text of their own. */
export const TEXTS: Widened<typeof EN> = {
  terms: '服务条款',
  termsLead: '你与本服务运营者之间的约定。',
  termsAbsent: (operator) => `${operator}尚未发布自己的条款。以下内容依据系统设置生成，说明服务本身如何运作。`,
  refunds: '退款',
  refundsLead: '什么情况下退款。',
  refundsMade: '本页依据系统设定的退款规则生成。',
  inEnglish: '运营者只发布了英文文本。',
  written: '由运营者撰写',
  billing: '如何收费',
  billingText:
    '先充值，后使用。余额足够支付一次调用的上限时才会放行；结束后只扣一次，不超过上限，按调用开始时的价格计算。超出部分由我们承担。',
  refused: '被拒绝的调用、在第一个字节之前失败的调用，都不收费。',
  topUp: (minimum, maximum) => `单次充值金额为 $${minimum} 至 $${maximum}。`,
  prices: '价格',
  pricesText: (days) => `模型涨价前 ${days} 天，会邮件通知近期用过它的人（在能够发送邮件的情况下）。价格版本一经发布不再更改。`,
  uptime: '可用率',
  uptimePromised: (target, credit) => `承诺每月 ${target} 的分钟可用。未达到的月份，自动返还账户当月消费的 ${credit}。`,
  uptimePlans: (plans) => `适用套餐：${plans}。`,
  noUptime: '没有承诺可用率，实测数据见状态页。',
  giftsExpire: (days) => `赠送的额度在 ${days} 天后收回。`,
  giftsStay: '赠送的额度不会过期。',
  privacyHeading: '隐私',
  privacyText: '保存了哪些与你有关的信息、凭什么这么说，见隐私政策。',
  never: '付款一经完成不予退还。',
  byCase: '是否退款逐案决定。请写信给运营者，注明付款日期和金额。',
  withinDays: (days) => `付款后 ${days} 天内，未用完的部分可以申请原路退回。`,
  whatGoesBack: '已用于调用的金额和赠送额度不退。退款时，相应比例的奖励一并收回。',
  ours: '无论如何由我们负责的部分',
  oursText: '扣错的费用会在账本中冲正，你能在对账单里看到。',
  howToAsk: '如何申请',
  contactHeading: '联系方式',
  contact: '请联系',
  noContact: '运营者尚未公布联系方式。',
}
