import { REASONS, TEMPLATES } from './gateway-templates.ts'

/** What a gateway says of a failure, which it says in English as programs read it, in Chinese; a text that is none of its own as it is. */
export function inChinese(message: string): string {
  for (const [english, chinese] of TEMPLATES) {
    const found = patternOf(english).exec(message)
    if (found !== null) return chinese.replace(/\{(\w+)\}/g, (_, name: string) => valueIn(name, found.groups?.[name] ?? ''))
  }
  return message
}

/** Places with words of ours in them; names, figures and times are the same in both languages. */
function valueIn(name: string, value: string): string {
  if (name === 'reason') return REASONS[value] ?? value
  if (name !== 'limit' && name !== 'advice') return value
  return BUDGETS.reduce((text, [english, chinese]) => text.replace(english, chinese), value)
}

/** A template as a pattern with a group for each place; of two with one name the second is the same text again. */
function patternOf(template: string): RegExp {
  const named = new Set<string>()
  const source = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    if (named.has(name)) return `\\k<${name}>`
    named.add(name)
    return `(?<${name}>.*?)`
  })
  return new RegExp(`^${source.join('')}$`, 's')
}

/** How a limit of spending is told: whose it is, of what window, when it resets. */
const BUDGETS: readonly (readonly [RegExp, string])[] = [
  [/^This key's group's (\S+)/, '这个密钥所在组的 $1'],
  [/^This key's plan's (\S+)/, '这个密钥所属套餐的 $1'],
  [/^This key's (\S+)/, '这个密钥的 $1'],
  [/ for these (\d) hours$/, '（每 $1 小时）限额'],
  [/ for today$/, ' 今日限额'],
  [/ for this week$/, ' 本周限额'],
  [/ for this month$/, ' 本月限额'],
  [/( \$[\d.]+)$/, '$1 总限额'],
  [/^It never fits in: ask for less output, or have the limit raised\.$/, '这次调用始终超出限额：请减少输出长度，或让人提高限额。'],
  [/^It does not reset: have it raised\.$/, '它不会重置，请让人提高它。'],
  [/^It resets at (.+?) \(in (.+)\)\.$/, '将于 $1 重置（还需 $2）。'],
]
