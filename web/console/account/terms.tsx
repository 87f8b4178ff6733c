import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { codeName } from '../../lib/code-name.ts'
import { showCount } from '../../lib/money.ts'
import { Asked, Empty, Field, List, Money, Section, Tag, When } from '../../parts/index.ts'
import type { Account, ListOf, Plan, Subscription } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { ChangeTerms } from './change-terms.tsx'

/** What an account may call, for what part of the list price, and what it subscribed to. */
export function AccountTerms({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  const [isChanging, setChanging] = useState(false)
  const { limits } = account
  const shown = (limit: number | null) => (limit === null ? words.noLimit : showCount(limit))
  return (
    <>
      <Section
        title={words.terms}
        acts={
          may('care') ? (
            <button type="button" onClick={() => setChanging(true)}>
              {words.changeTerms}
            </button>
          ) : undefined
        }
      >
        <dl className="roll">
          <Line name={words.plan} shown={account.plan ?? words.noPlan} />
          <Line name={words.multiplierName} shown={account.price_multiplier} />
          <Line name={words.perMinute} shown={shown(limits.requests_per_minute)} />
          <Line name={words.tokensPerMinute} shown={shown(limits.tokens_per_minute)} />
          <Line name={words.concurrent} shown={shown(limits.concurrent_calls)} />
          <Line name={words.retention} shown={words.days(account.usage_retention_days)} />
        </dl>
      </Section>
      <Subscriptions account={account} />
      {isChanging && <ChangeTerms account={account} onClose={() => setChanging(false)} />}
    </>
  )
}

const Line = ({ name, shown }: { readonly name: string; readonly shown: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{shown}</dd>
  </div>
)

function Subscriptions({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  const [isGiving, setGiving] = useState(false)
  const path = `/operator/v1/accounts/${account.id}/subscriptions`
  const give = may('money') ? (
    <button type="button" onClick={() => setGiving(true)}>
      {words.give}
    </button>
  ) : undefined
  return (
    <Section title={words.subscriptions} acts={give}>
      <Asked<ListOf<Subscription>> path={path}>
        {({ data }) => (data.length === 0 ? <Empty>{words.noSubscriptions}</Empty> : <SubscriptionList subscriptions={data} />)}
      </Asked>
      {isGiving && <Give path={path} onClose={() => setGiving(false)} />}
    </Section>
  )
}

function Give({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.giveTitle}
      act={words.give}
      fields={['plan', 'reason']}
      onClose={onClose}
      run={({ plan, reason }, once) => call(path, { method: 'POST', body: { plan, reason }, once })}
    >
      {(wrong) => (
        <>
          <p>{words.giveMeans}</p>
          <Asked<ListOf<Plan>> path="/operator/v1/plans">
            {({ data }) => (
              <div className="field">
                <label htmlFor="give-plan">{words.plan}</label>
                <select id="give-plan" name="plan" required>
                  {data
                    .filter(({ kind, is_active: isActive }) => isActive && kind !== 'free')
                    .map(({ id, name }) => (
                      <option key={id} value={id}>
                        {name ?? id}
                      </option>
                    ))}
                </select>
              </div>
            )}
          </Asked>
          <Field label={words.reason} hint={words.reasonHint} name="reason" maxLength={200} required wrong={wrong('reason')} />
        </>
      )}
    </ActDialog>
  )
}

function SubscriptionList({ subscriptions }: { readonly subscriptions: readonly Subscription[] }) {
  const words = useWords().account
  const may = useMay()
  const [ending, setEnding] = useState<Subscription>()
  return (
    <>
      <List
        caption={words.subscriptions}
        entries={subscriptions}
        keyOf={({ id }) => id}
        columns={[
          { head: words.plan, cell: ({ plan, pool, block }) => plan ?? `${pool} · ${block}` },
          { head: words.state, cell: (one) => <Status of={one} /> },
          { head: words.price, isNumber: true, cell: ({ price, is_gift: isGift }) => (isGift ? words.gift : <Money usd={price} />) },
          { head: words.until, cell: ({ current_period_end: end }) => (end === null ? '–' : <When at={end} isDay />) },
          {
            head: words.doings,
            isActs: true,
            cell: (one) =>
              may('money') &&
              one.ended_at === null && (
                <>
                  {one.cancel_at_period_end && (
                    <ActButton
                      name={words.keep}
                      kind="plain"
                      run={() => call(`/operator/v1/subscriptions/${one.id}/cancellation`, { method: 'DELETE' })}
                    />
                  )}
                  <button type="button" className="plain grave" onClick={() => setEnding(one)}>
                    {words.end}
                  </button>
                </>
              ),
          },
        ]}
      />
      {ending !== undefined && <EndSubscription subscription={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

function Status({ of: { status, cancel_at_period_end: isEnding, ended_at: endedAt, ended_by: by } }: { readonly of: Subscription }) {
  const words = useWords().account
  return (
    <>
      <Tag>{codeName(words.codes.subscriptionStates, status)}</Tag>{' '}
      {isEnding && endedAt === null && <Tag kind="todo">{words.endsThen}</Tag>}{' '}
      {by !== null && <span className="faint">{codeName(words.codes.enders, by)}</span>}
    </>
  )
}

function EndSubscription({ subscription, onClose }: { readonly subscription: Subscription; readonly onClose: () => void }) {
  const words = useWords().account
  return (
    <ActDialog
      title={words.endTitle(subscription.plan ?? subscription.pool ?? '')}
      act={words.end}
      isGrave
      onClose={onClose}
      run={({ at }, once) => call(`/operator/v1/subscriptions/${subscription.id}/cancellation`, { method: 'POST', body: { at }, once })}
    >
      {() => (
        <fieldset>
          <label className="choice">
            <input type="radio" name="at" value="period_end" defaultChecked /> {words.endLater}
          </label>
          <label className="choice">
            <input type="radio" name="at" value="now" /> {words.endNow}
          </label>
        </fieldset>
      )}
    </ActDialog>
  )
}
