import type { KeptUntil, PersonalDataEntry } from '../../../src/privacy/index.ts'
import type { Subscription, Usage } from '../answers.ts'

/** What codes of an account are called; a code that is added has to be named here. */
export type AccountCodes = {
  /** How calls ended, as the house sees it. */
  readonly outcomes: Readonly<Record<Usage['outcome'], string>>
  readonly subscriptionStates: Readonly<Record<Subscription['status'], string>>
  /** Who ended a subscription. */
  readonly enders: Readonly<Record<NonNullable<Subscription['ended_by']>, string>>
  /** Why something is kept. Source: Regulation (EU) 2016/679, article 6(1) (2016-04). */
  readonly bases: Readonly<Record<PersonalDataEntry['basis'], string>>
  /** When what is kept goes, where that is no day. */
  readonly untils: Readonly<Record<KeptUntil, string>>
}

/** The same codes in both languages. */
export const ACCOUNT_CODES: Readonly<Record<'en' | 'zh', AccountCodes>> = {
  en: {
    outcomes: {
      completed: 'completed',
      'client-aborted': 'customer left',
      'upstream-refused': 'refused upstream',
      'upstream-failed': 'upstream failed',
      'upstream-cut': 'cut off upstream',
      'timed-out': 'timed out',
      'length-stopped': 'length reached',
      'gateway-lost': 'gateway lost',
      voided: 'not sent',
    },
    subscriptionStates: {
      ...{ starting: 'not paid yet', active: 'active', past_due: 'payment due' },
      ...{ canceled: 'cancelled', ended: 'ended', refused: 'never begun' },
    },
    enders: { customer: 'by its customer', operator: 'by an operator', payment: 'as it was not paid' },
    bases: {
      contract: 'needed for the contract',
      'legal-obligation': 'a law asks for it',
      'legitimate-interest': 'interest in a safe service',
      none: 'no personal data',
    },
    untils: {
      'the end of what is kept by law, or 30 days after the erasure': 'until the end of what is kept by law, or 30 days after the erasure',
      'the end of its key': 'until the end of its key',
      '24 hours after it was written': 'until 24 hours after it was written',
      '7 days after it was written': 'until 7 days after it was written',
      '90 days after it was written': 'until 90 days after it was written',
      'the end of its call': 'until the end of its call',
      'minutes after its last call': 'until minutes after its last call',
      'the catalogue changes': 'until the catalogue changes',
    },
  },
  zh: {
    outcomes: {
      completed: '完成',
      'client-aborted': '客户已断开',
      'upstream-refused': '上游拒绝',
      'upstream-failed': '上游失败',
      'upstream-cut': '上游中断',
      'timed-out': '超时',
      'length-stopped': '达到长度上限',
      'gateway-lost': '网关中断',
      voided: '未发送',
    },
    subscriptionStates: {
      ...{ starting: '尚未付款', active: '有效', past_due: '待付款' },
      ...{ canceled: '已取消', ended: '已结束', refused: '未开始' },
    },
    enders: { customer: '由客户取消', operator: '由运营方终止', payment: '因未付款' },
    bases: {
      contract: '履行合同所需',
      'legal-obligation': '法律要求',
      'legitimate-interest': '服务安全的利益',
      none: '不含个人数据',
    },
    untils: {
      'the end of what is kept by law, or 30 days after the erasure': '至法定保存期满，或删除后 30 天',
      'the end of its key': '至其密钥失效',
      '24 hours after it was written': '至写入后 24 小时',
      '7 days after it was written': '至写入后 7 天',
      '90 days after it was written': '至写入后 90 天',
      'the end of its call': '至该次调用结束',
      'minutes after its last call': '至最后一次调用后数分钟',
      'the catalogue changes': '至目录变更',
    },
  },
}
