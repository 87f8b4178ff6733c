import { RISKS_ZH } from './chinese/index.ts'
import type { CheckResult } from './proof.ts'
import { RISKS, type Risk } from './risks.ts'

/** A risk with its figure in words; `isMeasured` is false where no result has one. */
export type RiskShown = {
  readonly risk: Risk
  readonly figure: string
  readonly zh: Omit<Risk, 'id' | 'figure'> & { readonly figure: string }
  readonly isMeasured: boolean
}

/** Every risk with the figure of the last result that has one. */
export const showRisks = (results: ReadonlyMap<string, readonly CheckResult[]>): readonly RiskShown[] =>
  RISKS.map((risk) => {
    const { check, key, words } = risk.figure
    const value = (results.get(check) ?? []).toSorted((a, b) => (a.at < b.at ? 1 : -1)).find(({ measured }) => measured[key] !== undefined)
    const { title = risk.title, text = risk.text, words: wordsZh = words } = RISKS_ZH[risk.id] ?? {}
    if (value === undefined)
      return {
        risk,
        figure: 'The figure has not been measured here yet.',
        zh: { title, text, figure: '此处尚未测得该数字。' },
        isMeasured: false,
      }
    const put = (into: string): string => into.replace('{}', String(value.measured[key]))
    return { risk, figure: put(words), zh: { title, text, figure: put(wordsZh) }, isMeasured: true }
  })
