import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, List, Section, Tag, usePartWords, When } from '../../parts/index.ts'
import type { BillingStatus } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'
import { PriceChanges } from './price-changes.tsx'

type Own = {
  readonly id: string
  readonly name: string
  readonly status: 'active' | 'past_due' | 'canceled'
  readonly until: string | null
  readonly isEnding: boolean
  readonly keys: string
}

/** What an account has: plans and seats, until when, and ending them. */
export function OwnSubscriptions({ status }: { readonly status: BillingStatus }) {
  const words = useWords().plans
  const [ending, setEnding] = useState<Own>()
  const own: readonly Own[] = [
    ...status.subscriptions.map((one) => ({
      ...{ id: one.id, name: one.planSlug, status: one.status, until: one.currentPeriodEnd, isEnding: one.cancelAtPeriodEnd },
      keys: one.keys.map(({ name }) => name ?? '').join(', '),
    })),
    ...status.poolPledges.map((one) => ({
      ...{
        id: one.id,
        name: `${one.poolSlug} · ${one.block}`,
        status: one.status,
        until: one.currentPeriodEnd,
        isEnding: one.cancelAtPeriodEnd,
        keys: '',
      },
    })),
  ]
  if (own.length === 0) return null
  const live = status.subscriptions.filter((one) => one.status !== 'canceled')
  const changing = [...new Map(live.map((one) => [one.planSlug, one])).values()]
  return (
    <Section title={words.own}>
      {changing.map((one) => (
        <PriceChanges key={one.planSlug} of={one} name={one.planSlug} />
      ))}
      <List
        caption={words.own}
        entries={own}
        keyOf={({ id }) => id}
        columns={[
          { head: words.plan, cell: ({ name }) => name },
          { head: words.state, cell: (one) => <State own={one} /> },
          { head: words.until, cell: ({ until }) => (until === null ? words.forever : <When at={until} isDay />) },
          { head: words.keys, cell: ({ keys }) => keys },
          {
            head: words.act,
            isActs: true,
            cell: (one) =>
              one.isEnding || one.status === 'canceled' ? null : (
                <IfMay right="pay">
                  <button type="button" className="plain grave" onClick={() => setEnding(one)}>
                    {words.end}
                  </button>
                </IfMay>
              ),
          },
        ]}
      />
      {ending !== undefined && <End own={ending} onClose={() => setEnding(undefined)} />}
    </Section>
  )
}

function State({ own }: { readonly own: Own }) {
  const words = useWords().plans
  if (own.isEnding) return <Tag kind="todo">{words.ending}</Tag>
  return <Tag kind={own.status === 'active' ? 'good' : 'bad'}>{words.states[own.status]}</Tag>
}

function End({ own, onClose }: { readonly own: Own; readonly onClose: () => void }) {
  const words = useWords().plans
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const end = useAct(async (subscriptionId: string) => {
    await call('/api/billing/cancel', { method: 'POST', body: { subscriptionId } })
    await client.invalidateQueries()
    onClose()
  })
  return (
    <Dialog title={words.endTitle(own.name)} onClose={onClose}>
      <p>{words.endMeans}</p>
      {end.error !== undefined && <Failed error={end.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={end.isRunning} onClick={() => void end.run(own.id)}>
          {words.endAct(own.name)}
        </button>
      </div>
    </Dialog>
  )
}
