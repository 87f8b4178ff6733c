import { showUsd } from '../../lib/money.ts'
import { Empty, List, Tag, When } from '../../parts/index.ts'
import type { PriceImport } from '../answers.ts'
import { useWords } from '../words/index.ts'

type Change = PriceImport['changes'][number]
const KINDS = { added: 'good', changed: 'todo', unchanged: undefined, skipped: undefined, refused: 'bad' } as const

/** Changes that writing a list would make. */
export const toWrite = ({ changes }: PriceImport): readonly Change[] =>
  changes.filter(({ action }) => action === 'added' || action === 'changed')

/** What a price list changes, model by model: what is asked now, and what would be, from when on. */
export function Diff({ result }: { readonly result: PriceImport }) {
  const words = useWords().prices
  const count = (action: Change['action']) => result.changes.filter((change) => change.action === action).length
  const shown = result.changes.filter(({ action }) => action !== 'unchanged')
  const told = {
    ...{ added: count('added'), changed: count('changed'), unchanged: count('unchanged') },
    ...{ skipped: count('skipped'), refused: count('refused') },
  }
  if (shown.length === 0) return <Empty>{words.nothing}</Empty>
  return (
    <>
      <p>{words.counts(told)}</p>
      <List
        caption={words.diff}
        entries={shown}
        keyOf={({ model, listed }) => `${model} ${listed}`}
        columns={[
          { head: words.model, cell: ({ model }) => <code>{model}</code> },
          { head: words.what, cell: (change) => <What change={change} /> },
          { head: words.input, isNumber: true, cell: ({ old, new: price }) => <Pair old={old?.input} now={price?.input} /> },
          { head: words.output, isNumber: true, cell: ({ old, new: price }) => <Pair old={old?.output} now={price?.output} /> },
          { head: words.from, cell: (change) => <From change={change} /> },
        ]}
      />
    </>
  )
}

function What({ change: { action, reason, is_rise: isRise } }: { readonly change: Change }) {
  const words = useWords().prices
  const kind = KINDS[action]
  return (
    <span className="row">
      <Tag {...(kind === undefined ? {} : { kind })}>{words.actions[action]}</Tag>
      {isRise && <Tag kind="todo">{words.rise}</Tag>}
      {reason !== null && <span className="faint">{reason}</span>}
    </span>
  )
}

function From({ change }: { readonly change: Change }) {
  const words = useWords().prices
  if (change.action !== 'added' && change.action !== 'changed') return <>–</>
  return change.holds_from === null ? words.atOnce : <When at={change.holds_from} isDay />
}

/** An amount before and after; one that stays stands alone. */
export function Pair({ old, now }: { readonly old: string | undefined; readonly now: string | undefined }) {
  if (now === undefined) return <>–</>
  return (
    <span className="figure nowrap">
      {old !== undefined && old !== now && `${showUsd(old)} → `}
      {showUsd(now)}
    </span>
  )
}
