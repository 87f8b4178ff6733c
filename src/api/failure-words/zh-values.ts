import { PAUSES, SUSPENDED_UNSAID, SUSPENSIONS } from '../../spec/index.ts'

/** What stands in the place `name` of a failure, in Chinese, where it is words of ours; names, figures and times stay as they are. */
export function valueInChinese(name: string, value: string): string {
  if (name === 'expected') return expectedInChinese(value)
  if (name === 'roles')
    return value
      .split(' or ')
      .map((role) => valueInChinese('role', role))
      .join('或')
  return PLACES[name]?.[value] ?? value
}

function expectedInChinese(value: string): string {
  const known = EXPECTED[value]
  if (known !== undefined) return known
  const rule = RULES.find(([pattern]) => pattern.test(value))
  return rule === undefined ? value : value.replace(rule[0], rule[1]).replaceAll(' or ', ' 或 ')
}

type Words = Readonly<Record<string, string>>

const PLACES: Readonly<Record<string, Words>> = {
  role: {
    ...{ owner: '所有者', admin: '管理员', developer: '开发者', billing: '财务', viewer: '只读' },
    ...{ manager: '经理', finance: '财务', support: '客服', 'read-only': '只读' },
  },
  what: {
    Plans: '套餐',
    'Seats in pools': '席位池',
    Subscriptions: '订阅',
    Webhooks: ' Webhook',
    Mail: '邮件',
    'Messages by Telegram': ' Telegram 消息',
    'Transactions by their hash': '按哈希查询交易',
    'Purchases without an account': '无账户购买',
    'Keys of subscriptions': '订阅密钥',
    'Keys for end users': '终端用户密钥',
  },
  offered: { none: '无' },
  state: { approved: '已批准', refused: '已拒绝' },
  reason: {
    [PAUSES.owner]: '由所有者暂停',
    [PAUSES.spike]: '五分钟内的花费远超平常',
    [SUSPENSIONS.payment]: '有款项被撤回或存在争议',
    [SUSPENSIONS.abuse]: '使用方式违反使用条款',
    [SUSPENSIONS.security]: '它的密钥可能已落入他人之手',
    [SUSPENSIONS.terms]: '使用条款要求如此',
    [SUSPENSIONS.request]: '应所有者要求',
    [SUSPENDED_UNSAID]: '原因请咨询客服',
  },
}

const EXPECTED: Words = {
  'true or false': 'true 或 false',
  'an address without %00': '不含 %00 的地址',
  'the "next" of the page before': '上一页的“next”',
  'a time that is still to come': '将来的时间',
  'a time that has not come yet': '将来的时间',
  'a time that has passed': '过去的时间',
  'this field is not known': '这里没有这个字段',
  'a code of 6 digits': '6 位数字验证码',
  'a recovery code': '恢复码',
  'a password': '密码',
  'an operator token': '运营者令牌',
  'an account number of 16 digits': '16 位数字的账号',
  'the code of an invitation': '邀请码',
  'the token of an invitation': '邀请令牌',
  'the token of a mailed link': '邮件链接中的令牌',
  'the e-mail or id of the account': '账户的邮箱或 ID',
  'the id of a plan, or null': '套餐 ID，或 null',
  'the id of a model of the catalogue': '目录中的模型 ID',
  'ids of models that are in the catalogue': '目录中的模型 ID',
  'ids of upstreams that are in the catalogue': '目录中的上游 ID',
  'a time after starts_at, by seven days at most': '晚于 starts_at、不超过七天的时间',
  'a list of one or more blocks of the pool': '席位池的一个或多个时段',
  'an https address with a public host name, on port 443, without a login in it': '主机名公开、端口为 443、不含登录信息的 https 地址',
  'lower-case letters, digits, dots, dashes and underscores, at most 40, a letter first':
    '小写字母、数字、点、连字符和下划线，最多 40 个字符，以字母开头',
}

/** Sentences with figures or lists in them, the longer before what they begin with. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/^one e-mail address such as (\S+), at most (\d+) characters$/, '一个邮箱地址，例如 $1，最多 $2 个字符'],
  [/^one e-mail address such as (\S+)$/, '一个邮箱地址，例如 $1'],
  [/^a list of (\d+) to (\d+) addresses or ranges such as (.+)$/, '$1 到 $2 个地址或范围，例如 $3'],
  [/^a text of (\d+) to (\d+) characters in one line$/, '$1 到 $2 个字符的单行文字'],
  [/^a text of (\d+) to (\d+) characters$/, '$1 到 $2 个字符的文字'],
  [/^a whole number of hours from (\d+) to (\d+)$/, '$1 到 $2 之间的整数小时'],
  [/^a whole number of days from (\d+) to (\d+)$/, '$1 到 $2 之间的整数天数'],
  [/^a whole number from (\d+) to (\d+)$/, '$1 到 $2 之间的整数'],
  [/^a list of one or more of (.+)$/, '以下一项或多项：$1'],
  [/^a list of (\d+) to (\d+) (?:model ids|ids of models)$/, '$1 到 $2 个模型 ID'],
  [/^a list of (\d+) to (\d+) ids of upstreams$/, '$1 到 $2 个上游 ID'],
  [/^a list of (\d+) to (\d+) names of blocks$/, '$1 到 $2 个时段名称'],
  [/^a list of (\d+) to (\d+) country codes such as (\w+)$/, '$1 到 $2 个国家代码，例如 $3'],
  [/^one of (.+)$/, '以下之一：$1'],
  [/^only (.+)$/, '只能是 $1'],
  [/^at least (.+)$/, '至少 $1'],
  [/^more than 0 and at most (.+)$/, '大于 0，最多 $1'],
  [/^an amount from (\S+) to (\S+)$/, '$1 到 $2 的金额'],
  [/^an amount such as (\S+), at most (\S+)$/, '金额，例如 $1，最多 $2'],
  [/^a decimal string from (\S+) to (\S+), such as (\S+)$/, '$1 到 $2 的小数，例如 $3'],
  [/^a decimal above 0 and up to (\d+), such as (\S+)$/, '大于 0、不超过 $1 的小数，例如 $2'],
  [
    /^a decimal string above 0 and up to (\d+) with at most (\d+) decimals, such as (\S+)$/,
    '大于 0、不超过 $1、最多 $2 位小数的数，例如 $3',
  ],
  [/^a time such as (\S+)$/, '时间，例如 $1'],
  [/^a time of the last (\d+) days$/, '最近 $1 天内的时间'],
  [/^(?:a UTC day|a day) such as (\S+)$/, '日期，例如 $1'],
  [/^a day such as (\S+), or a time on it$/, '日期或当天的时间，例如 $1'],
  [/^a day of the last (\d+)(?: days)?$/, '最近 $1 天内的日期'],
  [/^a month such as (\S+)$/, '月份，例如 $1'],
  [/^hours in UTC such as (\S+)$/, 'UTC 时段，例如 $1'],
  [
    /^(\d+) characters, or (\d+) that are not among the commonest passwords, not your e-mail, at most (\d+) bytes$/,
    '$1 个字符，或至少 $2 个字符且不属于最常见的密码；不能是你的邮箱，最多 $3 字节',
  ],
]
