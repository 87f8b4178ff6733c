import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, List, Section, Tag, usePartWords, When } from '../../parts/index.ts'
import type { BillingStatus } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'
import type { OwnPlan } from './change-plan.tsx'
import { useLongDay } from './long-day.ts'
import { type KeyHome, MakeOwnKey } from './make-own-key.tsx'
import { PriceChanges } from './price-changes.tsx'

type Own = {
  readonly id: string
  readonly name: string
  readonly status: 'active' | 'past_due' | 'canceled'
  readonly until: string | null
  readonly isEnding: boolean
  /** Who ended it, or ends it with its period. */
  readonly endedBy: OwnPlan['endedBy']
  readonly keys: string
  readonly hasKey: boolean
  /** The plan that it has, and the one that it goes over to with its period; null for a seat. */
  readonly plan: string | null
  readonly next: string | null
}

type Kind = 'end' | 'keep' | 'stay'

/** What an account has: plans and seats, until when, making their keys, ending them, and taking back that they end or go over to another plan. */
export function OwnSubscriptions({ status }: { readonly status: BillingStatus }) {
  const words = useWords().plans
  const [doing, setDoing] = useState<{ readonly own: Own; readonly kind: Kind }>()
  const [keyOf, setKeyOf] = useState<KeyHome>()
  const own: readonly Own[] = [
    ...status.subscriptions.map((one) => ({
      ...{ id: one.id, name: one.planSlug, status: one.status, until: one.currentPeriodEnd, isEnding: one.cancelAtPeriodEnd },
      endedBy: one.endedBy,
      ...{ keys: one.keys.map(({ name }) => name ?? '').join(', '), hasKey: one.keyCount > 0, plan: one.planSlug, next: one.nextPlanSlug },
    })),
    ...status.poolPledges.map((one) => ({
      ...{
        id: one.id,
        name: `${one.poolSlug} · ${one.block}`,
        status: one.status,
        until: one.currentPeriodEnd,
        isEnding: one.cancelAtPeriodEnd,
        endedBy: one.endedBy,
        ...{ keys: '', hasKey: one.hasKey, plan: null, next: null },
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
            cell: (one) => <Acts own={one} onKey={setKeyOf} onKind={(kind) => setDoing({ own: one, kind })} />,
          },
        ]}
      />
      {doing !== undefined && <Doing {...doing} onClose={() => setDoing(undefined)} />}
      {keyOf !== undefined && <MakeOwnKey of={keyOf} onClose={() => setKeyOf(undefined)} />}
    </Section>
  )
}

type ToDo = { readonly own: Own; readonly onKey: (of: KeyHome) => void; readonly onKind: (kind: Kind) => void }

/** What whoever looks may do about one; the key of one that was paid without, by card or in coins or by who makes none, is made here. */
function Acts({ own, onKey, onKind }: ToDo) {
  const words = useWords().plans
  return (
    <>
      {!own.hasKey && own.status !== 'canceled' && (
        <IfMay right="keys">
          <button type="button" className="plain" onClick={() => onKey(own)}>
            {words.makeKey}
          </button>
        </IfMay>
      )}
      <IfMay right="pay">
        {kindsOf(own).map((kind) => (
          <button key={kind} type="button" className={`plain ${kind === 'end' ? 'grave' : ''}`} onClick={() => onKind(kind)}>
            {words.ownActs[kind](own.name)}
          </button>
        ))}
      </IfMay>
    </>
  )
}

/** What can be done about one: nothing any more when it is over, or when the operator ends it. */
function kindsOf({ status, isEnding, endedBy, next }: Own): readonly Kind[] {
  if (status === 'canceled') return []
  if (isEnding) return endedBy === 'operator' ? [] : ['keep']
  return next === null ? ['end'] : ['stay', 'end']
}

function State({ own }: { readonly own: Own }) {
  const words = useWords().plans
  const by = own.endedBy === null || own.endedBy === 'customer' ? undefined : <span className="faint">{words.endedBy[own.endedBy]}</span>
  if (own.isEnding && own.status !== 'canceled')
    return (
      <>
        <Tag kind="todo">{words.ending}</Tag> {by}
      </>
    )
  const state = (
    <>
      <Tag kind={own.status === 'active' ? 'good' : 'bad'}>{words.states[own.status]}</Tag> {by}
    </>
  )
  if (own.next === null || own.status === 'canceled') return state
  return (
    <>
      {state} <Tag kind="todo">{words.next(own.next)}</Tag>
    </>
  )
}

const PATHS = { end: '/api/billing/cancel', keep: '/api/billing/keep', stay: '/api/billing/change-plan' } as const

/** Says what an act means, and does it. */
function Doing({ own, kind, onClose }: { readonly own: Own; readonly kind: Kind; readonly onClose: () => void }) {
  const words = useWords().plans
  const dayOf = useLongDay()
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const act = useAct(async ({ id: subscriptionId, plan }: Own) => {
    // Choosing the plan that one has takes back the one that was to come.
    const body = kind === 'stay' ? { subscriptionId, planSlug: plan } : { subscriptionId }
    await call(PATHS[kind], { method: 'POST', body })
    await client.invalidateQueries()
    onClose()
  })
  const means = { end: words.endMeans, keep: words.keepMeans(dayOf(own.until ?? '')), stay: words.stayMeans(own.name, own.next ?? '') }
  return (
    <Dialog title={words.ownTitles[kind](own.name)} onClose={onClose}>
      <p>{means[kind]}</p>
      {act.error !== undefined && <Failed error={act.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className={kind === 'end' ? 'grave' : 'main'} disabled={act.isRunning} onClick={() => void act.run(own)}>
          {words.ownDone[kind](own.name)}
        </button>
      </div>
    </Dialog>
  )
}
