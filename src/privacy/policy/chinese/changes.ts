import { featuresOf } from '../facts.ts'
import type { ChineseStatements } from './chinese.ts'

/** How the policy itself lives. */
export const CHANGES_ZH: ChineseStatements = {
  compiled: {
    topic: '本政策如何产生',
    text: () => '本政策由它所描述的系统生成。一项承诺在其检查通过时印出；检查失败或未运行时则不印。',
  },
  dated: { topic: '版本日期', text: () => '每个版本都有编号、发布日期和生效日期；生效日期不早于发布日期。' },
  'change-announced': {
    topic: '变更公告',
    text: ({ noticeDays }) =>
      `承诺减弱时，新版本至少在生效前 ${noticeDays} 天在此公告。旧承诺不再得到遵守之日起，即不再印出。新的提供商，以及标签变差的提供商，在该版本生效之前不会收到任何调用。`,
  },
  'change-told': {
    topic: '变更通知信',
    text: ({ inventory, noticeDays }) =>
      featuresOf(inventory).hasMail
        ? `每位账户持有人都会通过电子邮件得知这样的版本。它在最后一人收到通知 ${noticeDays} 天后生效，不会更早。`
        : undefined,
    needs: '尚未连接邮件服务，因此变更只在页面上公告',
  },
  history: { topic: '以往版本', text: () => '当前有效的版本在 /privacy，所有版本及其间的变更在 /privacy/history。' },
  'version-seen': {
    topic: '你接受了哪个版本',
    text: () => '开户时你接受当日的版本；变更后继续调用，即接受新版本。我们会记录是哪个版本；你可以在它生效之前离开。',
  },
}
