import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { showCount, showUsd } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, List, Money, Tag, usePartWords } from '../../parts/index.ts'
import type { OfferedPool } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'

type Block = OfferedPool['blocks'][number]

/** A pool and the seats that are free in each of its blocks. */
export function PoolOffer({ pool }: { readonly pool: OfferedPool }) {
  const words = useWords().plans
  const [chosen, setChosen] = useState<string>()
  const block = pool.blocks.find((one) => one.block === chosen)
  return (
    <article className="section">
      <h3>{pool.slug}</h3>
      <p className="faint">{[pool.description, pool.models.join(', ')].filter((part) => part !== null && part !== '').join(' · ')}</p>
      <List
        caption={pool.slug}
        entries={pool.blocks}
        keyOf={(one) => one.block}
        columns={[
          { head: words.block, cell: (one) => one.block },
          { head: words.hours, cell: (one) => <span className="figure">{one.hoursUtc} UTC</span> },
          { head: words.seats, isNumber: true, cell: (one) => showCount(one.availableSeats) },
          { head: words.month, isNumber: true, cell: (one) => <Money usd={one.pricePerMonth} /> },
          {
            head: words.act,
            isActs: true,
            cell: (one) =>
              one.status === 'open' ? (
                <IfMay right="pay">
                  <button type="button" onClick={() => setChosen(one.block)}>
                    {words.take}
                  </button>
                </IfMay>
              ) : (
                <Tag>{words.soldOut}</Tag>
              ),
          },
        ]}
      />
      {block !== undefined && <BuySeat pool={pool} block={block} onClose={() => setChosen(undefined)} />}
    </article>
  )
}

function BuySeat({ pool, block, onClose }: { readonly pool: OfferedPool; readonly block: Block; readonly onClose: () => void }) {
  const words = useWords().plans
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const buy = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    await call(`/api/pools/${pool.id}/subscribe`, { method: 'POST', body, once }).catch(async (thrown: unknown) => {
      // What is paid is what was read here; where it costs another price by now it is read anew.
      if (thrown instanceof CallError && thrown.code === 'order_price_changed') await client.invalidateQueries({ queryKey: ['/api/pools'] })
      throw thrown
    })
    await client.invalidateQueries()
    onClose()
  })
  return (
    <Dialog title={words.seatTitle(pool.slug, block.block)} onClose={onClose}>
      <p>{words.seatMeans(block.hoursUtc, showUsd(block.pricePerMonth))}</p>
      {buy.error !== undefined && <Failed error={buy.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button
          type="button"
          className="main"
          disabled={buy.isRunning}
          onClick={() => void buy.run({ blocks: [block.block], quantity: 1, billingCycle: 'month', price: block.pricePerMonth })}
        >
          {words.payBalance(showUsd(block.pricePerMonth))}
        </button>
      </div>
    </Dialog>
  )
}
