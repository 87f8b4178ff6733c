import type { CheckResult } from './proof.ts'
import { RISKS, type Risk } from './risks.ts'

/** A risk with its figure in words; `isMeasured` is false where no result has one. */
export type RiskShown = { readonly risk: Risk; readonly figure: string; readonly isMeasured: boolean }

/** Every risk with the figure of the last result that has one. */
export const showRisks = (results: ReadonlyMap<string, readonly CheckResult[]>): readonly RiskShown[] =>
  RISKS.map((risk) => {
    const { check, key, words } = risk.figure
    const value = (results.get(check) ?? []).toSorted((a, b) => (a.at < b.at ? 1 : -1)).find(({ measured }) => measured[key] !== undefined)
    if (value === undefined) return { risk, figure: 'The figure has not been measured here yet.', isMeasured: false }
    return { risk, figure: words.replace('{}', String(value.measured[key])), isMeasured: true }
  })
