/** What the HTTP interfaces of control say of a failure in the language of who reads it; never what a gateway says, which programs read. */
import type { Failure } from '../../failures.ts'
import type { Language } from '../../spec/index.ts'
import { ZH_FAILURES } from './zh.ts'
import { ZH_PAYMENT_FAILURES } from './zh-payments.ts'
import { valueInChinese } from './zh-values.ts'

export { valueInChinese } from './zh-values.ts'

/** Every failure in Chinese, by code. */
export const ZH_WORDS: Readonly<Record<Failure['code'], string>> = { ...ZH_FAILURES, ...ZH_PAYMENT_FAILURES }

/** A failure in a language: its message alone is another. */
export function failureIn(told: Failure, language: Language | undefined): Failure {
  if (language !== 'zh') return told
  const { values = {} } = told
  const message = ZH_WORDS[told.code].replace(/\{(\w+)\}/g, (_, name: string) => valueInChinese(name, String(values[name] ?? '?')))
  return { ...told, message }
}
