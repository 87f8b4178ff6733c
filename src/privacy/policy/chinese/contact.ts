import { countryName } from '../country-name.ts'
import type { ContactKind } from '../settings.ts'
import type { ChineseStatements } from './chinese.ts'

const WAYS: Readonly<Record<ContactKind, string>> = { email: '电子邮件', web: '网页', post: '邮寄', messenger: '即时通讯' }

/** Who runs the service and how to reach them. */
export const WHO_ZH: ChineseStatements = {
  operator: {
    topic: '运营者',
    text: ({ settings: { operator, operatorZh, service } }) =>
      operator === undefined
        ? `这是 ${service} 的隐私政策。未填写由谁运营，因为只有本机能访问它。`
        : `${operatorZh ?? operator} 运营 ${service}，并对你的数据的处理负责。`,
  },
  seat: {
    topic: '运营者所在地与适用法律',
    text: ({ settings: { country, law } }) => {
      const where = country === undefined ? [] : [`运营者所在地：${countryName(country, 'zh')}。`]
      const which = law === undefined ? [] : [`适用法律：${law.zh}。`]
      return where.length + which.length === 0 ? undefined : [...where, ...which].join('')
    },
    needs: '运营者未填写国家，也未填写法律',
  },
  contact: {
    topic: '如何联系我们',
    text: ({ settings: { contacts } }) =>
      contacts.length === 0
        ? '未填写联系方式，因为只有本机能访问本服务。'
        : `隐私方面的问题可通过以下方式联系我们：${contacts.map(({ kind, value }) => `${WAYS[kind]} ${value}`).join('，')}。`,
  },
  messenger: {
    topic: '通过即时通讯联系',
    text: ({ settings: { contacts } }) =>
      contacts.some(({ kind }) => kind === 'messenger')
        ? '即时通讯属于另一家公司，它能看到你写的内容。不宜让它看到的，请用其他方式。'
        : undefined,
    needs: '联系方式中没有即时通讯',
  },
}
