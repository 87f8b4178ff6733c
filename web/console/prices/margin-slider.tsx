import { useId, useState } from 'react'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, List, Money } from '../../parts/index.ts'
import type { ListOf, Model, PriceImport } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import { WhatChanges } from './compare-list.tsx'
import { type Cost, effectOf, multiplierOf } from './margin.ts'
import { compare } from './write-prices.tsx'

const [USUAL, MOST] = [20, 100]
const TOKENS = { input: 2000, output: 500 }
const EXAMPLES = 4

/** A margin over what upstreams ask: what it comes to on examples while it is moved, then on each price. */
export function MarginSlider({ usualReason }: { readonly usualReason?: string }) {
  const words = useWords().prices
  return (
    <Asked<ListOf<Model>> path="/operator/v1/models">
      {({ data }) => {
        const costs = data.flatMap(({ id, routes }) => {
          const cost = routes[0]?.cost
          return cost?.input === undefined || cost.output === undefined ? [] : [{ id, cost: { input: cost.input, output: cost.output } }]
        })
        return costs.length === 0 ? (
          <Empty>{words.noCost}</Empty>
        ) : (
          <Slider costs={costs} {...(usualReason === undefined ? {} : { usualReason })} />
        )
      }}
    </Asked>
  )
}

type Costs = readonly { readonly id: string; readonly cost: Cost }[]

function Slider({ costs, usualReason }: { readonly costs: Costs; readonly usualReason?: string }) {
  const words = useWords().prices
  const id = useId()
  const [percent, setPercent] = useState(USUAL)
  const [result, setResult] = useState<PriceImport>()
  const compared = { multiplier: multiplierOf(percent) }
  const asking = useAct(async () => setResult(await compare(compared)))
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{words.margin}</label>
        <div className="row">
          <input
            id={id}
            type="range"
            min={0}
            max={MOST}
            value={percent}
            aria-valuetext={words.marginOf(percent)}
            onChange={(event) => {
              setPercent(Number(event.target.value))
              setResult(undefined)
            }}
          />
          <output className="figure" htmlFor={id}>
            {words.marginOf(percent)}
          </output>
        </div>
      </div>
      <Examples costs={costs.slice(0, EXAMPLES)} percent={percent} />
      {asking.error !== undefined && <ActFailed error={asking.error} onAgain={() => void asking.run()} />}
      {result === undefined ? (
        <div className="row">
          <button type="button" disabled={asking.isRunning} onClick={() => void asking.run()}>
            {words.showEffect}
          </button>
        </div>
      ) : (
        <WhatChanges
          compared={compared}
          result={result}
          {...(usualReason === undefined ? {} : { usualReason })}
          onWritten={() => setResult(undefined)}
        />
      )}
    </>
  )
}

function Examples({ costs, percent }: { readonly costs: Costs; readonly percent: number }) {
  const words = useWords().prices
  const effects = costs.map(({ id, cost }) => ({ id, ...effectOf(cost, percent, TOKENS) }))
  return (
    <>
      <p className="faint">{words.example}</p>
      <List
        caption={words.example}
        entries={effects}
        keyOf={({ id }) => id}
        columns={[
          { head: words.model, cell: ({ id }) => <code>{id}</code> },
          { head: words.itCosts, isNumber: true, cell: ({ cost }) => <Money usd={cost} /> },
          { head: words.theyPay, isNumber: true, cell: ({ price }) => <Money usd={price} /> },
          { head: words.youKeep, isNumber: true, cell: ({ kept }) => <Money usd={kept} /> },
        ]}
      />
    </>
  )
}
