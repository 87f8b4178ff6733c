import { ACCOUNT_ENDS_DAYS, featuresOf, usageDaysOf } from '../facts.ts'
import type { ChineseStatements } from './chinese.ts'

/** How long things are kept. */
export const TIME_ZH: ChineseStatements = {
  'usage-expires': {
    topic: '调用记录保留多久',
    text: ({ inventory }) => `调用记录最多保留 ${usageDaysOf(inventory)} 天，之后由系统自行删除，无需人工操作。`,
  },
  'usage-sooner': { topic: '更短的保留时间', text: () => '账户可以让调用记录更早删除，从 1 天起任意天数。' },
  'usage-sooner-where': {
    topic: '在哪里设置更短的保留时间',
    text: () => '账户所有者在 /dashboard/privacy 页面自行设置，无需征得任何人同意。',
  },
  aggregates: {
    topic: '旧调用留下什么',
    text: ({ inventory }) =>
      featuresOf(inventory).hasAggregates ? '之后只留下总和：每个总和至少覆盖 11 个账户，且没有一个账户占一半以上。' : undefined,
    needs: '不保存跨账户的总和',
  },
  'account-while-active': { topic: '账户数据保留多久', text: () => '你的账户数据在账户存续期间保留。' },
  'account-ends': {
    topic: '账户删除之后',
    text: () => `账户删除后，其密钥立即停用。能指认你的内容在 ${ACCOUNT_ENDS_DAYS} 天内在任何地方都无法读取，备份也不例外。`,
  },
  'each-expires': { topic: '每项数据的终点', text: () => '下面清单中的每一项都有到期时间，并有任务负责删除。' },
}
