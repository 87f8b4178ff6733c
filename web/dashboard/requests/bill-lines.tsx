import type { ReactNode } from 'react'
import { showCount, showUsd, usdOf } from '../../lib/money.ts'
import { addUp, coveredOf, exactUsd, type Receipt, type SumLine, usdOfNano } from '../../lib/receipt/index.ts'
import { List, Money } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

const MILLION = 1_000_000n

/** What was used times what it costs, added up here from the call alone, and who paid it. */
export function BillLines({ receipt: { call } }: { readonly receipt: Receipt }) {
  const { bill: words } = useWords().requests
  const { lines, multiplier, exact } = addUp(call)
  const covered = coveredOf(call)
  const price = BigInt(call.cost_nano_usd) + covered + BigInt(call.shortfall_nano_usd)
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
        {lines.length > 0 && <Line name={words.exact}>{showUsd(exactUsd(exact, 21))}</Line>}
        <Line name={words.price} isSum>
          <Money usd={usdOf(price)} />
        </Line>
        {call.shortfall_nano_usd !== '0' && (
          <Line name={words.shortfall}>
            <Money usd={usdOfNano(call.shortfall_nano_usd)} />
          </Line>
        )}
        {covered > 0n && (
          <Line name={words.covered}>
            <Money usd={usdOf(covered)} />
          </Line>
        )}
        <Line name={words.cost} isSum>
          <Money usd={usdOfNano(call.cost_nano_usd)} />
        </Line>
        <Line name={words.hold}>
          <Money usd={usdOfNano(call.hold_nano_usd)} />
        </Line>
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
        { head: words.product, isNumber: true, cell: ({ product }) => showUsd(exactUsd(product, 15)) },
      ]}
    />
  )
}
