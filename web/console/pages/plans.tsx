import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { Asked, Dialog, Empty, List, Money, Page, Section, Tag, usePartWords, When } from '../../parts/index.ts'
import type { ListOf, Plan, Pool, Seat } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { EditPlan, SchedulePlan } from '../plans/edit-plan.tsx'
import { EditPool } from '../plans/edit-pool.tsx'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What is sold by subscription: plans, and pools with their seats. */
export function PlansPage() {
  const words = useWords().plans
  const may = useMay()
  const [making, setMaking] = useState<'plan' | 'pool'>()
  const make = (what: 'plan' | 'pool', name: string) =>
    may('house') ? (
      <button type="button" onClick={() => setMaking(what)}>
        {name}
      </button>
    ) : undefined
  return (
    <Page title={words.title} lead={words.lead}>
      {making === 'plan' && <EditPlan plan={undefined} onClose={() => setMaking(undefined)} />}
      {making === 'pool' && <EditPool pool={undefined} onClose={() => setMaking(undefined)} />}
      <Section title={words.plans} acts={make('plan', words.makePlan)}>
        <Asked<ListOf<Plan>> path="/operator/v1/plans">
          {({ data }) => (data.length === 0 ? <Empty>{words.noPlans}</Empty> : <Plans plans={data} />)}
        </Asked>
      </Section>
      <Section title={words.pools} acts={make('pool', words.makePool)}>
        <Asked<ListOf<Pool>> path="/operator/v1/pools">
          {({ data }) => (data.length === 0 ? <Empty>{words.noPools}</Empty> : <Pools pools={data} />)}
        </Asked>
      </Section>
    </Page>
  )
}

function Plans({ plans }: { readonly plans: readonly Plan[] }) {
  const words = useWords().plans
  const may = useMay()
  const [ending, setEnding] = useState<Plan>()
  return (
    <>
      <List
        caption={words.plans}
        entries={plans}
        keyOf={({ id }) => id}
        columns={[
          { head: words.plan, cell: ({ id, name }) => name ?? id },
          { head: words.kind, cell: ({ kind }) => words.kinds[kind], isWhole: true },
          { head: words.price, isNumber: true, cell: ({ price }) => (price === null ? '–' : <Money usd={price} />) },
          {
            head: words.part,
            isNumber: true,
            cell: ({ price_multiplier: now, price_changes: [next] }) => (next === undefined ? now : `${now} → ${next.price_multiplier}`),
          },
          {
            head: words.budget,
            isNumber: true,
            cell: ({ budget }) =>
              budget === null ? (
                '–'
              ) : (
                <>
                  <Money usd={budget.amount} /> / {words.windows[budget.window as keyof typeof words.windows] ?? budget.window}
                </>
              ),
          },
          { head: words.members, isNumber: true, cell: ({ members }) => showCount(members) },
          {
            head: words.state,
            cell: ({ closed, is_active: isActive }) => (
              <Tag kind={!isActive ? 'bad' : closed ? 'todo' : 'good'}>
                {!isActive ? words.outOfUse : closed ? words.closed : words.open}
              </Tag>
            ),
          },
          {
            head: words.doings,
            isActs: true,
            cell: (plan) =>
              may('house') && plan.is_active && plan.source !== 'file' && <PlanActs plan={plan} onEnd={() => setEnding(plan)} />,
          },
        ]}
      />
      {ending !== undefined && (
        <ActDialog
          title={words.endTitle(ending.name ?? ending.id)}
          act={words.endAct(ending.name ?? ending.id)}
          isGrave
          onClose={() => setEnding(undefined)}
          run={() => call(`/operator/v1/plans/${encodeURIComponent(ending.id)}`, { method: 'DELETE' })}
        >
          {() => <p>{words.endMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

/** What can be done with a plan; one that has members is not ended. */
function PlanActs({ plan, onEnd }: { readonly plan: Plan; readonly onEnd: () => void }) {
  const words = useWords().plans
  const [doing, setDoing] = useState<'edit' | 'schedule'>()
  return (
    <>
      <button type="button" className="plain" onClick={() => setDoing('edit')}>
        {words.edit}
      </button>
      <button type="button" className="plain" onClick={() => setDoing('schedule')}>
        {words.schedule}
      </button>
      {plan.members === 0 && (
        <button type="button" className="plain grave" onClick={onEnd}>
          {words.end}
        </button>
      )}
      {doing === 'edit' && <EditPlan plan={plan} onClose={() => setDoing(undefined)} />}
      {doing === 'schedule' && <SchedulePlan plan={plan} onClose={() => setDoing(undefined)} />}
    </>
  )
}

function Pools({ pools }: { readonly pools: readonly Pool[] }) {
  const words = useWords().plans
  const may = useMay()
  const [opened, setOpened] = useState<Pool>()
  const [editing, setEditing] = useState<Pool>()
  const [ending, setEnding] = useState<Pool>()
  return (
    <>
      <List
        caption={words.pools}
        entries={pools.flatMap((pool) => pool.blocks.map((block) => ({ pool, ...block })))}
        keyOf={({ pool, block }) => `${pool.id} ${block}`}
        columns={[
          { head: words.pool, cell: ({ pool }) => pool.slug },
          { head: words.block, cell: ({ block }) => block },
          { head: words.hours, cell: (block) => <time>{block.hours_utc}</time> },
          { head: words.price, isNumber: true, cell: (block) => <Money usd={block.price_per_month} /> },
          { head: words.free, isNumber: true, cell: (block) => showCount(block.available_seats) },
          { head: words.state, cell: ({ status }) => <Tag kind={status === 'available' ? 'good' : 'todo'}>{words.sold[status]}</Tag> },
          {
            head: words.doings,
            isActs: true,
            cell: ({ pool }) => (
              <>
                <button type="button" className="plain" onClick={() => setOpened(pool)}>
                  {words.seats}
                </button>
                {may('house') && (
                  <>
                    <button type="button" className="plain" onClick={() => setEditing(pool)}>
                      {words.edit}
                    </button>
                    <button type="button" className="plain grave" onClick={() => setEnding(pool)}>
                      {words.end}
                    </button>
                  </>
                )}
              </>
            ),
          },
        ]}
      />
      {opened !== undefined && <Seats pool={opened} onClose={() => setOpened(undefined)} />}
      {editing !== undefined && <EditPool pool={editing} onClose={() => setEditing(undefined)} />}
      {ending !== undefined && (
        <ActDialog
          title={words.endPoolTitle(ending.slug)}
          act={words.endPoolAct(ending.slug)}
          isGrave
          onClose={() => setEnding(undefined)}
          run={() => call(`/operator/v1/pools/${encodeURIComponent(ending.slug)}`, { method: 'DELETE' })}
        >
          {() => <p>{words.endPoolMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

function Seats({ pool, onClose }: { readonly pool: Pool; readonly onClose: () => void }) {
  const words = useWords().plans
  const { close } = usePartWords()
  return (
    <Dialog title={words.seatsOf(pool.slug)} onClose={onClose} isWide>
      <Asked<ListOf<Seat>> path={`/operator/v1/pools/${pool.slug}/seats`}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noSeats}</Empty>
          ) : (
            <List
              caption={words.seatsOf(pool.slug)}
              entries={data}
              keyOf={(seat) => seat.subscription_id}
              columns={[
                { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
                { head: words.block, cell: ({ block }) => block },
                { head: words.state, cell: ({ status }) => <Tag>{status}</Tag> },
                { head: words.until, cell: ({ current_period_end: end }) => (end === null ? '–' : <When at={end} isDay />) },
              ]}
            />
          )
        }
      </Asked>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}
