import { formatUsd, type NanoUsd } from '../lib/index.ts'
import type { Comparison, Difference, Figures } from './difference.ts'
import type { ReconciledDay } from './store.ts'

/** A reconciled day as it crosses the interface; amounts are decimal strings of USD. */
export const showDay = ({ day, checkedAt, comparisons }: ReconciledDay) => ({
  day,
  checked_at: new Date(checkedAt).toISOString(),
  state: stateOf(comparisons),
  is_alarming: comparisons.some(({ isAlarming }) => isAlarming),
  over: total(comparisons, ({ over }) => over),
  under: total(comparisons, ({ under }) => under),
  loss: total(comparisons, ({ loss }) => loss),
  comparisons: comparisons.map(showComparison),
})

/** agrees: all that could be compared is the same. waiting: so far, but a report has not come. */
function stateOf(comparisons: readonly Comparison[]): 'agrees' | 'waiting' | 'differs' {
  if (comparisons.some(({ differences, report }) => differences.length > 0 || report === 'unreadable')) return 'differs'
  return comparisons.some(({ report }) => report === 'missing') ? 'waiting' : 'agrees'
}

const total = (comparisons: readonly Comparison[], pick: (comparison: Comparison) => NanoUsd): string =>
  formatUsd(comparisons.reduce((sum, comparison) => sum + pick(comparison), 0n))

const showComparison = (comparison: Comparison) => ({
  ...{ part: comparison.part, source: comparison.source, report: comparison.report, report_code: comparison.reportCode ?? null },
  ...{ ours: formatUsd(comparison.ours), theirs: formatUsd(comparison.theirs), over: formatUsd(comparison.over) },
  ...{ under: formatUsd(comparison.under), loss: formatUsd(comparison.loss), is_alarming: comparison.isAlarming },
  over_list: comparison.differences.filter(({ side }) => side === 'over').map(showDifference),
  under_list: comparison.differences.filter(({ side }) => side === 'under').map(showDifference),
})

const showDifference = ({ name, ours, theirs }: Difference) => ({ name, ours: showFigures(ours), theirs: showFigures(theirs) })

const showFigures = ({ calls, input, output, amount }: Figures) => ({
  ...{ calls: calls ?? null, input_tokens: input ?? null, output_tokens: output ?? null },
  amount: amount === undefined ? null : formatUsd(amount),
})
