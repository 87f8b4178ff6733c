import { featuresOf } from '../facts.ts'
import { passwordHashingOf } from '../password-hashing.ts'
import type { ChineseStatements } from './chinese.ts'

/** How things are protected. */
export const SAFETY_ZH: ChineseStatements = {
  transport: { topic: '传输加密', text: () => '来自本机之外的连接用 TLS 1.3 加密。更旧的版本和明文 HTTP 会被拒绝。' },
  'least-access': {
    topic: '内部权限',
    text: () => '系统内部的每个部分只能做其任务所需的事。看得到内容的部分不能写入，能写入的部分看不到内容。',
  },
  'no-plain-password': { topic: '明文密码', text: () => '密码不会以可读的形式存储、记入日志或发送。' },
  'password-hash': {
    topic: '密码的哈希方式',
    text: ({ inventory, settings }) =>
      featuresOf(inventory).hasPasswords
        ? `密码用 ${passwordHashingOf(settings.profile) === 'argon2id' ? 'argon2id' : '代价为 12 的 bcrypt'} 哈希。`
        : undefined,
    needs: '这里没有密码',
  },
  'key-hash': { topic: '密钥如何保存', text: () => '密钥只在创建时显示一次，之后我们只持有其 SHA-256 哈希。' },
  'keys-everywhere': {
    topic: '每个路径都要密钥',
    text: () => '每个路径都要求密钥，只有必须公开的少数除外：健康检查、价格、本政策，以及核对收据所需的内容。',
  },
  defaults: { topic: '默认设置', text: () => '系统以严格的设置启动。要放宽某一项，运营者必须写明，本政策也随之改变。' },
  edge: {
    topic: '抵御流量洪泛',
    text: ({ attestations, isEdgeOnly }) => {
      const found = attestations.find(({ clause }) => clause === 'S2.18' && isEdgeOnly)
      return found && `${found.subject} 在我们前面抵御流量洪泛。它终结你的加密连接，因此能看到经过的内容。没有人能绕过它到达我们。`
    },
    needs: '没有证明文件显示由谁在前面防护，或者他人可以绕过它到达我们（FAREBOX_EDGE_ONLY）',
  },
  certified: {
    topic: '运行场所的认证',
    text: ({ attestations }) => {
      const found = attestations.filter(({ clause }) => clause === 'S3.11')
      if (found.length === 0) return undefined
      return found.map(({ subject, issuer, scope, expires }) => `${subject}，由 ${issuer} 就 ${scope} 颁发，有效期至 ${expires}。`).join('')
    },
    needs: '目前没有可出示的认证',
  },
  'audited-place': {
    topic: '数据中心审计',
    text: ({ attestations }) => {
      const found = attestations.find(({ clause }) => clause === 'S3.12')
      return found && `系统运行于 ${found.scope}，由 ${found.issuer} 于 ${found.issued} 审计。`
    },
    needs: '目前没有可出示的审计报告',
  },
  risks: {
    topic: '仍可能出现的问题',
    text: () => '没有系统能抵御一切。本系统不能替你防范的事列在“余下的风险”中，并附有实测数字。',
  },
}
