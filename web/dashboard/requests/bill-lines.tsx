import type { ReactNode } from 'react'
import { alignUsd, nanoOf, showCount, showUsd, usdOf } from '../../lib/money.ts'
import { addUp, coveredOf, exactUsd, type Receipt, type SumLine, usdOfNano } from '../../lib/receipt/index.ts'
import { List } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

const MILLION = 1_000_000n

/** What was used times what it costs, added up here from the call alone, and who paid it. */
export function BillLines({ receipt: { call } }: { readonly receipt: Receipt }) {
  const { bill: words } = useWords().requests
  const { lines, multiplier, exact } = addUp(call)
  const covered = coveredOf(call)
  const price = BigInt(call.cost_nano_usd) + covered + BigInt(call.shortfall_nano_usd)
  const told = [
    { name: words.exact, usd: exactUsd(exact, 21), isTold: lines.length > 0 },
    { name: words.price, usd: usdOf(price), isTold: true, isSum: true },
    { name: words.shortfall, usd: usdOfNano(call.shortfall_nano_usd), isTold: call.shortfall_nano_usd !== '0' },
    { name: words.covered, usd: usdOf(covered), isTold: covered > 0n },
    { name: words.cost, usd: usdOfNano(call.cost_nano_usd), isTold: true, isSum: true },
    { name: words.hold, usd: usdOfNano(call.hold_nano_usd), isTold: true },
  ].filter(({ isTold }) => isTold)
  const amounts = alignUsd(told.map(({ usd }) => usd))
  return (
    <section className="section">
      <header>
        <h3>{words.lines}</h3>
        <a href={`/v1/prices/${call.price_version}`} target="_blank" rel="noreferrer" title={words.versionLink}>
          {words.version(call.price_version)}
        </a>
      </header>
      {lines.length === 0 ? <p className="faint">{words.nothing}</p> : <Lines lines={lines} />}
      <dl className="roll">
        {multiplier !== MILLION && <Line name={words.multiplier}>× {exactUsd(multiplier, 6)}</Line>}
        {told.map(({ name, usd, isSum = false }, index) => (
          <Line key={name} name={name} isSum={isSum}>
            <span className="nowrap" title={`${nanoOf(usd).toLocaleString('en')} nano-USD`}>
              {amounts[index]}
            </span>
          </Line>
        ))}
      </dl>
    </section>
  )
}

const Line = ({ name, isSum = false, children }: { readonly name: string; readonly isSum?: boolean; readonly children: ReactNode }) => (
  <div className={isSum ? 'sum' : undefined}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

function Lines({ lines }: { readonly lines: readonly SumLine[] }) {
  const { bill: words } = useWords().requests
  const products = alignUsd(lines.map(({ product }) => exactUsd(product, 15)))
  return (
    <List
      caption={words.lines}
      entries={lines}
      keyOf={({ name }) => name}
      columns={[
        { head: words.class, cell: ({ name }) => <code>{name}</code> },
        { head: words.count, isNumber: true, cell: ({ count }) => showCount(count) },
        {
          head: words.rate,
          isNumber: true,
          cell: ({ rate, isPiece }) => `${showUsd(usdOf(rate))}${isPiece ? words.perPiece : words.perMillion}`,
        },
        { head: words.product, isNumber: true, cell: (line) => products[lines.indexOf(line)] },
      ]}
    />
  )
}
